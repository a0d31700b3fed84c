/**
 * Who a process is, so that another one can tell whether it still runs.
 * @module
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, so far as others can tell. Empty texts are not known (no /proc). */
export interface ProcessMark {
  readonly pid: number
  /** When it began, in ticks since the machine did: process ids come again. */
  readonly start: string
  readonly pidNamespace: string
  readonly boot: string
  readonly host: string
}

let own: ProcessMark | undefined

/** This process. */
export function ownMark(): ProcessMark {
  own ??= {
    pid: process.pid,
    start: stateOf(process.pid)?.start ?? '',
    pidNamespace: tryRead(() => readlinkSync('/proc/self/ns/pid')),
    boot: tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    host: hostname(),
  }
  return own
}

/** `unknown`: it runs on another host, in another container, or nobody here can look. */
export function lifeOf(mark: ProcessMark): 'alive' | 'dead' | 'unknown' {
  const { pidNamespace, boot, host } = ownMark()
  if (mark.boot !== boot || mark.pidNamespace !== pidNamespace) return 'unknown'
  if (boot === '' && mark.host !== host) return 'unknown'
  const state = stateOf(mark.pid)
  // processes of others can be hidden in /proc
  if (state === undefined) return exists(mark.pid) ? 'unknown' : 'dead'
  return state.start === mark.start && state.runs ? 'alive' : 'dead'
}

function stateOf(pid: number): { start: string; runs: boolean } | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  // the name of the program may hold blanks and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', start = ''] = [fields[0], fields[19]]
  // a killed process stays as a zombie until its parent asks for it
  return start === '' ? undefined : { start, runs: !'ZXx'.includes(state) }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function tryRead(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
