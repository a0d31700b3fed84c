/**
 * `regex_replace`, `regex_search`, `regex_findall` and `regex_escape`, as Ansible has them.
 * @module
 */

import { str } from '../python/text.ts'
import { flag, requireCount, requireText, shown } from './arguments.ts'
import { checkCharacters } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import {
  compilePythonRegex,
  escapePython,
  findAllPython,
  type PythonRegex,
  replacePython,
  searchPython,
} from './python-regex.ts'

/** `regex_replace`, `regex_search`, `regex_findall`, `regex_escape`. What is no text is printed first. */
export const regexFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  [
    'regex_replace',
    {
      params: ['pattern', 'replacement', 'ignorecase', 'multiline'],
      keywordOnly: ['count'],
      run: (value, pattern, replacement, ignoreCase, multiline, count) => {
        const regex = compile('regex_replace', pattern ?? '', ignoreCase, multiline)
        const template = requireText('regex_replace', 'the replacement', replacement ?? '')
        const most = requireCount('regex_replace', 'count', count ?? 0, [0, 1_000_000])
        return replacePython(regex, template, subject('regex_replace', value), most)
      },
    },
  ],
  [
    'regex_search',
    {
      params: ['regex', 'groups'],
      variadic: true,
      keywordOnly: ['ignorecase', 'multiline'],
      run: search,
    },
  ],
  [
    'regex_findall',
    {
      params: ['regex', 'multiline', 'ignorecase'],
      run: (value, pattern, multiline, ignoreCase) =>
        findAllPython(
          compile('regex_findall', pattern, ignoreCase, multiline),
          subject('regex_findall', value),
        ),
    },
  ],
  ['regex_escape', { params: ['re_type'], run: escapeText }],
])

function compile(
  filter: string,
  pattern: unknown,
  ignoreCase: unknown,
  multiline: unknown,
): PythonRegex {
  return compilePythonRegex(requireText(filter, 'the pattern', pattern), {
    ignoreCase: flag(ignoreCase),
    multiline: flag(multiline),
  })
}

function subject(filter: string, value: unknown): string {
  const text = str(value)
  checkCharacters(filter, text.length)
  return text
}

/** The whole first match, or a list of the groups asked for; null when there is no match. */
function search(
  value: unknown,
  pattern: unknown,
  groups: unknown,
  ignoreCase: unknown,
  multiline: unknown,
): unknown {
  const regex = compile('regex_search', pattern, ignoreCase, multiline)
  const asked = (Array.isArray(groups) ? groups : []).map((group) => groupIndex(regex, group))
  const match = searchPython(regex, subject('regex_search', value))
  if (match === undefined) return null
  return asked.length === 0 ? match[0] : asked.map((index) => match[index] ?? null)
}

function groupIndex({ groupCount, groupNames }: PythonRegex, group: unknown): number {
  const reference = requireText('regex_search', 'a group', group)
  const [, name = ''] = /^\\(?:g<)?([^\s>]+)>?/.exec(reference) ?? []
  const index = groupNames.get(name) ?? (/^\d+$/.test(name) ? Number(name) : undefined)
  if (index !== undefined && index <= groupCount) return index
  throw new FilterError(
    `regex_search: ${shown(reference)} is no group of the pattern. Fix: write '\\\\1' or '\\\\g<name>'`,
  )
}

function escapeText(value: unknown, type: unknown): string {
  const text = subject('regex_escape', value)
  const name = requireText('regex_escape', 're_type', type ?? 'python')
  if (name === 'python') return escapePython(text)
  if (name === 'posix_basic') return text.replace(/[\].[^$*\\]/g, '\\$&')
  throw new FilterError(
    `regex_escape: unknown re_type ${shown(name)}. Fix: use 'python' or 'posix_basic'`,
  )
}
