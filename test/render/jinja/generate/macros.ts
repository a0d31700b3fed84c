/**
 * Macros, calls with a body, and libraries of macros.
 * @module
 */
import type { Growth, Kind, Macro, Parameter } from './growth.ts'
import { callArguments } from './macro-calls.ts'
import { body } from './statements.ts'
import { output, print, tag } from './tags.ts'
import { names } from './values.ts'

const kinds: readonly Kind[] = ['int', 'int', 'str', 'str', 'ints', 'strs', 'dict', 'bool', 'any']

function parameters(growth: Growth): Parameter[] {
  const made: Parameter[] = []
  let optional = false
  for (let count = growth.int(0, 3); count > 0; count--) {
    const kind = growth.pick(kinds)
    const name = growth.chance(85) ? growth.pick(names[kind]) : growth.pick(['p', 'q'])
    optional ||= growth.chance(40)
    if (made.every((other) => other.name !== name)) made.push({ name, kind, optional })
  }
  return made
}

function signature(growth: Growth, given: readonly Parameter[]): string {
  return given
    .map(({ name, kind, optional }) => (optional ? `${name}=${growth.any(kind)}` : name))
    .join(', ')
}

/** The definition of a macro, and how to call it. */
export function defineMacro(growth: Growth, depth: number): readonly [string, Macro] {
  const given = parameters(growth)
  const macro: Macro = {
    name: `m${growth.next()}`,
    parameters: given,
    varargs: growth.chance(20),
    kwargs: growth.chance(20),
    caller: growth.chance(15),
  }
  const inside = growth.within({ inLoop: false })(() => {
    const shown = given.map(({ name }) => (growth.chance(60) ? output(growth, name) : ''))
    const rest = [
      macro.varargs
        ? output(growth, growth.pick(['varargs', 'varargs|length', "varargs|join(',')"]))
        : '',
      macro.kwargs
        ? output(growth, growth.pick(['kwargs', 'kwargs|length', 'kwargs|dictsort']))
        : '',
      macro.caller
        ? tag(growth, 'if caller is defined') + output(growth, 'caller()') + tag(growth, 'endif')
        : '',
    ]
    return [...shown, ...rest, body(growth, depth)].join('')
  })
  const opening = tag(growth, `macro ${macro.name}(${signature(growth, given)})`)
  const end = tag(growth, growth.chance(10) ? `endmacro ${macro.name}` : 'endmacro')
  return [opening + inside + end, macro]
}

/** Calls a macro with a body, one that is made for it when there is none. */
export function callBlock(growth: Growth, depth: number): string {
  const known = growth.macros.filter(({ caller }) => caller)
  if (known.length > 0) {
    const macro = growth.pick(known)
    return call(growth, `${macro.name}(${callArguments(growth, macro)})`, '', depth)
  }
  const name = `m${growth.next()}`
  const [given, shown, received] = growth.pick([
    ['', 'caller()', ''],
    ['', 'caller()|upper', ''],
    ['', 'caller(n, s)', '(k, t)'],
    ['', 'caller(1)', '(k, t=n)'],
    ['xs', 'caller(xs)', '(ys)'],
    ['n', 'caller() ~ caller()', '()'],
  ] as const)
  const inside = growth.within({ inLoop: false })(() => print(growth))
  const macro =
    tag(growth, `macro ${name}(${given})`) +
    inside +
    output(growth, shown) +
    tag(growth, 'endmacro')
  return macro + call(growth, `${name}(${given})`, received, depth)
}

function call(growth: Growth, called: string, received: string, depth: number): string {
  return tag(growth, `call${received} ${called}`) + body(growth, depth) + tag(growth, 'endcall')
}
