/**
 * `'…{}…'.format(…)`
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { refused, undefinedFault, ValueFault } from './fault.ts'
import { formatValue } from './format-spec.ts'
import { item } from './item.ts'
import { attribute } from './member.ts'
import { repr, str } from './text.ts'
import { type PyDict, Undefined } from './values.ts'

/** Values of a format by name. */
type Named = PyDict | ReadonlyMap<string, unknown>

/** Fields count on by themselves, or all have their number. */
interface Numbering {
  next: number
  manual: boolean | undefined
}

/** @throws {ValueFault} */
export function formatText(
  text: string,
  positional: readonly unknown[],
  named: Named,
  numbering: Numbering = { next: 0, manual: undefined },
  depth = 2,
): string {
  if (depth === 0) throw new ValueFault('.format(): fields nested too deep')
  let result = ''
  for (let at = 0; at < text.length; ) {
    const brace = text.slice(at).search(/[{}]/)
    if (brace === -1) {
      result += text.slice(at)
      break
    }
    result += text.slice(at, at + brace)
    at += brace
    if (text.charAt(at) === text.charAt(at + 1)) {
      result += text.charAt(at)
      at += 2
      continue
    }
    if (text.charAt(at) === '}') throw new ValueFault('.format(): a single "}" in the text')
    const end = fieldEnd(text, at)
    result += formatField(text.slice(at + 1, end), positional, named, numbering, depth)
    currentMeter().step()
    at = end + 1
  }
  currentMeter().grow(result.length)
  return result
}

/** Where the brace that closes a field stands. */
function fieldEnd(text: string, start: number): number {
  let depth = 0
  let bracket = false
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '[' && depth === 1) bracket = true
    if (character === ']') bracket = false
    if (bracket) continue
    if (character === '{') depth++
    if (character === '}' && --depth === 0) return at
  }
  throw new ValueFault('.format(): a "{" without its "}"')
}

function formatField(
  field: string,
  positional: readonly unknown[],
  named: Named,
  numbering: Numbering,
  depth: number,
): string {
  const [, name = '', conversion, spec = ''] =
    /^((?:\[[^\]]*\]|[^[!:{}])*)(?:!([^:]*))?(?::(.*))?$/s.exec(field) ?? []
  if (name === '' && conversion === undefined && !field.startsWith(':') && field !== '') {
    throw new ValueFault(`.format(): "{${field.slice(0, 40)}}" is no field`)
  }
  const value = fieldValue(name, positional, named, numbering)
  const inner = spec.includes('{')
    ? formatText(spec, positional, named, numbering, depth - 1)
    : spec
  return formatValue(converted(value, conversion), inner)
}

function converted(value: unknown, conversion: string | undefined): unknown {
  if (conversion === undefined) return value
  if (conversion === 's') return str(value)
  if (conversion === 'r') return repr(value)
  if (conversion === 'a') throw refused('the conversion "!a" of .format()')
  throw new ValueFault(`.format(): there is no conversion "!${conversion.slice(0, 20)}"`)
}

function fieldValue(
  name: string,
  positional: readonly unknown[],
  named: Named,
  numbering: Numbering,
): unknown {
  const [first = ''] = /^[^.[]*/.exec(name) ?? []
  let value = firstValue(first, positional, named, numbering)
  const steps = name.slice(first.length)
  const pattern = /\.([^.[]+)|\[([^\]]+)\]/gy
  let end = 0
  for (const match of steps.matchAll(pattern)) {
    const [whole, member, key = ''] = match
    end = match.index + whole.length
    const found =
      member === undefined
        ? item(value, /^\d+$/.test(key) ? Number(key) : key)
        : attribute(value, member)
    if (found === undefined)
      throw new ValueFault(
        `.format(): there is no ${whole} in ${first === '' ? 'the value' : first}`,
      )
    value = found
  }
  if (end !== steps.length) throw new ValueFault(`.format(): "{${name.slice(0, 40)}}" is no field`)
  if (value instanceof Undefined) throw undefinedFault(value.what)
  return value
}

function firstValue(
  name: string,
  positional: readonly unknown[],
  named: Named,
  numbering: Numbering,
): unknown {
  if (name === '' || /^\d+$/.test(name)) {
    const manual = name !== ''
    if (numbering.manual !== undefined && numbering.manual !== manual) {
      throw new ValueFault('.format(): fields with numbers and fields without do not mix')
    }
    numbering.manual = manual
    const index = manual ? Number(name) : numbering.next++
    if (index < positional.length) return positional[index]
    throw new ValueFault(`.format(): there is no argument ${index}`)
  }
  const value = named.get(name)
  if (value === undefined)
    throw new ValueFault(`.format(): there is no argument "${name.slice(0, 40)}"`)
  return value
}
