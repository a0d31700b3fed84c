/**
 * Keeps a server running until somebody stops it.
 * @module
 */
import type { Log, ServiceManager } from '../ports.ts'
import type { RunningServer } from '../server.ts'

/** How long requests under way may take to end after SIGTERM. */
const graceMs = 10_000

/** To be called before a server starts: files are being read then, and who asks for that with SIGHUP would end it. */
export function surviveHangup(): void {
  process.on('SIGHUP', () => {})
}

/**
 * Waits for SIGINT or SIGTERM, then lets requests end and closes; SIGHUP reads inventory and templates again. The service manager
 * is told all of it, beginning with the fact that the server is ready.
 */
export function untilStopped(
  server: RunningServer,
  log: Log & { readonly flush: () => void },
  manager: ServiceManager,
): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false
    const reload = () => {
      log.info('SIGHUP: reading inventory and templates again')
      if (!stopping) manager.tell('reloading')
      const told = () => {
        if (!stopping) manager.tell('ready')
      }
      server.reload().then(told, told)
    }
    const stop = (signal: NodeJS.Signals) => {
      // a second signal does not wait
      if (stopping) return void server.close(0)
      stopping = true
      manager.tell('stopping')
      log.info(`${signal}: letting requests end`)
      log.flush()
      server.close(graceMs).then(
        () => {
          process.off('SIGHUP', reload).off('SIGTERM', stop).off('SIGINT', stop)
          log.info('stopped')
          resolve()
        },
        () => resolve(),
      )
    }
    process.on('SIGHUP', reload).on('SIGTERM', stop).on('SIGINT', stop)
    manager.tell('ready')
  })
}
