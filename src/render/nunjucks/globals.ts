/**
 * The functions that Nunjucks documents: `range`, `cycler`, `joiner`.
 * @module
 */
import { FilterError } from '../filters/filter.ts'
import { currentMeter } from './render-state.ts'
import { callable, kindOf } from './values.ts'

function range(...args: unknown[]): number[] {
  for (const arg of args) {
    if (typeof arg !== 'number' || !Number.isFinite(arg))
      throw new FilterError(`needs numbers, found ${kindOf(arg)}`)
  }
  const [first = 0, second, step = 1] = args as number[]
  const [start, stop] = second === undefined ? [0, first] : [first, second]
  if (step === 0) throw new FilterError('the step must not be 0')
  const count = Math.max(0, Math.ceil((stop - start) / step))
  const meter = currentMeter()
  // a list of a billion numbers is refused before it is made
  meter.grow(count * 8)
  meter.step(count >> 4)
  return Array.from({ length: count }, (_, at) => start + at * step)
}

function cycler(...items: unknown[]): Record<string, unknown> {
  let at = -1
  const state: Record<string, unknown> = {
    current: null,
    reset: callable(() => {
      at = -1
      state['current'] = null
    }),
    next: callable(() => {
      at = (at + 1) % items.length
      state['current'] = items[at]
      return items[at]
    }),
  }
  return state
}

function joiner(separator: unknown = ','): () => unknown {
  let first = true
  return callable(() => {
    const text = first ? '' : separator
    first = false
    return text
  })
}

/** What every template sees unless a variable of the switch has the name. */
export const globals: Readonly<Record<string, unknown>> = {
  range: callable(range),
  cycler: callable(cycler),
  joiner: callable(joiner),
}
