/**
 * Calls a filter as a template dialect does.
 * @module
 */
import { Meter, workerBudget } from '../../../src/render/bounds.ts'
import { withMeter } from '../../../src/render/current-meter.ts'
import type { Filter } from '../../../src/render/filters/filter.ts'
import { findSharedFilter } from '../../../src/render/filters/registry.ts'
import { fromPlain, toPlain } from '../../../src/render/nunjucks/plain.ts'

/** Puts the arguments where the filter's `params` want them, and runs it. */
export function run(
  filter: Filter,
  value: unknown,
  args: readonly unknown[] = [],
  named: Readonly<Record<string, unknown>> = {},
): unknown {
  const places = filter.params.map((name, index) => {
    if (filter.variadic === true && index === filter.params.length - 1) return args.slice(index)
    return index < args.length ? args[index] : named[name]
  })
  const keywords = filter.keywordOnly?.map((name) => named[name]) ?? []
  const meter = new Meter(workerBudget, () => 0)
  return withMeter(meter, () =>
    toPlain(filter.run(fromPlain(value), ...places.map(fromPlain), ...keywords.map(fromPlain))),
  )
}

/** Calls the shared filter of that name. */
export function call(
  name: string,
  value: unknown,
  args: readonly unknown[] = [],
  named: Readonly<Record<string, unknown>> = {},
): unknown {
  const filter = findSharedFilter(name)
  if (filter === undefined) throw new Error(`there is no filter ${name}`)
  return run(filter, value, args, named)
}
