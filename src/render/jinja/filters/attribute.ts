/**
 * Values by the name of an attribute: `map(attribute='mgmt.ip')`.
 * @module
 */
import { needText } from '../../python/arguments.ts'
import { item } from '../../python/item.ts'
import { attribute } from '../../python/member.ts'
import { asInteger } from '../../python/number.ts'
import { Markup, Undefined } from '../../python/values.ts'

/** One step: an item of that name or number, else an attribute. */
function step(value: unknown, key: string | number | bigint): unknown {
  if (value instanceof Undefined) return value
  const found = item(value, key)
  if (found !== undefined) return found
  const member = typeof key === 'string' ? attribute(value, key) : undefined
  return member === undefined ? new Undefined(`"${key}" of an item`) : member
}

/** Gives the way from an item to the value that a filter works with. The name may have dots, and numbers between them. */
export function attributeGetter(
  name: unknown,
  adjust: (value: unknown) => unknown = (value) => value,
): (value: unknown) => unknown {
  if (name === undefined || name === null) return adjust
  const index = asInteger(name)
  const parts =
    index !== undefined
      ? [index]
      : needText('attribute', name)
          .split('.')
          .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  return (value) => adjust(parts.reduce<unknown>(step, value))
}

/** What compares without letter case. */
export function ignoreCase(value: unknown): unknown {
  if (value instanceof Markup) return value.text.toLowerCase()
  return typeof value === 'string' ? value.toLowerCase() : value
}
