/**
 * One program that runs, until nothing of it is left.
 * @module
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { ProgramEnd, ProgramRun } from '../ports.ts'
import { captureOutput } from './captured-output.ts'
import { endGroup } from './process-group.ts'

export interface RunningProgram {
  readonly groupId: number
  /** Kept soon after the program itself has ended, or could not be ended. */
  readonly ended: Promise<ProgramEnd>
  /** Kept when nothing that it has forked is left either. */
  readonly gone: Promise<void>
  /** Ends it before its time. */
  stop(): void
}

/** Between SIGTERM and SIGKILL. */
const graceMs = 2_000
/** How long output is waited for after the end: something forked may hold the pipes for ever. */
const drainMs = 200

type Child = ChildProcessByStdio<null, Readable, Readable>

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Starts a program in a group of its own, with nothing on its standard input. The system's error is thrown, or given a moment
 * later: it depends on which one it is.
 */
export function startProgram(
  program: ProgramRun,
  env: Readonly<Record<string, string>>,
): RunningProgram | Promise<Error> {
  const { path, args, cwd } = program
  const child = spawn(path, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) return new Promise((resolve) => child.once('error', resolve))
  return follow(child, pid, program)
}

function follow(child: Child, groupId: number, program: ProgramRun): RunningProgram {
  const { timeoutMs, maxOutputBytes, onFlood } = program
  let cut: 'timed-out' | 'flooded' | 'stopped' | undefined
  let leaving: Promise<void> | undefined
  const leave = () => {
    leaving ??= endGroup(groupId, graceMs)
    return leaving
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let giveUp = (_exit: Exit) => {}
  const givenUp = new Promise<Exit>((resolve) => {
    giveUp = resolve
  })
  const end = async (reason: NonNullable<typeof cut>) => {
    cut ??= reason
    await leave()
    await delay(drainMs)
    giveUp({ code: null, signal: null })
  }
  const endNow = (reason: NonNullable<typeof cut>) => void end(reason).catch(() => {})

  const flooded = () => {
    if (onFlood === 'cut') return
    // before its pipes are closed: a shell would go on with its next command
    endNow('flooded')
    for (const output of outputs) output.stop()
  }
  const stdout = captureOutput(child.stdout, maxOutputBytes, flooded)
  const stderr = captureOutput(child.stderr, maxOutputBytes, flooded)
  const outputs = [stdout, stderr]
  child.on('error', () => {})
  const timer = setTimeout(() => endNow('timed-out'), timeoutMs)

  const finish = async (): Promise<ProgramEnd> => {
    const exit = await Promise.race([exited, givenUp])
    clearTimeout(timer)
    const patience = new AbortController()
    await Promise.race([
      closed,
      delay(drainMs, undefined, { signal: patience.signal }).catch(() => {}),
    ])
    patience.abort()
    for (const output of outputs) output.stop()
    const texts = { stdout: stdout.text(), stderr: stderr.text() }
    return { ...describeEnd(exit, cut, program), ...texts }
  }
  const ended = finish()
  return {
    groupId,
    ended,
    // what it has forked and left behind ends with it
    gone: ended.then(leave),
    stop: () => endNow('stopped'),
  }
}

function describeEnd(
  { code, signal }: Exit,
  cut: 'timed-out' | 'flooded' | 'stopped' | undefined,
  { timeoutMs, maxOutputBytes }: ProgramRun,
): Pick<ProgramEnd, 'kind' | 'exitCode' | 'summary'> {
  const ended = (kind: ProgramEnd['kind'], summary: string) =>
    ({ kind, exitCode: null, summary }) as const
  if (cut === 'timed-out') {
    return ended(cut, `it took longer than ${timeoutMs / 1_000} s and was ended`)
  }
  if (cut === 'flooded') {
    return ended(cut, `it printed more than ${maxOutputBytes} bytes and was ended`)
  }
  if (cut === 'stopped') return ended('killed', 'it was ended because the server stops')
  if (code === null) return ended('killed', `it was ended by ${signal ?? 'a signal'}`)
  return { kind: 'exited', exitCode: code, summary: `it ended with exit status ${code}` }
}
