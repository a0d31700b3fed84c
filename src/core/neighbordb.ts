/**
 * neighbordb: the ordered patterns for switches that nobody has prepared a folder for.
 * @module
 */
import { type BoundedTest, testExpression } from './matcher.ts'
import type { Identifier, NodeReport } from './node-report.ts'
import { locateIn, type OperatorFile } from './operator-file.ts'
import { type Pattern, type PatternVariables, readPattern, readVariables } from './pattern.ts'
import { Problem } from './problem.ts'
import type { SourceNode } from './source-text.ts'
import {
  findMismatch,
  type Mismatch,
  requirementOf,
  requirementsMet,
  type Use,
} from './topology.ts'
import type { Rule } from './topology-rule.ts'

/** A neighbordb in force. */
export interface Neighbordb {
  readonly patterns: readonly Pattern[]
  /** The first pattern for each node that has one of its own. */
  readonly byNode: ReadonlyMap<string, Pattern>
  /** Of the patterns for any node: those that need a certain interface or device, by that; the places of the others. */
  readonly byRequirement: ReadonlyMap<string, readonly number[]>
  readonly unconditional: readonly number[]
}

/** What a file says. */
export interface NeighbordbReading {
  /** Undefined: one mistake makes all of it unusable. */
  readonly neighbordb: Neighbordb | undefined
  /** Why the file as a whole is unsound. */
  readonly whole: Problem | undefined
  /** Every pattern in file order with what is wrong with it; bogus ones are usable and never match. */
  readonly patterns: readonly {
    readonly name: string | undefined
    readonly problems: readonly Problem[]
  }[]
}

const nothing: Neighbordb = {
  patterns: [],
  byNode: new Map(),
  byRequirement: new Map(),
  unconditional: [],
}

const belowPatterns = 'write "patterns:", and the list of patterns below it'

/** Reads the file; an empty one has no patterns. */
export function readNeighbordb(file: OperatorFile, identifier: Identifier): NeighbordbReading {
  const { root } = file
  const unsound = (
    start: number,
    key: string | undefined,
    message: string,
    fix?: string,
  ): NeighbordbReading => {
    const at = locateIn(file, start)
    const whole = new Problem('neighbordb-shape', message, { at, key, fix })
    return { neighbordb: undefined, whole, patterns: [] }
  }
  if (root === undefined || isNull(root))
    return { neighbordb: nothing, whole: undefined, patterns: [] }
  if (root.kind !== 'dictionary') {
    return unsound(root.start, undefined, 'a mapping is expected', belowPatterns)
  }
  const fields = new Map(root.pairs.map((pair) => [pair.key, pair]))
  // beside `patterns` another key may hold anchors; without, it is most likely `patterns` misspelt
  const stranger = root.pairs.find(({ key }) => key !== 'variables' && key !== 'patterns')
  if (stranger !== undefined && !fields.has('patterns')) {
    const { key, keyStart } = stranger
    const message = 'there are no patterns, but a key that means nothing'
    return unsound(keyStart, key, message, belowPatterns)
  }
  let fault: NeighbordbReading | undefined
  const variables = readVariables(fields.get('variables')?.value, (start, key, message) => {
    fault ??= unsound(start, `variables${key}`, message)
  })
  if (fault !== undefined) return fault
  const list = fields.get('patterns')?.value
  if (list === undefined || isNull(list)) {
    return { neighbordb: nothing, whole: undefined, patterns: [] }
  }
  if (list.kind !== 'list') {
    const fix = 'begin each pattern with "- "'
    return unsound(list.start, 'patterns', 'a list of patterns is expected', fix)
  }
  return readPatterns(file, list.items, variables, identifier)
}

function readPatterns(
  file: OperatorFile,
  items: readonly SourceNode[],
  variables: PatternVariables,
  identifier: Identifier,
): NeighbordbReading {
  const good = new NeighbordbBuilder()
  let isSound = true
  const told = items.map((item, number) => {
    const path = `patterns[${number}]`
    const read = readPattern(item, { file, path, variables, identifier, isOwn: false })
    if ('rules' in read) {
      good.add(read)
      const { name, bogus } = read
      return { name, problems: bogus === undefined ? [] : [bogus] }
    }
    isSound = false
    return { name: nameOf(item), problems: read }
  })
  const neighbordb = isSound ? good.finish() : undefined
  return { neighbordb, whole: undefined, patterns: told }
}

function nameOf(item: SourceNode): string | undefined {
  const name =
    item.kind === 'dictionary' ? item.pairs.find(({ key }) => key === 'name')?.value : undefined
  if (name?.kind !== 'scalar' || name.value === null) return undefined
  return name.text ?? String(name.value)
}

function isNull(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null
}

/** What decides which nodes a pattern is compared with: its own node, else what it cannot do without, else all. */
export interface PatternPlace {
  readonly node: string | undefined
  readonly requirement: string | undefined
}

export function placeOf({ node, rules }: Pattern): PatternPlace {
  return { node, requirement: node === undefined ? requirementOf(rules) : undefined }
}

/** Puts patterns together, in file order. */
export class NeighbordbBuilder {
  readonly #patterns: Pattern[] = []
  readonly #byNode = new Map<string, Pattern>()
  readonly #byRequirement = new Map<string, number[]>()
  readonly #unconditional: number[] = []

  add(pattern: Pattern, { node, requirement }: PatternPlace = placeOf(pattern)): void {
    const place = this.#patterns.push(pattern) - 1
    if (node !== undefined) {
      if (!this.#byNode.has(node)) this.#byNode.set(node, pattern)
      return
    }
    if (requirement === undefined) this.#unconditional.push(place)
    else {
      const places = this.#byRequirement.get(requirement)
      if (places === undefined) this.#byRequirement.set(requirement, [place])
      else places.push(place)
    }
  }

  finish(): Neighbordb {
    return {
      patterns: this.#patterns,
      byNode: this.#byNode,
      byRequirement: this.#byRequirement,
      unconditional: this.#unconditional,
    }
  }
}

/** The pattern that a node matches, or undefined. */
export function matchNode(
  neighbordb: Neighbordb,
  nodeId: string,
  report: Pick<NodeReport, 'model' | 'interfaces'>,
  bounded: BoundedTest,
): Pattern | undefined {
  const own = neighbordb.byNode.get(nodeId)
  if (own !== undefined) return mismatchOf(own, report, bounded) === undefined ? own : undefined
  for (const place of candidates(neighbordb, report)) {
    const pattern = neighbordb.patterns[place]
    if (pattern !== undefined && mismatchOf(pattern, report, bounded) === undefined) return pattern
  }
  return undefined
}

/** The places of the patterns that a node may match, in file order. */
function candidates(
  neighbordb: Neighbordb,
  { interfaces }: Pick<NodeReport, 'interfaces'>,
): readonly number[] {
  const { byRequirement, unconditional } = neighbordb
  if (byRequirement.size === 0) return unconditional
  const places = [...unconditional]
  for (const requirement of requirementsMet(interfaces)) {
    const found = byRequirement.get(requirement)
    if (found !== undefined) for (const place of found) places.push(place)
  }
  return places.length === unconditional.length ? unconditional : places.sort((a, b) => a - b)
}

/** A pattern that does not match, and why. */
export interface Refusal {
  readonly pattern: Pattern
  readonly mismatch: Mismatch
}

/** Why a node matches none of the patterns that count for it, at most `max` of them, in file order. */
export function refusalsOf(
  neighbordb: Neighbordb,
  nodeId: string,
  report: NodeReport,
  bounded: BoundedTest,
  max: number,
): readonly Refusal[] {
  const own = neighbordb.byNode.get(nodeId)
  const refusals: Refusal[] = []
  for (const pattern of own === undefined ? neighbordb.patterns : [own]) {
    if (refusals.length >= max) break
    if (pattern !== own && pattern.node !== undefined) continue
    const mismatch = mismatchOf(pattern, report, bounded)
    if (mismatch !== undefined) refusals.push({ pattern, mismatch })
  }
  return refusals
}

/** The parts of a pattern that are compared with a node. */
export type Compared = Pick<Pattern, 'model' | 'rules' | 'bogus'>

/**
 * Why a node does not match a pattern; undefined when it does. Which node the pattern is for is not compared.
 * @param uses takes which interface has used up each positive rule
 */
export function mismatchOf(
  pattern: Compared,
  report: Pick<NodeReport, 'model' | 'interfaces'>,
  bounded: BoundedTest,
  uses?: Map<Rule, Use>,
): Mismatch | undefined {
  const { model, rules, bogus } = pattern
  if (bogus !== undefined) return { kind: 'bogus', reason: bogus.message }
  if (model !== undefined) {
    const matches =
      report.model === undefined ? false : testExpression(model, report.model, bounded)
    if (matches === undefined) return { kind: 'endless', pattern: `'${model.pattern}'` }
    if (!matches) return { kind: 'model', pattern: model.pattern, model: report.model }
  }
  return findMismatch(rules, report.interfaces, bounded, uses)
}
