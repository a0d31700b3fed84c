/**
 * `GET /nodes/ID`: the definition of one node, its attributes worked out and its resources allocated.
 * @module
 */

import { mergeScopes, type PluginCall, replaceReferences, runPlugins } from '../core/attributes.ts'
import {
  type ActionPlan,
  attributesOf,
  finishPlan,
  planOf,
  planWithStartupConfig,
} from '../core/definition.ts'
import { type ExactMap, exactFromData, exactJson } from '../core/exact-value.ts'
import { findSwitch, type Inventory } from '../core/inventory.ts'
import type { BoundedTest } from '../core/matcher.ts'
import { mismatchOf } from '../core/neighbordb.ts'
import type { NodeId, NodeReport } from '../core/node-report.ts'
import { Problem, type ProblemDetails } from '../core/problem.ts'
import type { Data } from '../core/source-text.ts'
import { describeMismatch } from '../core/topology.ts'
import { mergeVariables } from '../core/variables.ts'
import type { DataRootSource, Log } from '../ports.ts'
import { holderOfNode, idsOfTexts } from './holder.ts'
import type { Plugins } from './plugins.ts'

export interface NodeDefinitionDeps {
  readonly files: DataRootSource
  readonly plugins: Plugins
  readonly bounded: BoundedTest
  readonly validateTopology: boolean
  /** Whose variables a reference may mean; undefined where there is no inventory. */
  readonly inventory: () => Inventory | undefined
  readonly log: Log
}

/** The JSON that a node is sent. */
export async function nodeDefinition(
  deps: NodeDefinitionDeps,
  id: NodeId,
  serverUrl: string,
): Promise<string | Problem> {
  const { files, log } = deps
  const report = await files.record(id)
  if (report === undefined) {
    const message = 'the node has not reported itself: there is no .node'
    return new Problem('node-unknown', message, { switch: id, fix: 'POST /nodes comes first' })
  }
  if (report instanceof Problem) return report
  const mismatch = deps.validateTopology ? await checkTopology(deps, id, report) : undefined
  if (!deps.validateTopology) log.debug(`${id}: topology validation is disabled`)
  if (mismatch !== undefined) return mismatch
  const found = await files.definition(`nodes/${id}/definition`)
  if (found instanceof Problem) return found
  const definition = found?.definition
  let plan: ActionPlan | undefined
  if (files.hasStartupConfig(id)) {
    plan = planWithStartupConfig(definition, startupConfigUrl(serverUrl, id))
  } else if (definition !== undefined) plan = planOf(definition)
  if (plan === undefined) {
    const message =
      definition === undefined
        ? 'the node has neither definition nor startup-config'
        : 'the definition has no actions'
    return new Problem('definition-missing', message, { switch: id })
  }
  const own = await files.attributes(id)
  if (own instanceof Problem) return own
  return fillPlan(deps, {
    id,
    report,
    plan,
    node: own,
    global: definition?.attributes ?? new Map(),
  })
}

/** Where a node fetches its startup-config. */
export function startupConfigUrl(serverUrl: string, id: NodeId): string {
  return `${serverUrl.replace(/\/+$/, '')}/nodes/${encodeURIComponent(id)}/startup-config`
}

async function checkTopology(
  { files, bounded, log }: NodeDefinitionDeps,
  id: NodeId,
  report: NodeReport,
): Promise<Problem | undefined> {
  const pattern = await files.ownPattern(id)
  if (pattern === undefined) return missingPattern({ switch: id })
  if (pattern instanceof Problem) return pattern
  const mismatch = mismatchOf(pattern, report, bounded)
  if (mismatch === undefined) {
    log.info(`${id}: topology validation passed`)
    return undefined
  }
  const reason = describeMismatch(mismatch)
  log.debug(`${id}: topology validation failed: ${reason}`)
  return new Problem('pattern-mismatch', `topology check failed: ${reason}`, { switch: id })
}

/** A node without a `pattern` is refused while topology is validated. */
export function missingPattern(place: Pick<ProblemDetails, 'at' | 'switch'>): Problem {
  return new Problem('pattern-mismatch', 'there is no pattern to validate the topology by', {
    ...place,
    fix: 'write one, or set disable_topology_validation',
  })
}

/** Everything that decides the answer to one node. */
interface Filling {
  readonly id: NodeId
  readonly report: NodeReport
  readonly plan: ActionPlan
  readonly node: ExactMap
  readonly global: ExactMap
}

async function fillPlan(
  deps: NodeDefinitionDeps,
  { id, report, plan, node, global }: Filling,
): Promise<string | Problem> {
  const { systemMac = '', serialNumber = '' } = report
  const inventoryNow = deps.inventory()
  let variables: ExactMap | undefined
  const inventory = () => {
    variables ??= inventoryVariables(inventoryNow, [systemMac, serialNumber])
    return variables
  }
  const asking = { id, report, holder: holderOfNode(id, report, inventoryNow) }
  const run = (call: PluginCall) => deps.plugins.run(call, asking)
  const finished: ExactMap[] = []
  try {
    for (const { action, isOurs } of plan.actions) {
      const own = attributesOf(action)
      if (isOurs) finished.push(own)
      else {
        const merged = mergeScopes(global, node, own)
        const replaced = replaceReferences(merged, { node, global, own, inventory })
        finished.push(await runPlugins(replaced, run))
      }
    }
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  return exactJson(finishPlan(plan, finished))
}

/** The merged variables of the switch that one of these ids leads to; none where nobody knows it. */
export function inventoryVariables(
  inventory: Inventory | undefined,
  ids: readonly string[],
): ExactMap {
  const found = inventory === undefined ? undefined : findSwitch(inventory, idsOfTexts(ids))
  if (inventory === undefined || found?.kind !== 'switch') return new Map()
  return exactFromData(mergeVariables(inventory, found.ordinal) as Data) as ExactMap
}
