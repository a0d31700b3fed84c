/**
 * What stands for itself in an expression: names of constants, numbers.
 * @module
 */
import { toInteger } from '../python/values.ts'
import { LexFault } from './lexer.ts'

/** By name; Python's spelling and Jinja2's. */
export const constants: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
}

/** Whether a name stands for a constant, and cannot be assigned to. */
export function isConstantName(name: string): boolean {
  return Object.hasOwn(constants, name)
}

/** Python itself reads no longer ones. */
const maxDigits = 4300

/** An integer of nothing but digits. */
export function readInteger(digits: string, offset: number): number | bigint {
  if (digits.length > maxDigits)
    throw new LexFault(`an integer of more than ${maxDigits} digits`, offset)
  return toInteger(BigInt(digits))
}
