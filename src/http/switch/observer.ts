/**
 * What becomes of a switch's request beside its answer: an event of the journal, and a count.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { parseSerialNumber, parseSystemMac } from '../../core/identity.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'
import type { Clock, Journal } from '../../ports.ts'
import type { RequestMeter } from '../request-meter.ts'

export interface ObserverDeps {
  readonly journal: Journal
  readonly meter: RequestMeter
  readonly clock: Clock
}

/** What a request was about and how it ended; `mac` and `serial` where something else than its headers says them. */
export type Observed = Omit<SwitchEvent, 'at' | 'request' | 'status'> & { readonly status: number }

export interface Observer {
  /**
   * @param ms how long it took
   * @param config what was served to a switch of the inventory
   */
  note(
    incoming: IncomingMessage,
    observed: Observed,
    ms: number,
    config?: string | Uint8Array,
  ): void
}

/** The observer of one route, by its name in docs/reference/http.md. */
export function createObserver({ journal, meter, clock }: ObserverDeps, route: string): Observer {
  const counts = meter.route(route)
  return {
    note: (incoming, observed, ms, config) => {
      counts.count(observed.status, ms)
      const { headers, method = '', url = '' } = incoming
      const mac = observed.mac ?? macOf(headers['x-arista-systemmac'])
      const serial = observed.serial ?? serialOf(headers)
      // who does not say which switch it is gets an answer, and no event
      if (mac === undefined && serial === undefined && observed.node === undefined) return
      journal.note(
        {
          at: clock.now(),
          kind: observed.kind,
          mac,
          serial,
          node: observed.node,
          entry: observed.entry,
          model: observed.model,
          version: observed.version,
          from: observed.from ?? incoming.socket.remoteAddress,
          request: `${method} ${url}`,
          status: observed.status,
          revision: observed.revision,
          sha256: observed.sha256,
          problem: observed.problem,
          action: observed.action,
          message: observed.message,
        },
        config,
      )
    },
  }
}

type Header = string | readonly string[] | undefined

function macOf(header: Header): string | undefined {
  return typeof header === 'string' ? parseSystemMac(header) : undefined
}

function serialOf(headers: IncomingMessage['headers']): string | undefined {
  const header: Header =
    headers['x-arista-serial'] ?? headers['x-arista-serialnumber'] ?? headers['x-arista-serialnum']
  return typeof header === 'string' && parseSerialNumber(header) !== undefined ? header : undefined
}
