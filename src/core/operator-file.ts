/**
 * A YAML 1.1 file of the data root as it was read, and where its parts stand.
 * @module
 */
import { Problem, type ProblemCode, type SourceLocation } from './problem.ts'
import type { SourceNode } from './source-text.ts'
import { textPlaces } from './text-places.ts'
import { YamlFault } from './yaml-builder.ts'
import { readYaml11 } from './yaml11.ts'

/** A file with its value; `root` is undefined when there is nothing in it. */
export interface OperatorFile {
  /** The path as messages show it. */
  readonly file: string
  readonly text: string
  readonly root: SourceNode | undefined
}

/** Reads bytes as UTF-8, without a byte order mark; undefined for what is no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Reads a file; what is no YAML is a Problem with the code given. */
export function readOperatorFile(
  file: string,
  bytes: Uint8Array,
  code: ProblemCode,
): OperatorFile | Problem {
  const text = decodeUtf8(bytes)
  if (text === undefined) {
    return new Problem(code, 'it is not UTF-8', { at: { file }, fix: 'save it as UTF-8' })
  }
  try {
    return { file, text, root: readYaml11(text) }
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    const message = `it is not YAML: ${error.message}`
    return new Problem(code, message, { at: textPlaces(file, text)(error.offset) })
  }
}

const places = new WeakMap<OperatorFile, (offset: number) => SourceLocation>()

/** Line and column of a place in a file. */
export function locateIn(file: OperatorFile, offset: number): SourceLocation {
  let locate = places.get(file)
  if (locate === undefined) {
    locate = textPlaces(file.file, file.text)
    places.set(file, locate)
  }
  return locate(offset)
}
