/**
 * `PUT /nodes/ID/startup-config`: a switch backs its configuration up.
 * @module
 */
import type { NodeId } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import type { Log, NodeStore, ProgramRunner } from '../ports.ts'

export interface StartupConfigDeps {
  readonly store: NodeStore
  readonly programs: ProgramRunner
  readonly log: Log
}

/** What a config-handler may take; the switch waits for it. */
const timeoutMs = 60_000
const maxOutputBytes = 1_048_576

/** Keeps a startup-config byte for byte, then runs the node's config-handler; that one's failure is told, and nothing more. */
export async function saveStartupConfig(
  { store, programs, log }: StartupConfigDeps,
  id: NodeId,
  bytes: Uint8Array,
): Promise<Problem | undefined> {
  try {
    if ((await store.writeStartupConfig(id, bytes)) === 'no-node') {
      return new Problem('node-unknown', 'there is no folder of this node', { switch: id })
    }
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  const handler = store.configHandler(id)
  if (handler === undefined) {
    log.debug(`${id}: no config-handler`)
    return undefined
  }
  const run = { ...handler, args: [], timeoutMs, maxOutputBytes, onFlood: 'cut' as const }
  const end = await programs.run(run)
  const { stdout, stderr, summary } = end
  if (stdout !== '') log.debug(`${id}: config-handler says: ${stdout}`)
  if (end.kind === 'exited' && end.exitCode === 0 && stderr === '') {
    log.info(`${id}: config-handler ran`)
  } else {
    const said = stderr.slice(0, 2_000).trim()
    log.warn(`${id}: config-handler failed: ${summary}${said === '' ? '' : `: ${said}`}`, {
      code: end.kind === 'not-started' ? 'handler-not-executable' : 'handler-failed',
    })
  }
  return undefined
}
