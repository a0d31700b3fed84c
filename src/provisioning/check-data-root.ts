/**
 * Everything in a data root, checked as the server would use it.
 * @module
 */

import { bootstrapConfigJson } from '../core/bootstrap.ts'
import { mismatchOf } from '../core/neighbordb.ts'
import type { NodeId, NodeReport } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import { parsePathSegment } from '../core/request-path.ts'
import { describeMismatch } from '../core/topology.ts'
import { checkDefinition, type DataRootCheck, type NodeAttributes } from './check-definition.ts'
import { checkNeighbordb } from './check-neighbordb.ts'
import { missingPattern } from './node-definition.ts'

/** A pool with no more than this part of its values free is told of. */
const lowShare = 0.1

/** Gives every problem of a data root, by file. */
export async function checkDataRoot(check: DataRootCheck): Promise<readonly Problem[]> {
  const problems = [
    ...(await checkBootstrap(check)),
    ...(await checkNeighbordb(check)),
    ...(await checkPools(check)),
  ]
  const nodes = new NodeFolders(await check.files.list('nodes'))
  const attributes = await nodeAttributes(check, nodes)
  for (const path of await check.files.list('definitions')) {
    problems.push(...(await checkDefinition(check, path, attributes)))
  }
  for (const id of nodes.ids) problems.push(...(await checkNode(check, nodes, id, attributes)))
  return problems
}

async function checkBootstrap(check: DataRootCheck): Promise<readonly Problem[]> {
  const { files, dataRoot, bootstrapFilename, isShipped } = check
  const conf = await files.read('bootstrap/bootstrap.conf')
  const file = `${dataRoot}/bootstrap/bootstrap.conf`
  const json = conf instanceof Problem ? conf : bootstrapConfigJson(file, conf)
  const problems = json instanceof Problem ? [json] : []
  const path = `bootstrap/${bootstrapFilename}`
  const isThere = await files.has(path)
  if (isThere || (bootstrapFilename === 'bootstrap' && isShipped('bootstrap'))) return problems
  const missing = new Problem('bootstrap-missing', 'there is no bootstrap script', {
    at: { file: `${dataRoot}/${path}` },
    fix: 'put it there, or leave [bootstrap] filename out: the shipped one is called bootstrap',
  })
  return [...problems, missing]
}

async function checkPools({ pools, dataRoot }: DataRootCheck): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const name of await pools.names()) {
    const at = { file: `${dataRoot}/resources/${name}` }
    try {
      const entries = await pools.read(name)
      problems.push(...(await pools.warnings(name)))
      const free = entries.filter(({ holder }) => holder === undefined).length
      if (free > entries.length * lowShare) continue
      const message = `${free} of ${entries.length} values are free`
      const fix = 'add values, or release some: ztpush resources release'
      problems.push(new Problem('pool-low', message, { at, fix }))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.push(error)
    }
  }
  return problems
}

/** The folders below `nodes/` with their files. */
class NodeFolders {
  readonly ids: readonly string[]
  readonly #files: ReadonlySet<string>

  constructor(paths: readonly string[]) {
    this.#files = new Set(paths)
    const ids = paths.map((path) => path.split('/')[1] ?? '').filter((id) => id !== '')
    this.ids = [...new Set(ids)]
  }

  has(id: string, name: string): boolean {
    return this.#files.has(`nodes/${id}/${name}`)
  }
}

async function nodeAttributes(check: DataRootCheck, nodes: NodeFolders): Promise<NodeAttributes> {
  const names = new Map<string, ReadonlySet<string>>()
  for (const id of nodes.ids) {
    const nodeId = parsePathSegment(id)
    if (nodeId === undefined || !nodes.has(id, 'attributes')) continue
    const found = await check.source.attributes(nodeId)
    if (!(found instanceof Problem)) names.set(id, new Set(found.keys()))
  }
  return names
}

/** Whether the node is given its definition, as far as its `pattern` is concerned. */
async function patternProblem(
  { source, dataRoot, bounded }: DataRootCheck,
  id: NodeId,
  report: NodeReport | undefined,
): Promise<Problem | undefined> {
  const place = { at: { file: `${dataRoot}/nodes/${id}/pattern` }, switch: id }
  const pattern = await source.ownPattern(id)
  if (pattern === undefined) return missingPattern(place)
  if (pattern instanceof Problem) return pattern
  const mismatch = report === undefined ? undefined : mismatchOf(pattern, report, bounded)
  if (mismatch === undefined) return undefined
  const message = `the node does not match it any more: ${describeMismatch(mismatch)}`
  return new Problem('pattern-mismatch', message, place)
}

async function checkNode(
  check: DataRootCheck,
  nodes: NodeFolders,
  id: string,
  attributes: NodeAttributes,
): Promise<readonly Problem[]> {
  const { source, files, dataRoot } = check
  const nodeId = parsePathSegment(id)
  if (nodeId === undefined) return []
  const problems: Problem[] = []
  const note = (found: unknown) => {
    if (found instanceof Problem) problems.push(found)
  }
  const isUnfinished = !nodes.has(id, 'definition') && !nodes.has(id, 'startup-config')
  if (isUnfinished) {
    const message = 'the folder has neither definition nor startup-config: the node is refused'
    const at = { file: `${dataRoot}/nodes/${id}` }
    note(
      new Problem('node-unfinished', message, { at, fix: 'add one of them, or delete the folder' }),
    )
  }
  note(await source.attributes(nodeId))
  const report = await source.record(nodeId)
  note(report)
  if (check.validateTopology && !isUnfinished) {
    const known = report instanceof Problem ? undefined : report
    note(await patternProblem(check, nodeId, known))
  }
  if (
    nodes.has(id, 'config-handler') &&
    !(await files.isExecutable(`nodes/${id}/config-handler`))
  ) {
    const at = { file: `${dataRoot}/nodes/${id}/config-handler` }
    note(new Problem('handler-not-executable', 'it may not be run', { at, fix: 'chmod +x it' }))
  }
  problems.push(...(await checkDefinition(check, `nodes/${id}/definition`, attributes, id)))
  return problems
}
