/**
 * Macros: text with parameters.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { ValueFault } from '../python/fault.ts'
import { type CallArguments, Callable, PyDict, Tuple, Undefined } from '../python/values.ts'
import type { Macro } from './ast.ts'
import type { Frame } from './frame.ts'
import { capture } from './run-state.ts'
import { readsName, readsOutsideBlocks, type Scope } from './scope.ts'

type Evaluate = (frame: Frame) => unknown

/** Special names that a macro's body may read. */
const special = ['caller', 'kwargs', 'varargs'] as const
type Special = (typeof special)[number]

/** Where the arguments of a macro go. */
export interface MacroShape {
  readonly name: string
  readonly parameters: readonly { readonly name: string; readonly slot: number }[]
  readonly defaults: readonly (Evaluate | undefined)[]
  /** The slots of the special names that the macro uses without declaring them. */
  readonly special: ReadonlyMap<Special, number>
  readonly acceptsCaller: boolean
  readonly size: () => number
}

/** Which special names a macro uses; its scope gets slots for them. */
export function specialNames(macro: Macro, scope: Scope): Map<Special, number> {
  const slots = new Map<Special, number>()
  for (const name of special) {
    const declared = macro.parameters.some((each) => each.name === name)
    const defaults = macro.parameters.some(
      ({ otherwise }) =>
        otherwise !== undefined && readsName([{ kind: 'do', value: otherwise, offset: 0 }], name),
    )
    if (!declared && (readsOutsideBlocks(macro.body, name) || defaults))
      slots.set(name, scope.add(name))
  }
  return slots
}

/** Makes the macro that a frame defines. */
export function makeMacro(shape: MacroShape, run: (frame: Frame) => void, outer: Frame): Callable {
  const { name, parameters, special: specials, acceptsCaller } = shape
  const members = new Map<string, unknown>([
    ['name', name],
    ['arguments', Tuple.with(parameters.map((each) => each.name))],
    ['catch_kwargs', specials.has('kwargs')],
    ['catch_varargs', specials.has('varargs')],
    ['caller', acceptsCaller],
  ])
  const shown = name === 'caller' ? '<Macro anonymous>' : `<Macro '${name}'>`
  return new Callable(
    (args) => {
      const meter = currentMeter()
      meter.step(12)
      meter.enter()
      const frame = outer.inner(shape.size())
      place(shape, args, frame)
      const text = capture(() => run(frame))
      meter.leave()
      return text
    },
    shown,
    members,
  )
}

function place(shape: MacroShape, { positional, named }: CallArguments, frame: Frame): void {
  const { name, parameters } = shape
  const { slots } = frame
  const rest = new Map(named)
  for (const [at, parameter] of parameters.entries()) {
    if (at < positional.length) {
      if (rest.has(parameter.name))
        throw new ValueFault(`${name}() was given "${parameter.name}" twice`)
      slots[parameter.slot] = positional[at]
    } else if (rest.has(parameter.name)) {
      slots[parameter.slot] = rest.get(parameter.name)
      rest.delete(parameter.name)
    }
  }
  placeRest(shape, positional.slice(parameters.length), rest, frame)
  for (const [at, parameter] of parameters.entries()) {
    if (slots[parameter.slot] !== undefined) continue
    const otherwise = shape.defaults[at]
    slots[parameter.slot] =
      otherwise === undefined
        ? new Undefined(`the parameter "${parameter.name}" of ${name}()`)
        : otherwise(frame)
  }
}

function placeRest(
  { name, parameters, special: specials }: MacroShape,
  positional: readonly unknown[],
  named: Map<string, unknown>,
  { slots }: Frame,
): void {
  const caller = specials.get('caller')
  if (caller !== undefined) {
    slots[caller] = named.get('caller') ?? new Undefined('"caller" where nobody calls with "call"')
    named.delete('caller')
  }
  const kwargs = specials.get('kwargs')
  if (kwargs !== undefined) {
    slots[kwargs] = PyDict.from(named)
  } else {
    const [[unknown] = []] = named
    if (unknown !== undefined) throw new ValueFault(`${name}() takes no argument "${unknown}"`)
  }
  const varargs = specials.get('varargs')
  if (varargs !== undefined) {
    slots[varargs] = Tuple.with(positional)
  } else if (positional.length > 0) {
    throw new ValueFault(`${name}() takes at most ${parameters.length} arguments`)
  }
}
