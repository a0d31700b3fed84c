/**
 * YAML with the places kept: whole documents as nodes, or the pairs of the top level as plain values.
 * @module
 */
import { parseEvents, YAMLException } from 'js-yaml'
import { maxDepth, type SourceNode, type SourcePair } from './source-text.ts'
import { Builder, YamlFault, type YamlListener } from './yaml-builder.ts'
import type { YamlEvents } from './yaml-events.ts'
import { dataMaker, nodeMaker } from './yaml-makers.ts'
import { ourYaml, type YamlDialect } from './yaml-scalar.ts'

/**
 * Splits a text into events. A byte order mark must have been taken off.
 * @throws {YamlFault}
 */
export function readYamlEvents(text: string): YamlEvents {
  try {
    return { text, events: parseEvents(text, { maxDepth: maxDepth + 2 }) }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const deep = error.reason.includes('maxDepth')
    const message = deep ? `nested deeper than ${maxDepth} levels` : error.reason
    throw new YamlFault(message, error.mark?.position ?? 0, deep ? 'shape' : 'syntax')
  }
}

/**
 * Reads the top-level mapping of a document, pair by pair. In the value of a pair the scalars under `identifierKeys` are taken
 * from the source text, whatever they look like. Of a top-level key that stands twice both pairs are told.
 * @returns false when the document is empty; `aliases` tells whether `*name` or `<<` was used
 * @throws {YamlFault}
 */
export function readYamlPairs(
  source: YamlEvents,
  identifierKeys: ReadonlySet<string>,
  listener: YamlListener,
): { empty: boolean; aliases: boolean } {
  const builder = new Builder(source, dataMaker, ourYaml, identifierKeys, listener)
  const empty = builder.topLevel((pair) => listener.pair(pair))
  return { empty, aliases: builder.aliases }
}

/**
 * Reads a whole document as nodes with places; undefined when it is empty. Of a top-level key that stands twice both pairs are
 * there.
 * @throws {YamlFault}
 */
export function readYamlTree(
  source: YamlEvents,
  identifierKeys: ReadonlySet<string>,
): SourceNode | undefined {
  const pairs: SourcePair[] = []
  const empty = new Builder(source, nodeMaker, ourYaml, identifierKeys, undefined).topLevel(
    ({ key, keyStart, value }) => pairs.push({ key, keyStart, value }),
  )
  return empty ? undefined : { kind: 'dictionary', start: 0, pairs }
}

/**
 * Reads a whole document, whatever it is, as a node with places; undefined when it is empty.
 * @throws {YamlFault}
 */
export function readYamlDocument(source: YamlEvents, dialect: YamlDialect): SourceNode | undefined {
  return new Builder(source, nodeMaker, dialect, new Set(), undefined).document()
}
