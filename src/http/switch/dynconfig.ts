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
import type { DataRootSource, Live, PoolAllocator, Pools, Snapshot } from '../../ports.ts'
import type { Bootstrap } from '../../provisioning/bootstrap.ts'
import { allocateFor } from '../../provisioning/config-allocations.ts'
import {
  askingFacts,
  type ConfigAnswer,
  locateSwitch,
  renderSwitch,
} from '../../provisioning/config-answer.ts'
import { ConfigCache } from '../../provisioning/config-cache.ts'
import { socketHost } from '../listener.ts'
import {
  type Answer,
  configurationAnswer,
  type Refusal,
  refusalAnswer,
  scriptAnswer,
} from './answer.ts'
import { createAskings, isAlike } from './asking.ts'
import { type Asked, ConfigSender, type SenderDeps } from './config-sender.ts'
import { RememberedAnswer } from './remembered-answer.ts'

export interface DynconfigDeps extends SenderDeps {
  readonly snapshot: Live<Snapshot>
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

/** Room for 100,000 short configurations. */
const cacheBytes = 192 * 1_048_576

export function dynconfigRoutes(deps: DynconfigDeps): Hono<{ Bindings: HttpBindings }> {
  const { path, clock } = deps
  const cache = new ConfigCache<RememberedAnswer>(cacheBytes)
  const askingOf = createAskings()
  const sender = new ConfigSender(deps)

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
      return sender.sendAgain(known, { snapshot, incoming, asking: known.asking, started })
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
        const known = new RememberedAnswer(answer, asked.asking, serial)
        cache.set(snapshot.version, key, known)
        return sender.sendAgain(known, asked)
      }
      return sender.send(answer, asked)
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
