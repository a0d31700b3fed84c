/**
 * Values as an operator's file states them, through to the JSON that a switch gets: the digits of numbers, the order of keys.
 * @module
 */
import { type Data, isDictionary, type SourceNode, setOwn } from './source-text.ts'
import { yaml11Number } from './yaml11.ts'

/** A number by its JSON text: `1.0` stays a float, and an integer keeps all its digits. */
export class ExactNumber {
  readonly json: string
  constructor(json: string) {
    this.json = json
  }
}

export type Exact = null | boolean | string | ExactNumber | readonly Exact[] | ExactMap

/** Keys in the order of the file. */
export type ExactMap = ReadonlyMap<string, Exact>

export function isExactMap(value: Exact | undefined): value is ExactMap {
  return value instanceof Map
}

export function isExactList(value: Exact | undefined): value is readonly Exact[] {
  return Array.isArray(value)
}

/** The value of a node of a YAML 1.1 file. Of keys that mean the same the last one counts. */
export function exactValue(node: SourceNode): Exact {
  if (node.kind === 'list') return node.items.map(exactValue)
  if (node.kind === 'dictionary') {
    return new Map(node.pairs.map(({ key, value }) => [key, exactValue(value)]))
  }
  const { value, text } = node
  const number = text === undefined ? undefined : yaml11Number(text)
  if (number !== undefined) return new ExactNumber(number)
  return typeof value === 'object' ? null : typeof value === 'number' ? String(value) : value
}

/** A value of the inventory. */
export function exactFromData(value: Data): Exact {
  if (typeof value === 'number') return new ExactNumber(String(value))
  if (Array.isArray(value)) return (value as readonly Data[]).map(exactFromData)
  if (!isDictionary(value)) return value as string | boolean | null
  const map = new Map<string, Exact>()
  for (const key of Object.keys(value)) map.set(key, exactFromData(value[key] ?? null))
  return map
}

/** A value for whoever has no exact numbers: one that a JavaScript number would change is its text. */
export function dataFromExact(value: Exact): Data {
  if (value instanceof ExactNumber) {
    const number = Number(value.json)
    return JSON.stringify(number) === value.json ? number : value.json
  }
  if (isExactList(value)) return value.map(dataFromExact)
  if (!isExactMap(value)) return value
  const data: Record<string, Data> = {}
  for (const [key, item] of value) setOwn(data, key, dataFromExact(item))
  return data
}

/** JSON on one line. */
export function exactJson(value: Exact): string {
  if (value instanceof ExactNumber) return value.json
  if (isExactList(value)) return `[${value.map(exactJson).join(', ')}]`
  if (isExactMap(value)) {
    const pairs = [...value].map(([key, item]) => `${JSON.stringify(key)}: ${exactJson(item)}`)
    return `{${pairs.join(', ')}}`
  }
  return JSON.stringify(value)
}
