/**
 * JSON with the places kept. `JSON.parse` gives values fast and forgets where they stood, how numbers were written and
 * which keys came twice; this reader is for a single entry, when one of these is asked for.
 * @module
 */
import { type Data, maxDepth, numberFromText, type SourceNode, type SourcePair } from './source-text.ts'

/** What is wrong with a JSON text, and at which character. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

const whitespace = /[ \t\r\n]*/y
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const wordToken = /true|false|null/y

/**
 * Reads one JSON value from `text`.
 * @throws {JsonSyntaxError}
 */
export function parseJsonTree(text: string): SourceNode {
  let at = 0
  const skip = () => {
    whitespace.lastIndex = at
    whitespace.exec(text)
    at = whitespace.lastIndex
  }
  const take = (token: RegExp): string | undefined => {
    token.lastIndex = at
    const match = token.exec(text)
    if (match === null) return undefined
    at = token.lastIndex
    return match[0]
  }
  const fail = (expected: string): never => {
    const found = at >= text.length ? 'the end of the text' : JSON.stringify(text[at])
    throw new JsonSyntaxError(`expected ${expected}, found ${found}`, at)
  }
  const string = (what: string): string => {
    const token = take(stringToken)
    if (token === undefined) {
      if (text[at] === '"') {
        throw new JsonSyntaxError('a string that is not closed, or holds a bad escape', at)
      }
      return fail(what)
    }
    return JSON.parse(token) as string
  }
  const closed = (node: SourceNode): SourceNode => {
    at++
    return node
  }
  const list = (depth: number): SourceNode => {
    const start = at++
    const items: SourceNode[] = []
    skip()
    if (text[at] === ']') return closed({ kind: 'list', start, items })
    for (;;) {
      items.push(value(depth + 1))
      skip()
      if (text[at] === ']') return closed({ kind: 'list', start, items })
      if (text[at] !== ',') fail('"," or "]"')
      at++
    }
  }
  const dictionary = (depth: number): SourceNode => {
    const start = at++
    const pairs: SourcePair[] = []
    skip()
    if (text[at] === '}') return closed({ kind: 'dictionary', start, pairs })
    for (;;) {
      skip()
      const keyStart = at
      const key = string('a key in double quotes')
      skip()
      if (text[at] !== ':') fail('":"')
      at++
      pairs.push({ key, keyStart, value: value(depth + 1) })
      skip()
      if (text[at] === '}') return closed({ kind: 'dictionary', start, pairs })
      if (text[at] !== ',') fail('"," or "}"')
      at++
    }
  }
  const value = (depth: number): SourceNode => {
    if (depth > maxDepth) throw new JsonSyntaxError(`nested deeper than ${maxDepth} levels`, at)
    skip()
    const start = at
    const first = text[at]
    if (first === '{') return dictionary(depth)
    if (first === '[') return list(depth)
    if (first === '"') return { kind: 'scalar', start, value: string('a string'), text: undefined }
    const number = take(numberToken)
    if (number !== undefined) {
      return { kind: 'scalar', start, value: numberFromText(number), text: number }
    }
    const word = take(wordToken)
    if (word === undefined) return fail('a value')
    return { kind: 'scalar', start, value: JSON.parse(word) as Data, text: word }
  }
  const root = value(0)
  skip()
  if (at < text.length) fail('nothing more')
  return root
}
