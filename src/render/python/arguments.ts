/**
 * Arguments of a call, put where a signature wants them.
 * @module
 */
import { undefinedFault, ValueFault } from './fault.ts'
import { asInteger, clampInteger } from './number.ts'
import { type CallArguments, Markup, typeName, Undefined } from './values.ts'

/** Names of parameters; one that ends in `?` may be left out. What comes after `*` can only be given by name. */
export type Signature = readonly string[]

const kept = new WeakMap<Signature, { names: string[]; required: number; positional: number }>()

function shapeOf(signature: Signature) {
  const known = kept.get(signature)
  if (known !== undefined) return known
  const star = signature.indexOf('*')
  const names = signature.filter((name) => name !== '*').map((name) => name.replace('?', ''))
  const shape = {
    names,
    required: signature.filter((name) => name !== '*' && !name.endsWith('?')).length,
    positional: star === -1 ? names.length : star,
  }
  kept.set(signature, shape)
  return shape
}

/** {@link place} for what takes no arguments by name, as most methods of Python's texts, lists and dictionaries. */
export function placeInOrder(name: string, signature: Signature, args: CallArguments): unknown[] {
  const [key] = args.named?.keys() ?? []
  if (key !== undefined) throw new ValueFault(`${name} takes no arguments by name, found "${key}"`)
  return place(name, signature, args)
}

/**
 * The arguments in the order of the signature; JavaScript's undefined where none is given.
 * @throws {ValueFault} where Python raises a TypeError
 */
export function place(
  name: string,
  signature: Signature,
  { positional, named }: CallArguments,
): unknown[] {
  const shape = shapeOf(signature)
  if (positional.length > shape.positional) {
    throw new ValueFault(
      `${name} takes ${shape.positional === 0 ? 'no arguments' : `at most ${shape.positional}`}, found ${positional.length}`,
    )
  }
  const placed = positional.slice()
  if (named !== undefined) {
    for (const [key, value] of named) {
      const at = shape.names.indexOf(key)
      if (at === -1) throw new ValueFault(`${name} takes no argument "${key}"`)
      if (placed[at] !== undefined) throw new ValueFault(`${name} was given "${key}" twice`)
      placed[at] = value
    }
  }
  for (let at = 0; at < shape.required; at++) {
    if (placed[at] === undefined) {
      throw new ValueFault(`${name} needs an argument "${shape.names[at] ?? ''}"`)
    }
  }
  return placed
}

/** The argument as a text. */
export function needText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  if (value instanceof Undefined) throw undefinedFault(value.what)
  throw new ValueFault(`${name} needs a text, found ${typeName(value)}`)
}

/** The argument as an integer that JavaScript can count with. */
export function needCount(name: string, value: unknown): number {
  const integer = asInteger(value)
  if (integer !== undefined) return clampInteger(integer)
  if (value instanceof Undefined) throw undefinedFault(value.what)
  throw new ValueFault(`${name} needs an integer, found ${typeName(value)}`)
}
