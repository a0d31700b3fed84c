/**
 * The definition that a node gets, action by action. It is worked out with the functions that serve it, on copies of the pools.
 * @module
 */
import { type ActionPlan, planOf, planWithStartupConfig } from '../core/definition.ts'
import type { Exact } from '../core/exact-value.ts'
import type { ExplainedAction, ExplainedDefinition } from '../core/explanation.ts'
import type { Inventory } from '../core/inventory.ts'
import type { NodeId } from '../core/node-report.ts'
import type { Pattern } from '../core/pattern.ts'
import { Problem } from '../core/problem.ts'
import { parseRelativePath } from '../core/request-path.ts'
import type { PoolAllocator } from '../ports.ts'
import { AttributeFiles } from './attribute-files.ts'
import { ActionAttributes } from './explain-attributes.ts'
import type { ExplainedDataRoot, Hide } from './explain-sources.ts'
import type { NamedSwitch } from './named-switch.ts'
import { nodeDefinition, startupConfigUrl } from './node-definition.ts'
import { silentLog } from './silent-log.ts'

export interface DefinitionSubject {
  readonly found: NamedSwitch
  readonly inventory: Inventory
  readonly pools: PoolAllocator
  readonly hide: Hide
  readonly serverUrl: string
  /** The pattern that a node without a folder gets its definition by. */
  readonly taken: Pattern | undefined
}

/** Undefined: there is none to tell of. */
export async function explainDefinition(
  dataRoot: ExplainedDataRoot,
  subject: DefinitionSubject,
): Promise<ExplainedDefinition | undefined> {
  const { found, taken, serverUrl } = subject
  const { nodeId } = found
  const source = await sourceOf(dataRoot, found, taken)
  if (nodeId === undefined || source === undefined) return undefined
  const { from, path } = source
  const read = path === undefined ? undefined : await dataRoot.files.definition(path)
  const definition = read instanceof Problem ? undefined : read?.definition
  const plan = planFor(dataRoot, nodeId, serverUrl, definition)
  const files = await AttributeFiles.read(dataRoot, nodeId, path)
  const attributes = new ActionAttributes(dataRoot, { ...subject, nodeId, files, definition })
  const actions: ExplainedAction[] = []
  for (const { action, isOurs } of plan?.actions ?? []) {
    const number = definition?.actions?.indexOf(action) ?? -1
    actions.push({
      name: textOf(action.get('name')),
      action: textOf(action.get('action')),
      always: action.get('always_execute') === true,
      origin: isOurs ? 'startup-config' : 'definition',
      at: files.actionPlace(number),
      attributes: await attributes.of(action, number),
    })
  }
  const refusal = found.hasFolder
    ? await served(dataRoot, subject, nodeId)
    : (missing(read, path, taken) ?? attributes.problem)
  return {
    from,
    file: path === undefined || read === undefined ? null : dataRoot.shown(path),
    name: textOf(definition?.fields.get('name')),
    actions,
    problem: refusal === undefined ? null : dataRoot.problemJson(refusal),
  }
}

function textOf(value: Exact | undefined): string | null {
  return typeof value === 'string' ? value : null
}

interface DefinitionSource {
  readonly from: ExplainedDefinition['from']
  /** Below the data root; undefined: there is no file. */
  readonly path: string | undefined
}

async function sourceOf(
  { files }: ExplainedDataRoot,
  { nodeId, hasFolder }: NamedSwitch,
  taken: Pattern | undefined,
): Promise<DefinitionSource | undefined> {
  if (nodeId === undefined) return undefined
  if (!hasFolder) {
    const name = taken?.definition === undefined ? undefined : parseRelativePath(taken.definition)
    return taken && { from: 'pattern', path: name && `definitions/${name.join('/')}` }
  }
  const path = `nodes/${nodeId}/definition`
  if ((await files.bytes(path)) !== undefined) return { from: 'node', path }
  return { from: files.hasStartupConfig(nodeId) ? 'startup-config' : 'node', path: undefined }
}

function planFor(
  { files }: ExplainedDataRoot,
  id: NodeId,
  serverUrl: string,
  definition: Parameters<typeof planWithStartupConfig>[0],
): ActionPlan | undefined {
  if (files.hasStartupConfig(id)) {
    return planWithStartupConfig(definition, startupConfigUrl(serverUrl, id))
  }
  return definition === undefined ? undefined : planOf(definition)
}

/** Why the server would refuse the node, by the very function that serves it. */
async function served(
  { files, bounded, validateTopology, previewPlugins }: ExplainedDataRoot,
  { found, inventory, pools, serverUrl }: DefinitionSubject,
  id: NodeId,
): Promise<Problem | undefined> {
  const { report } = found
  const answer = await nodeDefinition(
    {
      files: report === undefined ? files : { ...files, record: () => report },
      plugins: previewPlugins(pools),
      bounded,
      validateTopology,
      inventory: () => inventory,
      log: silentLog,
    },
    id,
    serverUrl,
  )
  return answer instanceof Problem ? answer : undefined
}

function missing(
  read: unknown,
  path: string | undefined,
  taken: Pattern | undefined,
): Problem | undefined {
  if (read instanceof Problem) return read
  if (read !== undefined) return undefined
  const name = taken?.definition ?? ''
  const message = `pattern ${taken?.name} names the definition "${name}", which is not there`
  const fix = `write ${path ?? `definitions/${name}`}, or name another`
  return new Problem('definition-missing', message, { fix })
}
