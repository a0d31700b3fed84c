/**
 * `POST /nodes`: a switch reports itself. A known one is noted, a new one gets a folder by the first pattern that it matches.
 * @module
 */
import type { BoundedTest } from '../core/matcher.ts'
import { matchNode, type Neighbordb, refusalsOf } from '../core/neighbordb.ts'
import {
  type Identifier,
  type NodeId,
  type NodeReport,
  nodeIdOf,
  nodeRecordText,
  readNodeReport,
} from '../core/node-report.ts'
import { decodeUtf8 } from '../core/operator-file.ts'
import type { Pattern } from '../core/pattern.ts'
import { Problem } from '../core/problem.ts'
import { parseRelativePath } from '../core/request-path.ts'
import { describeMismatch } from '../core/topology.ts'
import type { DataRootSource, Log, NewNodeFile, NodeStore } from '../ports.ts'
import { neighbordbInForce } from './neighbordb-in-force.ts'
import { patternFileText } from './node-files.ts'

export interface RegisterNodeDeps {
  readonly files: DataRootSource
  readonly store: NodeStore
  readonly identifier: Identifier
  /** Runs expressions that may take long. */
  readonly bounded: BoundedTest
  readonly log: Log
}

/** How a report ended: with a folder that is new, with one that was there, or with nothing made. */
export type Registration =
  | {
      readonly kind: 'created' | 'known'
      readonly id: NodeId
      readonly report: NodeReport
      /** The names of the files that were made. */
      readonly files: readonly string[]
    }
  | {
      readonly kind: 'refused'
      readonly id: NodeId | undefined
      readonly report: NodeReport | undefined
      readonly problem: Problem
    }

/**
 * Takes a node's report.
 * @param from who sent it, for the log
 */
export async function registerNode(
  deps: RegisterNodeDeps,
  body: Uint8Array,
  from: string,
): Promise<Registration> {
  const { log, store } = deps
  const text = decodeUtf8(body)
  const report = text === undefined ? notUtf8() : readNodeReport(text)
  if (report instanceof Problem) return refused(undefined, undefined, report)
  const id = nodeIdOf(report, deps.identifier)
  if (id instanceof Problem) return refused(undefined, report, id)
  log.info(`${id}: node posted`, { from, data: nodeRecordText(report).trim().slice(0, 2_000) })
  try {
    const state = store.state(id)
    if (state === 'known') return await noteKnown(deps, id, report)
    if (state === 'unfinished') {
      const fix = 'add a definition or a startup-config to it, or delete it'
      const message = 'its folder has neither definition nor startup-config'
      return refused(id, report, new Problem('node-unfinished', message, { switch: id, fix }))
    }
    if (report.config instanceof Problem) return refused(id, report, report.config)
    const files =
      report.config === undefined
        ? await filesByPattern(deps, id, report)
        : [newFile('startup-config', report.config)]
    if (files instanceof Problem) return refused(id, report, files)
    const made = await store.create(id, [...files, newFile('.node', nodeRecordText(report))])
    // somebody else was quicker: the same switch, or an operator
    if (made === 'exists') return await noteKnown(deps, id, report)
    return { kind: 'created', id, report, files: files.map(({ name }) => name) }
  } catch (error) {
    if (error instanceof Problem) return refused(id, report, error)
    throw error
  }
}

function refused(
  id: NodeId | undefined,
  report: NodeReport | undefined,
  problem: Problem,
): Registration {
  return { kind: 'refused', id, report, problem }
}

function notUtf8(): Problem {
  return new Problem('node-report', 'the report of a node cannot be used: it is not UTF-8')
}

async function noteKnown(
  { store }: RegisterNodeDeps,
  id: NodeId,
  report: NodeReport,
): Promise<Registration> {
  await store.writeRecord(id, nodeRecordText(report))
  return { kind: 'known', id, report, files: [] }
}

function newFile(name: NewNodeFile['name'], content: string | Uint8Array): NewNodeFile {
  return { name, bytes: typeof content === 'string' ? Buffer.from(content) : content }
}

/** The files of a new node by the first pattern that it matches. */
async function filesByPattern(
  deps: RegisterNodeDeps,
  id: NodeId,
  report: NodeReport,
): Promise<readonly NewNodeFile[] | Problem> {
  const { files, log, bounded } = deps
  const { neighbordb, problems } = await neighbordbInForce(files, log)
  const [problem] = problems
  if (neighbordb === undefined) return unmatched(id, problem, 'there is no neighbordb')
  const pattern = matchNode(neighbordb, id, report, bounded)
  if (pattern === undefined) return noMatch(deps, neighbordb, id, report)
  log.info(`${id}: matched pattern ${pattern.name}`)
  return filesOf(deps, pattern, id, report)
}

function unmatched(id: NodeId, cause: Problem | undefined, otherwise: string): Problem {
  const message =
    cause === undefined ? otherwise : 'neighbordb cannot be used, and no earlier one was good'
  return new Problem('node-unmatched', message, { switch: id, at: cause?.at, cause })
}

/** How many patterns are told of, each with its reason. */
const maxRefusals = 20

function noMatch(
  { log, bounded }: RegisterNodeDeps,
  neighbordb: Neighbordb,
  id: NodeId,
  report: NodeReport,
): Problem {
  const refusals = refusalsOf(neighbordb, id, report, bounded, maxRefusals)
  const reasons = refusals.map(
    ({ pattern, mismatch }) => `pattern ${pattern.name}: ${describeMismatch(mismatch)}`,
  )
  for (const reason of reasons) log.info(`${id}: no match: ${reason}`)
  const untold = neighbordb.patterns.length - refusals.length
  if (refusals.length === maxRefusals && untold > 0) {
    log.info(`${id}: no match: ${untold} further patterns`)
  }
  const shown = reasons.length === 0 ? 'it has no pattern for this node' : reasons.join('; ')
  return new Problem('node-unmatched', `no pattern of neighbordb matches: ${shown}`, { switch: id })
}

async function filesOf(
  { files, log }: RegisterNodeDeps,
  pattern: Pattern,
  id: NodeId,
  report: NodeReport,
): Promise<readonly NewNodeFile[] | Problem> {
  const made: NewNodeFile[] = []
  const name = pattern.definition ?? ''
  const path = parseRelativePath(name)
  const found =
    path === undefined ? undefined : await files.definition(`definitions/${path.join('/')}`)
  if (found instanceof Problem) return found
  if (found === undefined) {
    const message = `pattern ${pattern.name} names the definition "${name}", which is not there`
    const fix = `write definitions/${name}, or name another`
    return new Problem('definition-missing', message, { switch: id, fix })
  }
  if (found.definition.fields.size === 0) {
    return new Problem('definition-shape', `definitions/${name} is empty`, { switch: id })
  }
  log.info(`${id}: definition copied from definitions/${name}`)
  made.push(newFile('definition', found.bytes))
  made.push(newFile('pattern', patternFileText(pattern, report)))
  if (pattern.configHandler === undefined) return made
  const handlerPath = parseRelativePath(pattern.configHandler)
  const handler =
    handlerPath === undefined
      ? undefined
      : await files.bytes(`config-handlers/${handlerPath.join('/')}`)
  if (handler instanceof Problem) return handler
  if (handler === undefined) {
    const message = `pattern ${pattern.name} names the config-handler "${pattern.configHandler}", which is not there`
    const fix = `write config-handlers/${pattern.configHandler}, or name another`
    return new Problem('handler-missing', message, { switch: id, fix })
  }
  made.push(newFile('config-handler', handler))
  return made
}
