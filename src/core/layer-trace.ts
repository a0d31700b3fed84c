/**
 * Where values come from that several layers state: dictionaries merge at every depth, of anything else the nearer layer wins.
 * @module
 */
import type { SourceLocation } from './problem.ts'
import type { Data, SourceNode, SourcePair } from './source-text.ts'

/** What one layer states, with its places. */
export interface TracedLayer {
  readonly name: string
  readonly pairs: readonly SourcePair[]
  /** The place of an offset. */
  readonly locate: (offset: number) => SourceLocation
  /** What a node of this layer's file means. */
  readonly nodeValue: (node: SourceNode) => Data
}

/** One statement of a value: which layer made it, and where. */
export interface Statement {
  /** `defaults`, `groups.NAME` or `switch`; or the scope of an attribute. */
  readonly layer: string
  readonly at: SourceLocation
  readonly value: Data
}

/** A value by its path: the statement that counts, and those it overrides, nearest first. */
export interface Origin {
  readonly path: readonly string[]
  readonly from: Statement
  readonly overrides: readonly Statement[]
}

/**
 * The origin of every value, in the order in which the layers, given farthest first, name them. Dictionaries are told by their members,
 * everything else as a whole, since it is dictionaries that merge.
 */
export function traceLayers(layers: readonly TracedLayer[]): readonly Origin[] {
  const root = newBranch()
  for (const layer of layers) addPairs(root, layer.pairs, layer)
  const origins: Origin[] = []
  collect(root, [], [], origins)
  return origins
}

/** A value as the layers build it up: what each of them states, nearest first, and the members if it is a dictionary now. */
interface Branch {
  readonly statements: Statement[]
  /** So many of the statements, from the first, are dictionaries that merge into one. */
  merging: number
  members: Map<string, Branch> | undefined
}

function newBranch(): Branch {
  return { statements: [], merging: 0, members: new Map() }
}

function addPairs(branch: Branch, pairs: readonly SourcePair[], layer: TracedLayer): void {
  // of a key that comes twice the last one counts
  const lastOnes = new Map(pairs.map((pair) => [pair.key, pair]))
  for (const { key, keyStart, value } of lastOnes.values()) {
    const member = branch.members?.get(key) ?? newBranch()
    branch.members?.set(key, member)
    const at = layer.locate(keyStart)
    member.statements.unshift({ layer: layer.name, at, value: layer.nodeValue(value) })
    if (value.kind === 'dictionary') {
      // over something else it replaces that as a whole
      member.members ??= new Map()
      member.merging++
      addPairs(member, value.pairs, layer)
    } else {
      member.members = undefined
      member.merging = 0
    }
  }
}

/** `replaced`: what the dictionaries around this branch replaced as a whole. */
function collect(
  branch: Branch,
  path: readonly string[],
  replaced: readonly Statement[],
  origins: Origin[],
): void {
  const [from, ...overrides] = branch.statements
  if (branch.members !== undefined && branch.members.size > 0) {
    const replacedHere = [...branch.statements.slice(branch.merging), ...replaced]
    for (const [key, member] of branch.members)
      collect(member, [...path, key], replacedHere, origins)
  } else if (from !== undefined) {
    origins.push({ path, from, overrides: [...overrides, ...replaced] })
  }
}
