/**
 * `GET|HEAD /dynconfig`: the configuration of the switch that the headers name.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { idsFromHeaders } from '../../core/identity.ts'
import { entryAt } from '../../core/inventory.ts'
import type { Identifier } from '../../core/node-report.ts'
import { describeProblem, Problem } from '../../core/problem.ts'
import type {
  DataRootSource,
  FaultLog,
  Live,
  Log,
  PoolAllocator,
  Pools,
  PreparedLine,
  Snapshot,
} from '../../ports.ts'
import type { Bootstrap } from '../../provisioning/bootstrap.ts'
import { allocateFor } from '../../provisioning/config-allocations.ts'
import {
  askingFacts,
  type ConfigAnswer,
  locateSwitch,
  renderSwitch,
} from '../../provisioning/config-answer.ts'
import { ConfigCache } from '../../provisioning/config-cache.ts'
import { matchesEtag } from '../etag.ts'
import { socketHost } from '../listener.ts'
import {
  type Answer,
  type AnswerInit,
  configurationAnswer,
  etagOf,
  initOf,
  notModified,
  type Refusal,
  refusalAnswer,
  scriptAnswer,
} from './answer.ts'
import { type Asking, createAskings, isAlike } from './asking.ts'
import {
  createObserver,
  type Observed,
  type Observer,
  type ObserverDeps,
  roundedMs,
  type Told,
  whoAsks,
} from './observer.ts'

export interface DynconfigDeps extends ObserverDeps {
  readonly snapshot: Live<Snapshot>
  readonly faults: FaultLog
  readonly log: Log
  readonly path: string
  readonly defaultTemplate: string
  readonly identifier: Identifier
  /** Undefined: there is no data root, hence no pools. */
  readonly pools: Pools | undefined
  readonly files: DataRootSource | undefined
  /** What a switch gets that the inventory does not know; undefined: 404. */
  readonly unknownSwitch: Bootstrap | undefined
  /** The server's URL as settings state it; undefined: the address that the request came to. */
  readonly serverUrl: string | undefined
}

/**
 * What a switch was answered last, and to which request. One flat object of one shape: with 100,000 switches each further one that an
 * answer is spread over is one more that the processor has to fetch from far away.
 */
class Remembered implements Answer {
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
  readonly etag: string | undefined
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
    this.etag = etagOf(answer)
    this.init = initOf(answer, this.etag, snapshot)
    this.said = undefined
    this.size = answer.contentLength + 800
  }
}

/** What was said of an answer to one address: an event, and a line of the log. */
interface Said {
  readonly told: Told
  readonly log: (ms: number) => void
}

/** Room for 100,000 short configurations. */
const cacheBytes = 192 * 1_048_576

export function dynconfigRoutes(deps: DynconfigDeps): Hono<{ Bindings: HttpBindings }> {
  const { path, clock } = deps
  const cache = new ConfigCache<Remembered>(cacheBytes)
  const askingOf = createAskings()
  const noting: Noting = {
    ...deps,
    usualRequest: `GET ${path}`,
    served: createLogServed(deps),
    observer: createObserver(deps, '/dynconfig'),
  }

  return new Hono<{ Bindings: HttpBindings }>().get(path, (c): Response | Promise<Response> => {
    const started = clock.monotonic()
    const { incoming } = c.env
    const { headers } = incoming
    // once: a reload must not change the answer half-way
    const snapshot = deps.snapshot.current()
    const serial = headers['x-arista-serial']
    const who = headers['x-arista-systemmac'] ?? serial
    const key = typeof who === 'string' && !hasSerialAlias(incoming) ? who : undefined
    const known = key === undefined ? undefined : cache.get(snapshot.version, key)
    if (known !== undefined && known.serial === serial && isAlike(known.asking, headers)) {
      return sendAgain(noting, known, { snapshot, incoming, asking: known.asking, started })
    }
    const asked = { snapshot, incoming, asking: askingOf(headers), started }
    const finish = (answer: Answer): Response => {
      if (answer.entry !== undefined || answer.status === 503) {
        deps.meter.renders.count(answer.status, clock.monotonic() - started)
      }
      // what names no known switch could fill the memory, and is quickly answered anew
      if (
        key !== undefined &&
        !answer.transient &&
        (answer.status === 200 || answer.status === 503)
      ) {
        const known = new Remembered(answer, asked)
        cache.set(snapshot.version, key, known)
        return sendAgain(noting, known, asked)
      }
      return send(noting, answer, asked)
    }
    const made = answer(deps, asked)
    return made instanceof Promise ? made.then(finish) : finish(made)
  })
}

/** The aliases of the serial number header; nothing is remembered for who uses them. */
function hasSerialAlias({ headers }: IncomingMessage): boolean {
  return (
    headers['x-arista-serialnumber'] !== undefined || headers['x-arista-serialnum'] !== undefined
  )
}

function answer(
  deps: DynconfigDeps,
  { snapshot, incoming, asking: { description, host } }: Asked,
): Answer | Promise<Answer> {
  const refuse = (status: Refusal['status'], line: string, problem: Problem, transient = true) =>
    refusalAnswer({ status, line, problem, who, transient })
  const ids = idsFromHeaders(incoming.headers)
  const who = ids instanceof Problem ? '' : (ids.systemMac ?? ids.serialNumber ?? '')
  if (ids instanceof Problem) return refuse(400, howToAsk(deps, incoming, ids), ids)
  if (description instanceof Problem) {
    return refuse(400, howToAsk(deps, incoming, description), description)
  }
  const located = locateSwitch(snapshot, ids)
  if (located.kind === 'unknown') {
    if (deps.unknownSwitch !== undefined) {
      return bootstrapAnswer(deps.unknownSwitch, deps.serverUrl ?? `http://${host}`, who, refuse)
    }
    return refuse(404, 'This switch is not in the inventory.', located.problem)
  }
  // transient: the file may be mended without a change of what is in force
  if (located.kind === 'unavailable') return refuse(503, noConfig, located.problem)
  if (located.mismatch !== undefined) {
    deps.faults.note(located.mismatch)
    deps.log.warn(describeProblem(located.mismatch), { code: located.mismatch.code })
  }
  const serverUrl = deps.serverUrl ?? `http://${host}`
  const facts = askingFacts(ids, description)
  const { defaultTemplate, identifier, files } = deps
  const sources = { inventory: snapshot.inventory, identifier, files }
  const options = {
    defaultTemplate,
    ...allocateFor(sources, allocatorFor(deps, incoming), ids),
  }
  const made = renderSwitch(snapshot, located.ordinal, facts, serverUrl, options)
  const finish = (result: ConfigAnswer): Answer =>
    result.kind === 'config'
      ? configurationAnswer(
          result.text,
          result.switchName,
          entryAt(snapshot.inventory, located.ordinal).id,
          result.transient,
        )
      : refuse(503, noConfig, result.problem, result.transient)
  return made instanceof Promise ? made.then(finish) : finish(made)
}

/** One DHCP option for both worlds: a switch that the inventory does not know runs the bootstrap client. */
async function bootstrapAnswer(
  bootstrap: Bootstrap,
  serverUrl: string,
  who: string,
  refuse: (status: 503, line: string, problem: Problem) => Answer,
): Promise<Answer> {
  const script = await bootstrap.script(serverUrl)
  return script instanceof Problem ? refuse(503, noConfig, script) : scriptAnswer(script, who)
}

/** A GET allocates; HEAD shows what would be. */
function allocatorFor(
  { pools }: DynconfigDeps,
  { method }: IncomingMessage,
): PoolAllocator | undefined {
  return method === 'HEAD' ? pools?.scratch() : pools
}

const noConfig =
  'The configuration of this switch cannot be made at this moment; the server side knows why.'

/** What to send instead; nothing of the request is repeated. */
function howToAsk(deps: DynconfigDeps, incoming: IncomingMessage, problem: Problem): string {
  const url = deps.serverUrl ?? `http://${socketHost(incoming)}`
  const reason =
    problem.code === 'identity-missing'
      ? 'The request names no switch'
      : `Bad request: ${problem.message}`
  return `${reason}. Try: curl -H 'X-Arista-SystemMAC: 52:54:00:00:11:11' ${url}${deps.path}`
}

/** Logs an answer with a configuration; all that a snapshot gives share most of their line. */
type LogServed = (snapshot: Snapshot, method: string, status: number) => PreparedLine

function createLogServed({ log, path }: DynconfigDeps): LogServed {
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

interface Noting extends DynconfigDeps {
  /** What nearly every request is, as its event has it. */
  readonly usualRequest: string
  readonly served: LogServed
  readonly observer: Observer
}

/** A request that is being answered. */
interface Asked {
  readonly snapshot: Snapshot
  readonly incoming: IncomingMessage
  readonly asking: Asking
  /** By the monotonic clock, in milliseconds. */
  readonly started: number
}

/** Most of what a switch asks, it asks again, and all but the time is known then. */
function sendAgain(deps: Noting, known: Remembered, asked: Asked): Response {
  const { method, url, headers, socket } = asked.incoming
  const isUsual = method === 'GET' && url === deps.path && headers['if-none-match'] === undefined
  if (!isUsual || known.problem !== undefined) return send(deps, known, asked)
  const { said } = known
  deps.faults.clear(known.switchName)
  if (said === undefined || said.told.event.from !== socket.remoteAddress) {
    known.said = tell(deps, known, known.status, asked)
  } else {
    const ms = deps.clock.monotonic() - asked.started
    said.log(roundedMs(ms))
    deps.observer.again(said.told, ms, known.body)
  }
  return new Response(known.body, known.init)
}

function send(deps: Noting, answer: Answer, asked: Asked): Response {
  const { problem, switchName } = answer
  const { snapshot, incoming } = asked
  const etag = etagOf(answer)
  const isUnchanged = etag !== undefined && matchesEtag(incoming.headers['if-none-match'], etag)
  if (problem === undefined) deps.faults.clear(switchName)
  else if (answer.status === 503) deps.faults.note(problem)
  tell(deps, answer, isUnchanged ? 304 : answer.status, asked)
  return isUnchanged
    ? notModified(etag, snapshot)
    : new Response(answer.body, initOf(answer, etag, snapshot))
}

/** Logs an answer, and makes an event of it. Gives how to tell the same again, where that is the usual: somebody was served. */
function tell(deps: Noting, answer: Answer, status: number, asked: Asked): Said | undefined {
  const { problem, switchName } = answer
  const { snapshot, incoming, asking } = asked
  const { method, url } = incoming
  const { revision } = snapshot
  const from = incoming.socket.remoteAddress
  const ms = deps.clock.monotonic() - asked.started
  // who cannot be told from others has no name
  const own = { switch: switchName === '' ? whoAsks(incoming) : switchName, from }
  let log: Said['log'] | undefined
  if (problem === undefined) {
    const served = deps.served(snapshot, method ?? '', status)(own)
    served(roundedMs(ms))
    log = served
  } else {
    const shared = { ms: roundedMs(ms), method, route: deps.path, status, revision }
    const { code } = problem
    deps.log.warn('no configuration', { ...own, ...shared, code, reason: describeProblem(problem) })
  }
  const isGet = method === 'GET'
  const { description } = asking
  const observed: Observed = {
    kind: kindOf(answer, isGet),
    request: isGet && url === deps.path ? deps.usualRequest : undefined,
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
  const told = deps.observer.note(incoming, observed, ms, config)
  return log === undefined || told === undefined ? undefined : { told, log }
}

/** HEAD gives nobody a configuration. */
function kindOf({ problem, entry }: Answer, isGet: boolean): Observed['kind'] {
  if (!isGet) return 'seen'
  if (problem !== undefined) return 'config-refused'
  return entry === undefined ? 'bootstrap-served' : 'config-served'
}
