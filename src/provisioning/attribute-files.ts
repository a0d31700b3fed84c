/**
 * The files that attributes come from, with the place of everything in them.
 * @module
 */
import { dataFromExact, exactValue } from '../core/exact-value.ts'
import { type Origin, type TracedLayer, traceLayers } from '../core/layer-trace.ts'
import type { NodeId } from '../core/node-report.ts'
import { locateIn, type OperatorFile, readOperatorFile } from '../core/operator-file.ts'
import { type Place, toPlace } from '../core/place.ts'
import { Problem } from '../core/problem.ts'
import type { SourceNode, SourcePair } from '../core/source-text.ts'
import { type ExplainedDataRoot, placeIn } from './explain-sources.ts'

type Scope = 'definition' | 'node' | 'action'

/** The definition and the file `attributes` of one node. */
export class AttributeFiles {
  readonly #definition: OperatorFile | undefined
  readonly #node: OperatorFile | undefined
  readonly #actions: readonly SourceNode[]

  private constructor(definition: OperatorFile | undefined, node: OperatorFile | undefined) {
    this.#definition = definition
    this.#node = node
    const actions = memberOf(definition?.root, 'actions')
    this.#actions = actions?.kind === 'list' ? actions.items : []
  }

  /** What cannot be read is left out here and told by who uses it. */
  static async read(
    dataRoot: ExplainedDataRoot,
    id: NodeId,
    definition: string | undefined,
  ): Promise<AttributeFiles> {
    const read = async (path: string): Promise<OperatorFile | undefined> => {
      const bytes = await dataRoot.files.bytes(path)
      if (bytes === undefined || bytes instanceof Problem) return undefined
      const file = readOperatorFile(placeIn(dataRoot, path).file, bytes, 'definition-syntax')
      return file instanceof Problem ? undefined : file
    }
    return new AttributeFiles(
      definition === undefined ? undefined : await read(definition),
      await read(`nodes/${id}/attributes`),
    )
  }

  /** Where an action of the definition stands. */
  actionPlace(number: number): Place | null {
    const node = this.#actions[number]
    if (node === undefined || this.#definition === undefined) return null
    return toPlace(locateIn(this.#definition, node.start))
  }

  /** Where each of the merged attributes of an action comes from. */
  origins(number: number): readonly Origin[] {
    const layers = [this.#layer('definition', 0), this.#layer('node', 0)]
    return traceLayers([...layers, this.#layer('action', number)])
  }

  /** Where one scope sets a name. */
  place(scope: Scope, name: string, number: number): Place | null {
    const { pairs, locate } = this.#layer(scope, number)
    const pair = pairs.findLast(({ key }) => key === name)
    return pair === undefined ? null : toPlace(locate(pair.keyStart))
  }

  #layer(scope: Scope, number: number): TracedLayer {
    const file = scope === 'node' ? this.#node : this.#definition
    const holder = scope === 'action' ? this.#actions[number] : file?.root
    const attributes = scope === 'node' ? file?.root : memberOf(holder, 'attributes')
    return {
      name: scope,
      pairs: pairsOf(attributes),
      locate: (offset) => (file === undefined ? { file: '' } : locateIn(file, offset)),
      nodeValue: (node) => dataFromExact(exactValue(node)),
    }
  }
}

function pairsOf(node: SourceNode | undefined): readonly SourcePair[] {
  return node?.kind === 'dictionary' ? node.pairs : []
}

function memberOf(node: SourceNode | undefined, name: string): SourceNode | undefined {
  return pairsOf(node).findLast(({ key }) => key === name)?.value
}
