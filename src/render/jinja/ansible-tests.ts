/**
 * Ansible's tests: what stands behind `is`.
 * @module
 */
import {
  compilePythonRegex,
  matchesAtStart,
  type PythonRegex,
  searchPython,
} from '../filters/python-regex.ts'
import { needText, place, type Signature } from '../python/arguments.ts'
import { contains, same, truth } from '../python/compare.ts'
import { refused, ValueFault } from '../python/fault.ts'
import { listOf } from '../python/iterate.ts'
import { asNumber, toDouble } from '../python/number.ts'
import { str } from '../python/text.ts'
import { defined, hashKey, PyDict, typeName } from '../python/values.ts'
import { addressTests, networkTests } from './address-tests.ts'
import { compareVersions } from './version-order.ts'
import type { JinjaTest } from './vocabulary.ts'

type Run = (value: unknown, ...args: unknown[]) => boolean

function tests(names: readonly string[], signature: Signature, run: Run): [string, JinjaTest][] {
  return names.map((name) => [
    name,
    (value, args) => run(value, ...place(`"is ${name}"`, signature, args)),
  ])
}

/** Whether a search may run here is for the caller to say: it cannot be interrupted. */
export type GuardSearch = (text: string, pattern: string) => void

function matcher(guard: GuardSearch, type: 'match' | 'search' | 'regex'): Run {
  return (value, ...args) => {
    const [pattern = '', ignoreCase, multiline, matchType] = args
    const text = str(defined(value))
    const source = needText(`"is ${type}"`, pattern)
    guard(text, source)
    const how =
      matchType === undefined
        ? type === 'match'
          ? 'match'
          : 'search'
        : needText('match_type', matchType)
    const regex = compilePythonRegex(source, {
      ignoreCase: ignoreCase !== undefined && truth(ignoreCase),
      multiline: multiline !== undefined && truth(multiline),
    })
    return found(regex, text, how)
  }
}

function found(regex: PythonRegex, text: string, how: string): boolean {
  if (how === 'search') return searchPython(regex, text) !== undefined
  if (how === 'match') return matchesAtStart(regex, text)
  throw refused(`match_type="${how.slice(0, 20)}"`)
}

function booleanText(value: unknown): unknown {
  const text = typeof value === 'string' ? value.toLowerCase() : value
  if (text === null || typeof text === 'boolean') return text
  if (['y', 'yes', 'on', '1', 'true', 't', 1].includes(text as string)) return true
  if (['n', 'no', 'off', '0', 'false', 'f', 0].includes(text as string)) return false
  return value
}

const truthy: Run = (value, convert) => {
  const given = defined(value)
  return truth(convert !== undefined && truth(convert) ? booleanText(given) : given)
}

function status(name: string, read: (result: PyDict) => boolean): JinjaTest {
  return (value) => {
    if (!(value instanceof PyDict))
      throw new ValueFault(`"is ${name}" needs a result, found ${typeName(value)}`)
    return read(value)
  }
}

/** What a result says; Ansible hands on what is no boolean, and looks into lists of results. */
function flagged(result: PyDict, key: string): boolean {
  const value = result.get(key) ?? false
  if (typeof value !== 'boolean' || result.has('results')) {
    throw refused(`a result whose "${key}" is neither true nor false`)
  }
  return value
}

/** Ansible's tests by their short names, and with their collection. */
export function ansibleTests(guard: GuardSearch): ReadonlyMap<string, JinjaTest> {
  const search: Signature = ['pattern?', 'ignorecase?', 'multiline?']
  const builtin: [string, JinjaTest][] = [
    ...tests(['match'], search, matcher(guard, 'match')),
    ...tests(['search'], search, matcher(guard, 'search')),
    ...tests(['regex'], [...search, 'match_type?'], matcher(guard, 'regex')),
    ...tests(['truthy'], ['convert_bool?'], truthy),
    ...tests(['falsy'], ['convert_bool?'], (value, convert) => !truthy(value, convert)),
    ...tests(['all'], [], (value) => listOf(value).every(truth)),
    ...tests(['any'], [], (value) => listOf(value).some(truth)),
    ...tests(['contains'], ['value'], (value, item) => contains(value, item)),
    ...tests(['subset', 'issubset'], ['b'], (value, other) => isSubset(value, other)),
    ...tests(['superset', 'issuperset'], ['b'], (value, other) => isSubset(other, value)),
    ...tests(['nan', 'isnan'], [], (value) => {
      const number = asNumber(defined(value))
      if (number === undefined)
        throw new ValueFault(`"is nan" needs a number, found ${typeName(value)}`)
      return Number.isNaN(toDouble(number))
    }),
    ...tests(
      ['version', 'version_compare'],
      ['version', 'operator?', 'strict?', 'version_type?'],
      compareVersions,
    ),
    ...['failed', 'failure'].map((name): [string, JinjaTest] => [
      name,
      status(name, (result) => flagged(result, 'failed')),
    ]),
    ...['success', 'succeeded', 'successful'].map((name): [string, JinjaTest] => [
      name,
      status(name, (result) => !flagged(result, 'failed')),
    ]),
    ...['changed', 'change'].map((name): [string, JinjaTest] => [
      name,
      status(name, (result) => flagged(result, 'changed')),
    ]),
    ...['skipped', 'skip'].map((name): [string, JinjaTest] => [
      name,
      status(name, (result) => flagged(result, 'skipped')),
    ]),
  ]
  const utils: [string, JinjaTest][] = [
    ...[...addressTests].flatMap(([name, ask]) =>
      tests([name], [], (value) => ask(defined(value))),
    ),
    ...[...networkTests].flatMap(([name, ask]) =>
      tests([name], ['network'], (value, network) => ask(defined(value), defined(network))),
    ),
  ]
  return new Map([
    ...builtin,
    ...builtin.map(([name, run]): [string, JinjaTest] => [`ansible.builtin.${name}`, run]),
    ...utils.map(([name, run]): [string, JinjaTest] => [`ansible.utils.${name}`, run]),
  ])
}

/** Python makes sets of both, which hold neither lists nor dictionaries. */
function isSubset(value: unknown, other: unknown): boolean {
  const all = listOf(other)
  for (const each of [...all, ...listOf(value)]) hashKey(each)
  return listOf(value).every((each) => all.some((one) => same(one, each)))
}
