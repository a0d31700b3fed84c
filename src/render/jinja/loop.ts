/**
 * What `loop` is within a loop.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { equal } from '../python/compare.ts'
import { ValueFault } from '../python/fault.ts'
import { length } from '../python/iterate.ts'
import { type CallArguments, Callable, Thing, Tuple, Undefined } from '../python/values.ts'

/** Goes through a loop's items, and looks ahead only as far as it is asked to. */
export class Loop extends Thing {
  private readonly source: Iterator<unknown>
  /** How many there are, where that can be told without walking over them. */
  private total: number | undefined
  private readonly ahead: unknown[] = []
  private index = -1
  private current: unknown
  private previous: unknown
  private lastChanged: Tuple | undefined
  private readonly depth: number
  private readonly again: ((items: unknown, depth: number) => string) | undefined

  /** @param again runs the loop over other items, for `loop(…)` */
  constructor(
    source: Iterator<unknown>,
    total: number | undefined,
    depth: number,
    again: ((items: unknown, depth: number) => string) | undefined,
  ) {
    super()
    this.source = source
    this.total = total
    this.depth = depth
    this.again = again
  }

  /** Steps to the next item; false when there is none. */
  next(): boolean {
    if (this.ahead.length === 0 && !this.fetch()) return false
    this.previous = this.current
    this.current = this.ahead.shift()
    this.index++
    return true
  }

  get value(): unknown {
    return this.current
  }

  private fetch(): boolean {
    const next = this.source.next()
    if (next.done === true) return false
    this.ahead.push(next.value)
    return true
  }

  private get hasNext(): boolean {
    return this.ahead.length > 0 || this.fetch()
  }

  private get count(): number {
    if (this.total === undefined) {
      while (this.fetch()) currentMeter().step()
      this.total = this.index + 1 + this.ahead.length
    }
    return this.total
  }

  override member(name: string): unknown {
    const { index } = this
    switch (name) {
      case 'index':
        return index + 1
      case 'index0':
        return index
      case 'revindex':
        return this.count - index
      case 'revindex0':
        return this.count - index - 1
      case 'first':
        return index === 0
      case 'last':
        return !this.hasNext
      case 'length':
        return this.count
      case 'depth':
        return this.depth + 1
      case 'depth0':
        return this.depth
      case 'previtem':
        return index === 0 ? new Undefined('"loop.previtem" of the first item') : this.previous
      case 'nextitem':
        return this.hasNext ? this.ahead[0] : new Undefined('"loop.nextitem" of the last item')
      case 'cycle':
        return new Callable(({ positional }) => {
          if (positional.length === 0) throw new ValueFault('loop.cycle() needs values')
          return positional[index % positional.length]
        })
      case 'changed':
        return new Callable(({ positional }) => this.changed(Tuple.with(positional)))
      default:
        return undefined
    }
  }

  private changed(values: Tuple): boolean {
    const before = this.lastChanged
    if (before !== undefined && equal(before, values)) return false
    this.lastChanged = values
    return true
  }

  override print(): string {
    return `<LoopContext ${this.index + 1}/${this.count}>`
  }

  override call({ positional, named }: CallArguments): unknown {
    const { again } = this
    if (again === undefined) {
      throw new ValueFault('loop(…) is for loops that are marked as "recursive"')
    }
    if (positional.length !== 1 || named !== undefined) {
      throw new ValueFault('loop(…) takes what the loop is to run over')
    }
    return again(positional[0], this.depth + 1)
  }
}

/** `len()` of what a loop runs over, where it has one. */
export function knownLength(items: unknown): number | undefined {
  return items instanceof Thing ? undefined : length(items)
}
