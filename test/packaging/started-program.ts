/** Starts any program for tests of packages, and reads what it prints. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../running-server.ts'

export interface StartedProgram {
  readonly process: ChildProcess
  /** Everything printed so far, both streams. */
  output(): string
  /** Waits until the output matches. @throws when the program ends, or the time, before that */
  waitFor(pattern: RegExp): Promise<void>
  /** Its exit code; null where a signal has ended it. */
  readonly ended: Promise<number | null>
  /** Sends a signal, with `detached` to all that it has started too, and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** The environment of whoever runs the tests, without what would change a server. */
export function plainEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:ZTP|NOTIFY_SOCKET|npm_|NODE_)/.test(name)),
  )
}

/** Starts a program; what is still there at the end of a test is ended by `stop`. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): StartedProgram {
  const child = spawn(command, args, {
    env: plainEnvironment(),
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  let failure: Error | undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  child.on('error', (error) => {
    failure = error
  })
  const ended = new Promise<number | null>((resolve) => {
    // not "close": what it has left behind may hold its pipes
    child.on('exit', (code) => resolve(code))
    child.on('error', () => resolve(null))
  })
  return {
    process: child,
    ended,
    output: () => printed,
    waitFor: (pattern) =>
      Promise.race([
        eventually(() => {
          if (!pattern.test(printed)) throw new Error(`no ${pattern} in:\n${printed}`)
        }, 15_000),
        ended.then(async () => {
          // what it printed last may still match
          await delay(50)
          if (!pattern.test(printed)) throw failure ?? new Error(`it ended:\n${printed}`)
        }),
      ]),
    stop: (signal = 'SIGTERM') => {
      if (options.detached === true) signalGroup(child.pid, signal)
      else child.kill(signal)
      return ended
    },
  }
}

/** All that a program of its own group has started, as far as it is still there. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
