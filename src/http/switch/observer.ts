/**
 * What becomes of a switch's request beside its answer: an event of the journal, and a count.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { parseSerialNumber, parseSystemMac } from '../../core/identity.ts'
import type { RepeatedEvent } from '../../core/repeats.ts'
import { maskText } from '../../core/secrets.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'
import type { Clock, Journal } from '../../ports.ts'
import type { RequestMeter } from '../request-meter.ts'

export interface ObserverDeps {
  readonly journal: Journal
  readonly meter: RequestMeter
  readonly clock: Clock
}

/** What a request was about and how it ended; `mac` and `serial` where something else than its headers says them. */
export type Observed = Omit<SwitchEvent, 'at'> & { readonly status: number }

export interface Observer {
  /**
   * Gives the event that came of it, if one did.
   * @param ms how long it took
   * @param config what was served to a switch of the inventory
   */
  note(
    incoming: IncomingMessage,
    observed: Observed,
    ms: number,
    config?: string | Uint8Array,
  ): SwitchEvent | undefined
  /** The same once more: nothing but the time differs. */
  again(repeated: RepeatedEvent, status: number, ms: number, config?: string | Uint8Array): void
  /** Counts an answer that is no event of a switch. */
  count(status: number, ms: number): void
}

/** An event while it is put together: thousands a second are, and one object each has to do. */
type Noted = { -readonly [Name in keyof SwitchEvent]: SwitchEvent[Name] }

/** The observer of one route, by its name in docs/reference/http.md. */
export function createObserver({ journal, meter, clock }: ObserverDeps, route: string): Observer {
  const counts = meter.route(route)
  return {
    count: (status, ms) => counts.count(status, ms),
    note: (incoming, observed, ms, config) => {
      counts.count(observed.status, ms)
      const { headers } = incoming
      const event = observed as Noted
      event.mac ??= macOf(headers['x-arista-systemmac'])
      event.serial ??= serialOf(headers)
      // who does not say which switch it is gets an answer, and no event
      if (event.mac === undefined && event.serial === undefined && event.node === undefined) {
        return undefined
      }
      // what a switch reports, or what is said of it, may quote a configuration
      if (event.message !== undefined) event.message = maskText(event.message)
      event.at = clock.now()
      event.from ??= incoming.socket.remoteAddress
      event.request ??= `${incoming.method} ${incoming.url}`
      journal.note(event, config)
      return event
    },
    again: (repeated, status, ms, config) => {
      counts.count(status, ms)
      journal.again(repeated, clock.now(), config)
    },
  }
}

/** What a request says of which switch it is of: its MAC, else its serial number. */
export function whoAsks({ headers }: IncomingMessage): string | undefined {
  return macOf(headers['x-arista-systemmac']) ?? serialOf(headers)
}

/** A time as logs show it: hundredths of a millisecond. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 100) / 100
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
