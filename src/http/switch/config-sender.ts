/**
 * Sends the answers of `/dynconfig`, and tells of each: a line of the log, an event of the journal, a fault or the end of one.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { describeProblem, Problem } from '../../core/problem.ts'
import type { FaultLog, Log, PreparedLine, Snapshot } from '../../ports.ts'
import { matchesEtag } from '../etag.ts'
import { type Answer, type AnswerInit, etagOf, initOf, notModified } from './answer.ts'
import type { Asking } from './asking.ts'
import {
  createObserver,
  type Observed,
  type Observer,
  type ObserverDeps,
  roundedMs,
  type Told,
  whoAsks,
} from './observer.ts'

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

/**
 * What a switch was answered last, and to which request. Of one shape: with 100,000 switches each further object that an answer is spread
 * over is one more that the processor has to fetch from far away.
 */
export class Remembered implements Answer {
  readonly status: number
  readonly contentType: string
  readonly body: Answer['body']
  readonly contentLength: number
  readonly sha256: string | undefined
  readonly switchName: string
  readonly entry: string | undefined
  readonly problem: Problem | undefined
  readonly transient = false
  readonly serial: string | string[] | undefined
  readonly asking: Asking
  readonly init: AnswerInit
  /** What was said of it when it was given as it nearly always is: a whole GET. */
  said: Said | undefined
  /** About what it takes in memory, in bytes. */
  readonly size: number

  constructor(answer: Answer, { snapshot, incoming, asking }: Asked) {
    this.status = answer.status
    this.contentType = answer.contentType
    this.body = answer.body
    this.contentLength = answer.contentLength
    this.sha256 = answer.sha256
    this.switchName = answer.switchName
    this.entry = answer.entry
    this.problem = answer.problem
    this.serial = incoming.headers['x-arista-serial']
    this.asking = asking
    this.init = initOf(answer, etagOf(answer), snapshot)
    this.said = undefined
    this.size = answer.contentLength + 800
  }
}

/** What was said of an answer to one address: an event, and a line of the log. */
interface Said {
  readonly told: Told
  readonly log: (ms: number) => void
}

/** Sends answers to the requests of one route. */
export class ConfigSender {
  private readonly deps: SenderDeps
  private readonly observer: Observer
  private readonly served: LogServed
  /** What nearly every request is, as its event has it. */
  private readonly usualRequest: string

  constructor(deps: SenderDeps) {
    this.deps = deps
    this.observer = createObserver(deps, '/dynconfig')
    this.served = createLogServed(deps)
    this.usualRequest = `GET ${deps.path}`
  }

  /** Most of what a switch asks, it asks again, and all but the time is known then. */
  sendAgain(known: Remembered, asked: Asked): Response {
    const { method, url, headers, socket } = asked.incoming
    const isUsual =
      method === 'GET' && url === this.deps.path && headers['if-none-match'] === undefined
    if (!isUsual || known.problem !== undefined) return this.send(known, asked)
    const { said } = known
    this.deps.faults.clear(known.switchName)
    if (said === undefined || said.told.event.from !== socket.remoteAddress) {
      known.said = this.tell(known, known.status, asked)
    } else {
      const ms = this.deps.clock.monotonic() - asked.started
      said.log(roundedMs(ms))
      this.observer.again(said.told, ms, known.body)
    }
    return new Response(known.body, known.init)
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

  /** Logs an answer, and makes an event of it. Gives how to tell the same again, where that is the usual: somebody was served. */
  private tell(answer: Answer, status: number, asked: Asked): Said | undefined {
    const { problem, switchName } = answer
    const { snapshot, incoming, asking } = asked
    const { method, url } = incoming
    const { revision } = snapshot
    const from = incoming.socket.remoteAddress
    const ms = this.deps.clock.monotonic() - asked.started
    // who cannot be told from others has no name
    const own = { switch: switchName === '' ? whoAsks(incoming) : switchName, from }
    let log: Said['log'] | undefined
    if (problem === undefined) {
      const served = this.served(snapshot, method ?? '', status)(own)
      served(roundedMs(ms))
      log = served
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
    const told = this.observer.note(incoming, observed, ms, config)
    return log === undefined || told === undefined ? undefined : { told, log }
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
