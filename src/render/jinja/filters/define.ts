/**
 * How Jinja2's own filters are written down.
 * @module
 */
import { needText, place, type Signature } from '../../python/arguments.ts'
import { str } from '../../python/text.ts'
import { defined, Markup } from '../../python/values.ts'
import type { JinjaFilter, Vocabulary } from '../vocabulary.ts'

export type Filters = ReadonlyMap<string, JinjaFilter>

/** A filter with a signature. A value that is not there is refused before it runs. */
export function filter(
  name: string,
  signature: Signature,
  run: (value: unknown, args: readonly unknown[], vocabulary: Vocabulary) => unknown,
): [string, JinjaFilter] {
  return [
    name,
    (value, args, vocabulary) =>
      run(defined(value), place(`${name}()`, signature, args), vocabulary),
  ]
}

/** A filter that may get a value that is not there. */
export function lenientFilter(
  name: string,
  signature: Signature,
  run: (value: unknown, args: readonly unknown[]) => unknown,
): [string, JinjaFilter] {
  return [name, (value, args) => run(value, place(`${name}()`, signature, args))]
}

/** A filter on text: whatever it gets is printed first. */
export function textFilter(
  name: string,
  signature: Signature,
  run: (text: string, args: readonly unknown[]) => unknown,
): [string, JinjaFilter] {
  return filter(name, signature, (value, args) => run(str(value), args))
}

/** A filter on text that takes nothing else. */
export function strictTextFilter(
  name: string,
  signature: Signature,
  run: (text: string, args: readonly unknown[]) => unknown,
): [string, JinjaFilter] {
  return filter(name, signature, (value, args) => run(needText(`${name}()`, value), args))
}

/** The text that a value is or is marked as; undefined where it is none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof Markup ? value.text : undefined
}
