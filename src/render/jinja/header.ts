/**
 * The first line in which a template says how white space around its tags is treated, as in Ansible:
 * `#jinja2: trim_blocks: True, lstrip_blocks: True`.
 * @module
 */
import { TemplateFault } from '../template-fault.ts'
import type { WhitespaceRules } from '../whitespace-rules.ts'
import { placeOf } from './place.ts'

export const headerMark = '#jinja2:'

/** What a template's first line says. */
export interface Header {
  readonly rules: WhitespaceRules
  /** Where the template begins behind it. */
  readonly start: number
}

const known: Readonly<Record<string, keyof WhitespaceRules>> = {
  trim_blocks: 'trimBlocks',
  lstrip_blocks: 'lstripBlocks',
}

/**
 * The header of a template; undefined where it has none.
 * @throws {TemplateFault} for what else Ansible lets a template set
 */
export function readHeader(name: string, text: string, rules: WhitespaceRules): Header | undefined {
  if (!text.startsWith(headerMark)) return undefined
  const end = text.indexOf('\n')
  if (end === -1) {
    throw new TemplateFault(
      'syntax',
      `nothing follows the line "${headerMark}"`,
      placeOf(name, text, 0),
    )
  }
  const stated: { -readonly [key in keyof WhitespaceRules]: boolean } = { ...rules }
  let at = headerMark.length
  for (const pair of text.slice(at, end).split(',')) {
    const [, setting = '', value = ''] = /^\s*([^:]*?)\s*(?::\s*(.*?)\s*)?$/.exec(pair) ?? []
    const key = Object.hasOwn(known, setting) ? known[setting] : undefined
    if (key === undefined || (value !== 'True' && value !== 'False')) {
      throw new TemplateFault(
        'dialect',
        `not for templates here: "${pair.trim().slice(0, 60)}" in the line "${headerMark}"`,
        placeOf(name, text, at + pair.length - pair.trimStart().length),
        { fix: 'trim_blocks and lstrip_blocks can be True or False there' },
      )
    }
    stated[key] = value === 'True'
    at += pair.length + 1
  }
  return { rules: stated, start: end + 1 }
}

/** Ansible has what the line says hold for every template that this one uses; here each is compiled once. */
export function checkHeader(
  { rules }: Header,
  set: WhitespaceRules,
  usesOthers: boolean,
  name: string,
): void {
  const same = rules.trimBlocks === set.trimBlocks && rules.lstripBlocks === set.lstripBlocks
  if (same || !usesOthers) return
  throw new TemplateFault(
    'dialect',
    `not for templates here: a line "${headerMark}" that would hold for the templates used too`,
    { template: name, line: 1, column: 1 },
    { fix: 'take it out and set trim_blocks and lstrip_blocks in [dynconfig], for all templates' },
  )
}
