/**
 * Every filter and test that a Jinja2 template may name.
 * @module
 */
import type { Filter } from '../filters/filter.ts'
import { needText, place } from '../python/arguments.ts'
import { listOf } from '../python/iterate.ts'
import { DictView, defined, Markup, PyRange } from '../python/values.ts'
import { ansibleTests, type GuardSearch } from './ansible-tests.ts'
import { ansibleListFilters } from './filters/ansible-list-filters.ts'
import { ansibleTextFilters } from './filters/ansible-text-filters.ts'
import { choiceFilters } from './filters/choice-filters.ts'
import { jsonFilter } from './filters/json-filter.ts'
import { listFilters } from './filters/list-filters.ts'
import { numberFilters } from './filters/number-filters.ts'
import { textFilters } from './filters/text-filters.ts'
import { yamlFilters } from './filters/yaml-filter.ts'
import { jinjaTests } from './tests.ts'
import type { JinjaFilter, JinjaTest, Vocabulary } from './vocabulary.ts'

/** What a filter gives is a list where Python has a view or a range, as in Ansible. */
function listing(run: JinjaFilter): JinjaFilter {
  return (value, args, vocabulary) => {
    const result = run(value, args, vocabulary)
    return result instanceof DictView || result instanceof PyRange ? listOf(result) : result
  }
}

const builtinFilters = new Map<string, JinjaFilter>(
  [
    ...textFilters,
    ...listFilters,
    ...numberFilters,
    ...choiceFilters,
    ...jsonFilter,
    ...ansibleListFilters,
    ...ansibleTextFilters,
    ...yamlFilters,
  ].map(([name, run]) => [name, listing(run)]),
)

/** Filters that can also be called by the name of their collection. */
const inCollections = new Map<string, JinjaFilter>(
  (
    [
      ['ansible.builtin', [...ansibleListFilters, ...ansibleTextFilters, ...yamlFilters]],
      [
        'ansible.builtin',
        [...listFilters].filter(([name]) => ['unique', 'min', 'max'].includes(name)),
      ],
      ['ansible.builtin', [...choiceFilters].filter(([name]) => !['default', 'd'].includes(name))],
      [
        'ansible.builtin',
        [...numberFilters].filter(([name]) => ['log', 'pow', 'root'].includes(name)),
      ],
      [
        'ansible.utils',
        [...ansibleListFilters].filter(([name]) =>
          ['get_path', 'index_of', 'to_paths'].includes(name),
        ),
      ],
      ['ansible.netcommon', [...ansibleTextFilters].filter(([name]) => name === 'type5_pw')],
    ] as const
  ).flatMap(([collection, filters]) =>
    filters.map(([name, run]) => [`${collection}.${name}`, listing(run)] as const),
  ),
)

/** Only known with their collection. */
const onlyDotted: ReadonlyMap<string, string> = new Map([
  ['get_path', 'ansible.utils'],
  ['index_of', 'ansible.utils'],
  ['to_paths', 'ansible.utils'],
  ['type5_pw', 'ansible.netcommon'],
])

/** This dialect's own filters, each by its shortest name; the shared ones come on top. */
export const jinjaFilterNames: readonly string[] = [...builtinFilters.keys()].map((name) => {
  const collection = onlyDotted.get(name)
  return collection === undefined ? name : `${collection}.${name}`
})

/** What a template may name: Jinja2's and Ansible's filters and tests, and the shared filters. */
export function jinjaWords(
  findShared: (name: string) => Filter | undefined,
  guard: GuardSearch,
): Vocabulary {
  const shared = new Map<string, JinjaFilter | undefined>()
  const ansible = ansibleTests(guard)
  const words: Vocabulary = {
    filter: (name) => {
      const own = onlyDotted.has(name)
        ? undefined
        : (builtinFilters.get(name) ?? inCollections.get(name))
      if (own !== undefined) return own
      if (!shared.has(name)) shared.set(name, fromShared(name, findShared(name)))
      return shared.get(name)
    },
    test: (name): JinjaTest | undefined => {
      if (name === 'filter' || name === 'test') {
        return (value, args) => {
          place(`"is ${name}"`, [], args)
          return words[name](needText(`"is ${name}"`, value)) !== undefined
        }
      }
      return jinjaTests.get(name) ?? ansible.get(name)
    },
  }
  return words
}

/** A shared filter with its arguments put in place. */
function fromShared(name: string, filter: Filter | undefined): JinjaFilter | undefined {
  if (filter === undefined) return undefined
  const { params, variadic } = filter
  const keywordOnly = filter.keywordOnly?.filter((each) => each !== 'count') ?? []
  const first = variadic === true ? params.length - 1 : params.length
  const signature = [...params.slice(0, first), '*', ...keywordOnly].map((each) =>
    each === '*' ? each : `${each}?`,
  )
  return listing((value, { positional, named }) => {
    const placed = place(`${name}()`, signature, {
      positional: positional.slice(0, variadic === true ? first : undefined),
      named,
    })
    const args: unknown[] = []
    for (let at = 0; at < first; at++) args.push(plain(placed[at]))
    if (variadic === true) args.push(positional.slice(first).map(plain))
    for (let at = 0; at < keywordOnly.length; at++) args.push(plain(placed[first + at]))
    return filter.run(plain(value), ...args)
  })
}

/** What filters take: marked text is text. */
function plain(value: unknown): unknown {
  if (value === undefined) return undefined
  return value instanceof Markup ? value.text : defined(value)
}
