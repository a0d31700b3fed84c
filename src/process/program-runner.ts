/**
 * Runs the programs that operators provide: config-handlers and plugins.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { ProgramEnd, ProgramRun, ProgramRunner } from '../ports.ts'
import { signalGroup } from './process-group.ts'
import { type RunningProgram, startProgram } from './running-program.ts'
import { describeStartError, findRefusal } from './start-refusal.ts'

export interface ProgramRunnerOptions {
  /** The server's own environment, of which programs get the harmless part; this process's where it is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** How many run at once; others wait for their turn. */
  readonly maxAtOnce?: number
}

export interface RunningPrograms extends ProgramRunner {
  /** Ends everything that runs; kept when nothing is left. What waits, or is asked for later, is not started. */
  close(): Promise<void>
}

/** A file that is written at the same moment cannot be run; it mostly can a little later. */
const busyTries = 5
const busyMs = 100

/** The time limit of a program begins when its turn comes. */
export function createProgramRunner(options: ProgramRunnerOptions = {}): RunningPrograms {
  const env = harmless(options.env ?? process.env)
  const running = new Set<RunningProgram>()
  const waiting: (() => void)[] = []
  let free = options.maxAtOnce ?? 16
  let isClosed = false

  // programs have groups of their own: without this they would outlive a server that crashes
  const endAtOnce = () => {
    for (const { groupId } of running) signalGroup(groupId, 'SIGKILL')
  }
  process.once('exit', endAtOnce)

  const start = async (program: ProgramRun): Promise<RunningProgram | string> => {
    for (let tries = 1; ; tries++) {
      const refusal = await findRefusal(program)
      if (refusal !== undefined) return refusal
      if (isClosed) return 'the server stops'
      try {
        const started = startProgram(program, env)
        if (started instanceof Promise) throw await started
        running.add(started)
        void started.gone.finally(() => running.delete(started))
        return started
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        if (code !== 'ETXTBSY' || tries === busyTries) return describeStartError(code ?? message)
        await delay(busyMs)
      }
    }
  }

  return {
    run: async (program) => {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        const started = await start(program)
        return typeof started === 'string' ? notStarted(started) : await started.ended
      } finally {
        const next = waiting.shift()
        if (next === undefined) free++
        else next()
      }
    },
    close: async () => {
      isClosed = true
      for (const program of running) program.stop()
      await Promise.all([...running].map(({ gone }) => gone))
      process.off('exit', endAtOnce)
    },
  }
}

function notStarted(reason: string): ProgramEnd {
  const summary = `it could not be started: ${reason}`
  return { kind: 'not-started', exitCode: null, stdout: '', stderr: '', summary }
}

/** The server's environment may hold its token and the passwords of its store. */
function harmless(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && /^(?:PATH|HOME|LANG|LC_\w+|TZ|TMPDIR)$/.test(name)
      ? [[name, value] as const]
      : [],
  )
  return Object.fromEntries(kept)
}
