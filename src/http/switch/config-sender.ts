/**
 * Sends the answers of `/dynconfig`, and tells of each: a line of the log, an event of the journal, a fault or the end of one.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { EventLines } from '../../core/event-line.ts'
import { describeProblem, Problem } from '../../core/problem.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'
import type { FaultLog, Log, PreparedLine, Snapshot } from '../../ports.ts'
import { matchesEtag } from '../etag.ts'
import { type Answer, etagOf, initOf, notModified } from './answer.ts'
import type { Asking } from './asking.ts'
import {
  createObserver,
  type Observed,
  type Observer,
  type ObserverDeps,
  roundedMs,
  whoAsks,
} from './observer.ts'
import { isTold, type RememberedAnswer } from './remembered-answer.ts'

export interface SenderDeps extends ObserverDeps {
  readonly faults: FaultLog
  readonly log: Log
  readonly path: string
}

/** A request that is being answered. */
export interface Asked {
  readonly snapshot: Snapshot
  readonly incoming: IncomingMessage
  readonly asking: Asking
  /** By the monotonic clock, in milliseconds. */
  readonly started: number
}

/** Sends answers to the requests of one route. */
export class ConfigSender {
  private readonly deps: SenderDeps
  private readonly observer: Observer
  private readonly served: LogServed
  private readonly lines = new EventLines()
  /** What nearly every request is, as its event has it. */
  private readonly usualRequest: string

  constructor(deps: SenderDeps) {
    this.deps = deps
    this.observer = createObserver(deps, '/dynconfig')
    this.served = createLogServed(deps)
    this.usualRequest = `GET ${deps.path}`
  }

  /** Most of what a switch asks, it asks again, and all but the time is known then. */
  sendAgain(known: RememberedAnswer, asked: Asked): Response {
    const { snapshot, incoming } = asked
    const { method, url, headers, socket } = incoming
    const isUsual =
      method === 'GET' && url === this.deps.path && headers['if-none-match'] === undefined
    if (!isUsual || known.problem !== undefined) return this.send(known.answer, asked)
    this.deps.faults.clear(known.switchName)
    const from = socket.remoteAddress
    if (!isTold(known) || known.from !== from) {
      known.told(this.tell(known.answer, known.status, asked), from)
      return new Response(known.body, initOf(known, etagOf(known.answer), snapshot))
    }
    const line = this.served(snapshot, 'GET', known.status)
    if (!known.isPrepared) {
      known.prepare(this.lines.own(known.event), line.facts({ switch: known.switchName, from }))
    }
    const ms = this.deps.clock.monotonic() - asked.started
    line.write(known.logged, roundedMs(ms))
    this.observer.again(known, known.status, ms, known.body)
    return new Response(known.body, initOf(known, known.etag, snapshot))
  }

  /** Sends an answer, and tells of it. */
  send(answer: Answer, asked: Asked): Response {
    const { problem, switchName } = answer
    const { snapshot, incoming } = asked
    const etag = etagOf(answer)
    const isUnchanged = etag !== undefined && matchesEtag(incoming.headers['if-none-match'], etag)
    if (problem === undefined) this.deps.faults.clear(switchName)
    else if (answer.status === 503) this.deps.faults.note(problem)
    this.tell(answer, isUnchanged ? 304 : answer.status, asked)
    return isUnchanged
      ? notModified(etag, snapshot)
      : new Response(answer.body, initOf(answer, etag, snapshot))
  }

  /** Logs an answer, and makes an event of it. */
  private tell(answer: Answer, status: number, asked: Asked): SwitchEvent | undefined {
    const { problem, switchName } = answer
    const { snapshot, incoming, asking } = asked
    const { method, url } = incoming
    const { revision } = snapshot
    const from = incoming.socket.remoteAddress
    const ms = this.deps.clock.monotonic() - asked.started
    // who cannot be told from others has no name
    const own = { switch: switchName === '' ? whoAsks(incoming) : switchName, from }
    if (problem === undefined) {
      const line = this.served(snapshot, method ?? '', status)
      line.write(line.facts(own), roundedMs(ms))
    } else {
      const shared = { ms: roundedMs(ms), method, route: this.deps.path, status, revision }
      const { code } = problem
      this.deps.log.warn('no configuration', {
        ...own,
        ...shared,
        code,
        reason: describeProblem(problem),
      })
    }
    const isGet = method === 'GET'
    const { description } = asking
    const observed: Observed = {
      kind: kindOf(answer, isGet),
      request: isGet && url === this.deps.path ? this.usualRequest : undefined,
      status,
      entry: answer.entry,
      model: description instanceof Problem ? undefined : description.model,
      version: description instanceof Problem ? undefined : description.softwareVersion,
      from,
      revision,
      sha256: answer.sha256,
      problem: problem?.code,
      message: problem?.message,
    }
    const config = isGet && answer.entry !== undefined ? answer.body : undefined
    return this.observer.note(incoming, observed, ms, config)
  }
}

/** Logs an answer with a configuration; all that a snapshot gives share most of their line. */
type LogServed = (snapshot: Snapshot, method: string, status: number) => PreparedLine

function createLogServed({ log, path }: SenderDeps): LogServed {
  let version = -1
  let prepared = new Map<string, PreparedLine>()
  return (snapshot, method, status) => {
    if (snapshot.version !== version) {
      version = snapshot.version
      prepared = new Map()
    }
    const key = status === 200 && method === 'GET' ? 'usual' : `${method} ${status}`
    const known = prepared.get(key)
    if (known !== undefined) return known
    const message = status === 304 ? 'configuration unchanged' : 'configuration served'
    const { revision } = snapshot
    const made = log.prepare('info', message, { method, route: path, status, revision })
    prepared.set(key, made)
    return made
  }
}

/** HEAD gives nobody a configuration. */
function kindOf({ problem, entry }: Answer, isGet: boolean): Observed['kind'] {
  if (!isGet) return 'seen'
  if (problem !== undefined) return 'config-refused'
  return entry === undefined ? 'bootstrap-served' : 'config-served'
}
