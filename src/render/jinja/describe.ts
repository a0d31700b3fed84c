/**
 * Syntax tree → the text an engineer would write for it, for messages.
 * @module
 */
import { quoted } from '../python/text.ts'
import type { Expression } from './ast.ts'

/** An expression in a few words: `vlans[10].name`, `users | length`. At most 60 characters. */
export function describe(expression: Expression): string {
  const text = words(expression)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

function words(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return expression.name
    case 'const':
      return typeof expression.value === 'string'
        ? quoted(expression.value)
        : constant(expression.value)
    case 'attribute':
      return `${words(expression.value)}.${expression.name}`
    case 'item':
      return `${words(expression.value)}[${words(expression.key)}]`
    case 'slice':
      return ':'
    case 'call':
      return `${words(expression.callee)}()`
    case 'filter':
      return `${expression.value === undefined ? '' : `${words(expression.value)} | `}${expression.name}`
    case 'test':
      return `${words(expression.value)} is ${expression.name}`
    case 'negative':
      return `-${words(expression.value)}`
    case 'binary':
      return `${words(expression.left)} ${expression.operator} ${words(expression.right)}`
    case 'compare': {
      const [operator, right] = expression.rest[0] ?? []
      return `${words(expression.first)} ${operator ?? ''} ${right === undefined ? '' : words(right)}`
    }
    case 'not':
      return `not ${words(expression.value)}`
    default:
      return `this ${names[expression.kind]}`
  }
}

function constant(value: unknown): string {
  if (value === null) return 'none'
  return typeof value === 'object' ? 'number' : String(value)
}

const names = {
  concat: 'text',
  tuple: 'tuple',
  list: 'list',
  dict: 'dictionary',
  condition: 'expression with if',
  and: 'expression with and',
  or: 'expression with or',
  positive: 'number',
} as const
