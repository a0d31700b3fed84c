/**
 * `range_expand` and `range_compress`, this server's own filters.
 * @module
 */
import { requireList } from './arguments.ts'
import { checkCharacters, checkItems } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import { typeName } from './python-value.ts'
import { compressRange, expandRange } from './range-expression.ts'

/** `range_expand`, `range_compress`. Numbers expand to texts, and compress from either. */
export const rangeFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['range_expand', { params: [], run: (value) => expandRange(nameText('range_expand', value)) }],
  [
    'range_compress',
    {
      params: [],
      run: (value) => {
        const names = requireList('range_compress', 'the value', value)
        checkItems('range_compress', names.length)
        const text = compressRange(names.map((name) => nameText('range_compress', name)))
        checkCharacters('range_compress', text.length)
        return text
      },
    },
  ],
])

function nameText(filter: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isInteger(value)) return String(value)
  throw new FilterError(
    `${filter}: a name must be a text or a whole number, not ${typeName(value)}`,
  )
}
