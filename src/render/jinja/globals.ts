/**
 * The functions that every template can call: `range`, `dict`, `namespace`, `cycler`, `joiner`.
 * @module
 */
import { needCount, place } from '../python/arguments.ts'
import { pairsOf } from '../python/dict-methods.ts'
import { refused, ValueFault } from '../python/fault.ts'
import {
  type CallArguments,
  Callable,
  Namespace,
  PyDict,
  PyRange,
  Thing,
} from '../python/values.ts'

function range({ positional, named }: CallArguments): PyRange {
  if (named !== undefined && named.size > 0)
    throw new ValueFault('range() takes no arguments by name')
  if (positional.length < 1 || positional.length > 3) {
    throw new ValueFault(`range() takes 1 to 3 arguments, found ${positional.length}`)
  }
  const numbers = positional.map((each) => {
    const number = needCount('range()', each)
    if (Math.abs(number) < Number.MAX_SAFE_INTEGER) return number
    throw refused('range() of integers beyond 2 ** 53')
  })
  const [first = 0, second, step = 1] = numbers
  if (step === 0) throw new ValueFault('range(): the step must not be 0')
  return second === undefined ? new PyRange(0, first, 1) : new PyRange(first, second, step)
}

function dict({ positional, named }: CallArguments): PyDict {
  if (positional.length > 1)
    throw new ValueFault('dict() takes at most one argument without a name')
  const made = PyDict.from(positional.length === 0 ? [] : pairsOf(positional[0]))
  for (const [key, value] of named ?? []) made.set(key, value)
  return made
}

function namespace({ positional, named }: CallArguments): Namespace {
  const made = new Namespace()
  for (const [key, value] of dict({ positional, named }).entries()) {
    if (typeof key !== 'string') throw new ValueFault('namespace(): names are texts')
    made.members.set(key, value)
  }
  return made
}

class Cycler extends Thing {
  private readonly items: readonly unknown[]
  private at = 0
  constructor(items: readonly unknown[]) {
    super()
    if (items.length === 0) throw new ValueFault('cycler() needs values')
    this.items = items
  }

  override member(name: string): unknown {
    switch (name) {
      case 'current':
        return this.items[this.at]
      case 'pos':
        return this.at
      case 'next':
        return new Callable(() => {
          const item = this.items[this.at]
          this.at = (this.at + 1) % this.items.length
          return item
        })
      case 'reset':
        return new Callable(() => {
          this.at = 0
          return null
        })
      default:
        return undefined
    }
  }
}

function joiner(args: CallArguments): Callable {
  const [separator = ', '] = place('joiner()', ['sep?'], args)
  let used = false
  return new Callable(() => {
    if (used) return separator
    used = true
    return ''
  })
}

/** What Ansible adds and a server that only renders does not have. */
class NotHere extends Thing {
  private readonly name: string
  constructor(name: string) {
    super()
    this.name = name
  }

  override member(): never {
    throw refused(`${this.name}()`)
  }

  override call(): never {
    throw refused(`${this.name}()`)
  }
}

/** The functions that are there, by name. */
export const globals: ReadonlyMap<string, Callable> = new Map([
  ['range', new Callable(range, "<class 'range'>")],
  ['dict', new Callable(dict, "<class 'dict'>")],
  ['namespace', new Callable(namespace, "<class 'jinja2.utils.Namespace'>")],
  [
    'cycler',
    new Callable(({ positional }) => new Cycler(positional), "<class 'jinja2.utils.Cycler'>"),
  ],
  ['joiner', new Callable(joiner, "<class 'jinja2.utils.Joiner'>")],
])

/** Names that Jinja2 and Ansible have as well; calling them is refused by name. */
export const globalsNotHere: ReadonlyMap<string, NotHere> = new Map(
  ['lipsum', 'lookup', 'query', 'q', 'now', 'undef'].map((name) => [name, new NotHere(name)]),
)

/** The value of a global name; undefined where there is none. */
export function globalNames(name: string): unknown {
  return globals.get(name) ?? globalsNotHere.get(name)
}
