/**
 * Tells systemd how far the server is.
 * @module
 */
import { spawn } from 'node:child_process'
import type { Log, ServiceManager, ServiceState } from '../ports.ts'

export interface ServiceManagerOptions {
  /** The server's own environment: where nobody listens there is no `NOTIFY_SOCKET` in it. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Pick<Log, 'warn'>
}

/** It waits 5 s itself for systemd to have read the message. */
const timeoutMs = 10_000

/**
 * Sends messages in the order in which they are told, by systemd's own program: Node has no datagrams to files. What goes wrong
 * is a warning, once.
 */
export function createServiceManager({ env, log }: ServiceManagerOptions): ServiceManager {
  const { NOTIFY_SOCKET: socket, PATH: path } = env
  if (socket === undefined || socket === '') return { tell: () => {} }
  let isWarned = false
  const send = async (assignments: readonly string[]) => {
    try {
      await runNotify(assignments, { NOTIFY_SOCKET: socket, PATH: path })
    } catch (error) {
      if (isWarned) return
      isWarned = true
      const { message } = error as Error
      log.warn(`systemd is not told ${assignments[0]}: systemd-notify: ${message}`)
    }
  }
  let last = Promise.resolve()
  return {
    tell: (state) => {
      last = last.then(() => send(assignmentsOf(state)))
    },
  }
}

function assignmentsOf(state: ServiceState): readonly string[] {
  if (state === 'ready') return ['READY=1']
  if (state === 'stopping') return ['STOPPING=1']
  // a unit of Type=notify-reload wants to know which reload this is
  return ['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`]
}

/** Kept when it has ended well. The server may end before that: nothing here keeps it waiting. */
function runNotify(
  assignments: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // what it says itself goes where the server's own standard error goes
    const child = spawn('systemd-notify', assignments, {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    const end = (act: () => void) => {
      clearTimeout(timer)
      act()
    }
    child.once('error', (error) => end(() => reject(error)))
    child.once('exit', (code, signal) => {
      if (code === 0) end(resolve)
      else end(() => reject(new Error(`it ended with ${code ?? signal}`)))
    })
    timer.unref()
    child.unref()
  })
}
