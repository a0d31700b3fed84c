/**
 * Makes a counterexample smaller, as long as it stays one.
 * @module
 */
import type { Exact, ExactMap } from '../../../src/core/exact-value.ts'
import { isExactList, isExactMap } from '../../../src/core/exact-value.ts'
import type { TemplateCase } from './generate.ts'

/** Tells which of the cases are still counterexamples, in one go. */
export type Check = (cases: readonly TemplateCase[]) => Promise<readonly boolean[]>

/** The smallest counterexample that leaving out leads to, with so many questions at the most. */
export async function reduce(
  found: TemplateCase,
  check: Check,
  questions: number,
): Promise<TemplateCase> {
  let best = found
  let smaller = candidates(best)
  for (let asked = 0; asked < questions && smaller.length > 0; asked++) {
    const some = smaller.slice(0, 250)
    const kept = await check(some)
    const next = some.find((_, at) => kept[at])
    best = next ?? best
    smaller = next === undefined ? smaller.slice(some.length) : candidates(best)
  }
  return best
}

/** White space and variables weigh less than other text. */
function size({ templates, variables, trimBlocks, lstripBlocks }: TemplateCase): number {
  const text = [...templates.values()].join('')
  const seen = JSON.stringify([...templates.values()]).length + text.replace(/\s/g, '').length * 2
  return seen + weight(variables) + templates.size * 8 + Number(trimBlocks) + Number(lstripBlocks)
}

function weight(value: Exact): number {
  if (isExactList(value)) return value.reduce<number>((sum, item) => sum + weight(item), 2)
  if (!isExactMap(value)) return typeof value === 'string' ? value.length : 1
  return [...value].reduce((sum, [key, item]) => sum + key.length + weight(item), 2)
}

/** Smaller cases, the smallest first. */
function candidates(given: TemplateCase): TemplateCase[] {
  const whole = size(given)
  return changes(given)
    .map((each) => [size(each), each] as const)
    .filter(([weighs]) => weighs < whole)
    .sort(([one], [other]) => one - other)
    .map(([, each]) => each)
}

function changes(given: TemplateCase): TemplateCase[] {
  const made: TemplateCase[] = [
    { ...given, trimBlocks: false },
    { ...given, lstripBlocks: false },
  ]
  for (const [name, text] of given.templates) {
    if (name !== given.template) {
      const templates = new Map([...given.templates].filter(([other]) => other !== name))
      made.push({ ...given, templates })
    }
    for (const shorter of shorterTexts(text)) {
      made.push({ ...given, templates: new Map([...given.templates, [name, shorter]]) })
    }
  }
  for (const variables of smallerMaps(given.variables)) made.push({ ...given, variables })
  return made
}

const tokens = /\{[%{#][-+]?|[-+]?[%}#]\}|\w+|\s+|'[^'\n]*'|"[^"\n]*"|[\s\S]/g

function shorterTexts(text: string): string[] {
  const found = new Set<string>()
  const parts = text.match(tokens) ?? []
  for (let length = parts.length; length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at < parts.length; at += Math.max(1, Math.floor(length / 2))) {
      found.add([...parts.slice(0, at), ...parts.slice(at + length)].join(''))
    }
  }
  for (const pair of tagPairs(text)) found.add(pair)
  for (const part of new Set(parts)) {
    if (/^['"].{2,}['"]$/.test(part)) found.add(text.replace(part, "'a'"))
    if (/^\{.[-+]$/.test(part)) found.add(text.replace(part, part.slice(0, 2)))
    if (/^[-+].\}$/.test(part)) found.add(text.replace(part, part.slice(1)))
  }
  for (const inside of text.matchAll(/\(([^()]*)\)/g))
    found.add(text.replace(inside[0], inside[1] ?? ''))
  return [...found]
}

/** The text without two of its tags, with and without what stands between them. */
function tagPairs(text: string): string[] {
  const spans = [...text.matchAll(/\{%[\s\S]*?%\}/g)].map(
    ({ index, 0: { length } }) => [index, index + length] as const,
  )
  const found: string[] = []
  for (const [first, [start, inside]] of spans.entries()) {
    for (const [end, after] of spans.slice(first + 1, first + 12)) {
      found.push(text.slice(0, start) + text.slice(after))
      found.push(text.slice(0, start) + text.slice(inside, end) + text.slice(after))
    }
  }
  return found
}

function smallerMaps(map: ExactMap): ExactMap[] {
  const made: ExactMap[] = []
  for (const [key, value] of map) {
    made.push(new Map([...map].filter(([other]) => other !== key)))
    for (const smaller of smallerValues(value)) made.push(new Map([...map, [key, smaller]]))
  }
  return made
}

function smallerValues(value: Exact): readonly Exact[] {
  if (isExactMap(value)) return smallerMaps(value)
  if (isExactList(value)) {
    return value.flatMap((item, at) => [
      value.toSpliced(at, 1),
      ...smallerValues(item).map((smaller) => value.with(at, smaller)),
    ])
  }
  if (typeof value !== 'string') return []
  const characters = [...value]
  const middle = characters.length >> 1
  const parts = [characters.slice(0, middle), characters.slice(middle), characters.slice(1)]
  return parts.map((part) => part.join(''))
}
