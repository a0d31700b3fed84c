/**
 * JSON with the places kept. `JSON.parse` gives values fast and forgets where they stood, how numbers were written and
 * which keys came twice; this reader is for a single entry, when one of these is asked for.
 * @module
 */
import {
  type Data,
  maxDepth,
  numberFromText,
  type SourceNode,
  type SourcePair,
} from './source-text.ts'

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
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const wordToken = /true|false|null/y
const none: ReadonlySet<string> = new Set()

/**
 * Reads one JSON value from `text`. If it is a dictionary, numbers and booleans right under one of the `identifierKeys` are
 * taken as they are written.
 * @throws {JsonSyntaxError}
 */
export function parseJsonTree(text: string, identifierKeys = none): SourceNode {
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
    if (text[at] !== '"') return fail(what)
    const end = stringEnd(text, at)
    const token = text.slice(at, end)
    try {
      const value = JSON.parse(token) as string
      at = end
      return value
    } catch {
      throw stringFault(token, at)
    }
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
      const node = value(depth + 1)
      pairs.push({
        key,
        keyStart,
        value: depth === 0 && identifierKeys.has(key) ? asWritten(node) : node,
      })
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

function asWritten(node: SourceNode): SourceNode {
  if (node.kind !== 'scalar' || node.value === null) return node
  return { ...node, value: node.text ?? node.value, text: undefined }
}

/** Where the string that begins at `start` ends, its quote included; the end of the text when it is not closed. */
function stringEnd(text: string, start: number): number {
  // no regular expression: on a string of some megabytes it would exhaust its stack
  for (
    let quote = text.indexOf('"', start + 1);
    quote !== -1;
    quote = text.indexOf('"', quote + 1)
  ) {
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
  return text.length
}

const stringParts = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[\u0000-\u001f\\]/g

function stringFault(token: string, start: number): JsonSyntaxError {
  for (const { 0: part, index } of token.matchAll(stringParts)) {
    if (part.length > 1) continue
    if (part === '\n' || part === '\r') break
    const what =
      part === '\\'
        ? 'a bad escape in a string'
        : 'a control character in a string; write it as \\u00…'
    return new JsonSyntaxError(what, start + index)
  }
  return new JsonSyntaxError('a string that is not closed', start)
}
