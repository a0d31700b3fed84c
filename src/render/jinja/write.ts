/**
 * What a template prints.
 * @module
 */
import { maxConfigLength } from '../bounds.ts'
import { currentMeter } from '../current-meter.ts'
import { ValueFault } from '../python/fault.ts'
import { listOf } from '../python/iterate.ts'
import { str } from '../python/text.ts'
import { DictView, Markup, PyRange, typeName } from '../python/values.ts'
import { Loop } from './loop.ts'
import { state } from './run-state.ts'

export function write(text: string): void {
  currentMeter().grow(text.length)
  state.output += text
  if (state.output.length > maxConfigLength) {
    throw new ValueFault('a text too long for a configuration', 'refused')
  }
}

/** None prints as nothing, and what Python walks over as a list, as in Ansible. */
export function printed(value: unknown): string {
  if (value === null) return ''
  // Ansible would make a list of it, and run the loop to its end doing so
  if (value instanceof Loop) throw new ValueFault('"loop" itself cannot be printed', 'refused')
  if (value instanceof DictView || value instanceof PyRange) return str(listOf(value))
  return str(value)
}

/** Jinja2 joins what these give, and does not print it: anything but a text fails. */
export function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  throw new ValueFault(`${what} must give a text, found ${typeName(value)}`)
}
