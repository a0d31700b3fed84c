/**
 * The attributes of an action: what the switch is sent, and where each value comes from.
 * @module
 */
import {
  mergeScopes,
  type PluginCall,
  pluginCalls,
  type ReferenceScopes,
  replaceReferences,
  runPlugins,
} from '../core/attributes.ts'
import { attributesOf, type Definition } from '../core/definition.ts'
import { dataFromExact, type Exact, type ExactMap, isExactMap } from '../core/exact-value.ts'
import type { ExplainedAttribute } from '../core/explanation.ts'
import { findSwitch } from '../core/inventory.ts'
import type { Origin, Statement } from '../core/layer-trace.ts'
import type { NodeId } from '../core/node-report.ts'
import { type Place, toPlace } from '../core/place.ts'
import { Problem } from '../core/problem.ts'
import { traceVariables } from '../core/provenance.ts'
import type { AttributeFiles } from './attribute-files.ts'
import type { DefinitionSubject } from './explain-definition.ts'
import type { ExplainedDataRoot } from './explain-sources.ts'
import { holderOfNode, idsOfTexts } from './holder.ts'
import { inventoryVariables } from './node-definition.ts'
import { type AskingNode, builtInPlugins, type Plugins } from './plugins.ts'
import { reportOfIds } from './report-of-ids.ts'

interface AttributesSubject extends DefinitionSubject {
  readonly nodeId: NodeId
  readonly files: AttributeFiles
  readonly definition: Definition | undefined
}

/** What a plugin said; `value` is undefined where nobody knows without running it. */
interface CallResult {
  readonly value: string | undefined
  readonly problem: Problem | undefined
}

type Scope = ExplainedAttribute['scope']

/** Works out the attributes of one action after the other, as the server does. */
export class ActionAttributes {
  /** The first call that failed: the node is refused with it. */
  problem: Problem | undefined
  readonly #dataRoot: ExplainedDataRoot
  readonly #subject: AttributesSubject
  readonly #plugins: Plugins
  readonly #asking: AskingNode
  readonly #inventory: () => ExactMap
  readonly #results = new Map<string, CallResult>()

  constructor(dataRoot: ExplainedDataRoot, subject: AttributesSubject) {
    const { found, inventory, nodeId, pools } = subject
    const report = found.report ?? reportOfIds(found.ids)
    this.#dataRoot = dataRoot
    this.#subject = subject
    this.#plugins = dataRoot.previewPlugins(pools)
    this.#asking = { id: nodeId, report, holder: holderOfNode(nodeId, report, inventory) }
    const { systemMac = '', serialNumber = '' } = report
    let variables: ExactMap | undefined
    this.#inventory = () => {
      variables ??= inventoryVariables(inventory, [systemMac, serialNumber])
      return variables
    }
  }

  /** @param number which action of the definition it is; -1: one of the server's own, sent as it stands */
  async of(action: ExactMap, number: number): Promise<ExplainedAttribute[]> {
    const own = attributesOf(action)
    if (number < 0) return [...own].map(([name, value]) => this.#plain(name, value))
    const { nodeId, definition, files } = this.#subject
    const stated = await this.#dataRoot.files.attributes(nodeId)
    const node = stated instanceof Problem ? new Map<string, Exact>() : stated
    if (stated instanceof Problem) this.problem ??= stated
    const scopes = {
      node,
      own,
      global: definition?.attributes ?? new Map<string, Exact>(),
      inventory: this.#inventory,
    }
    const replaced = replaceReferences(mergeScopes(scopes.global, node, own), scopes)
    const finished = await runPlugins(replaced, (call) => this.#run(call))
    return files.origins(number).map((origin) => {
      const { path, from } = origin
      const calls = pluginCalls(valueAt(replaced, path) ?? null)
      const reference = this.#reference(origin, scopes, number)
      const hidden = reference === null ? path : [...path, reference.name]
      const { hide } = this.#subject
      return {
        path: [...path],
        value: hide(dataFromExact(valueAt(finished, path) ?? null), hidden),
        isExact: calls.every((call) => this.#resultOf(call).value !== undefined),
        ...this.#told(from),
        written: hide(from.value, path),
        overrides: origin.overrides.map((statement) => ({
          value: hide(statement.value, path),
          ...this.#told(statement),
        })),
        reference,
        calls: calls.map((call) => this.#callJson(call, hidden)),
      }
    })
  }

  #plain(name: string, value: Exact): ExplainedAttribute {
    const shown = this.#subject.hide(dataFromExact(value), [name])
    return {
      path: [name],
      value: shown,
      isExact: true,
      scope: 'action',
      at: null,
      written: shown,
      overrides: [],
      reference: null,
      calls: [],
    }
  }

  #told({ layer, at }: Statement): { scope: Scope; at: Place } {
    const scope = layer === 'node' || layer === 'definition' ? layer : 'action'
    return { scope, at: toPlace(at) }
  }

  /** Who sets the name that a value refers to, by the order of {@link replaceReferences}. */
  #reference(
    { path, from }: Origin,
    scopes: ReferenceScopes,
    number: number,
  ): ExplainedAttribute['reference'] {
    const { value } = from
    // deeper ones are not replaced
    if (typeof value !== 'string' || !value.startsWith('$') || path.length > 2) return null
    const name = value.slice(1)
    const { files } = this.#subject
    for (const scope of ['node', 'definition'] as const) {
      const holder = scope === 'node' ? scopes.node : scopes.global
      if (holder.has(name)) return { name, scope, at: files.place(scope, name, number) }
    }
    if (name !== path[0] && scopes.own.has(name)) {
      return { name, scope: 'action', at: files.place('action', name, number) }
    }
    if (!this.#inventory().has(name)) return { name, scope: null, at: null }
    return { name, scope: 'inventory', at: this.#variablePlace(name) }
  }

  #variablePlace(name: string): Place | null {
    const { inventory } = this.#subject
    const { systemMac = '', serialNumber = '' } = this.#asking.report
    const found = findSwitch(inventory, idsOfTexts([systemMac, serialNumber]))
    if (found.kind !== 'switch') return null
    const origin = traceVariables(inventory, found.ordinal).find(({ path }) => path[0] === name)
    return origin === undefined ? null : toPlace(origin.from.at)
  }

  async #run(call: PluginCall): Promise<string> {
    const key = JSON.stringify([call.name, call.argument])
    const result = this.#results.get(key) ?? (await this.#ask(call))
    this.#results.set(key, result)
    return result.value ?? `${call.name}('${call.argument}')`
  }

  async #ask(call: PluginCall): Promise<CallResult> {
    try {
      const value = await this.#plugins.run(call, this.#asking)
      // an executable is not run: what it says nobody knows
      return {
        value: builtInPlugins.includes(call.name) ? value : undefined,
        problem: undefined,
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.problem ??= error
      return { value: undefined, problem: error }
    }
  }

  #resultOf({ name, argument }: PluginCall): CallResult {
    const known = this.#results.get(JSON.stringify([name, argument]))
    return known ?? { value: undefined, problem: undefined }
  }

  #callJson(call: PluginCall, path: readonly string[]): ExplainedAttribute['calls'][number] {
    const { value, problem } = this.#resultOf(call)
    const shown = value === undefined ? null : this.#subject.hide(value, path)
    return {
      plugin: call.name,
      argument: call.argument,
      value: shown === null ? null : String(shown),
      problem: problem === undefined ? null : this.#dataRoot.problemJson(problem),
    }
  }
}

function valueAt(attributes: ExactMap, path: readonly string[]): Exact | undefined {
  let value: Exact | undefined = attributes
  for (const name of path) value = isExactMap(value) ? value.get(name) : undefined
  return value
}
