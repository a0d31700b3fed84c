/**
 * Macros and arguments by name.
 * @module
 */
import type { Meter } from '../bounds.ts'
import { FilterError } from '../filters/filter.ts'

/** The `name=value` arguments of a call. A class of its own: no dictionary of a switch can be mistaken for one. */
export class KeywordArguments {
  readonly values: Record<string, unknown>
  constructor(values: Record<string, unknown>) {
    this.values = values
  }
}

/**
 * A macro as templates call it. Arguments can be given by place or by name, further ones fill the parameters with defaults; one
 * too many, or one that is not known, is an error as in Jinja2.
 */
export function makeMacro(
  names: readonly string[],
  keywords: readonly string[],
  run: (...args: unknown[]) => unknown,
  meter: () => Meter,
): (...args: unknown[]) => unknown {
  const macro = (...given: unknown[]) => {
    const last = given.at(-1)
    const named = last instanceof KeywordArguments ? { ...last.values } : {}
    const positional = last instanceof KeywordArguments ? given.slice(0, -1) : given
    if (positional.length > names.length + keywords.length) {
      throw new FilterError(
        `takes at most ${names.length + keywords.length} arguments, found ${positional.length}`,
      )
    }
    const args = names.map((name, at) => {
      if (at < positional.length) {
        if (Object.hasOwn(named, name))
          throw new FilterError(`the argument "${name}" is there twice`)
        return positional[at]
      }
      const value = Object.hasOwn(named, name) ? named[name] : undefined
      delete named[name]
      return value
    })
    for (const [at, value] of positional.slice(names.length).entries())
      named[keywords[at] ?? ''] = value
    for (const name of Object.keys(named)) {
      if (name !== 'caller' && !keywords.includes(name))
        throw new FilterError(`has no argument "${name}"`)
    }
    meter().enter()
    const result = run(...args, named)
    meter().leave()
    // the compiler wraps the text of a macro in an object that means "do not escape"
    return result instanceof String ? result.valueOf() : result
  }
  macros.add(macro)
  return macro
}

const macros = new WeakSet<object>()

/** Macros may be given what is undefined: they say themselves what they do with it. */
export function isMacro(fn: object): boolean {
  return macros.has(fn)
}
