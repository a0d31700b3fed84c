/**
 * INI text as Python's `ConfigParser(interpolation=None, inline_comment_prefixes=None)` reads it, which is how
 * ZTPServer reads `ztpserver.conf`. Two things are ours: a byte order mark is skipped, and every fault is reported at
 * once instead of the first one alone.
 * @module
 */
import { Problem } from './problem.ts'
import { strip, stripEnd, stripStart } from './python-strip.ts'

/** The section whose keys every other section of the file has too, unless it states them itself. */
export const inheritedSection = 'DEFAULT'

export interface IniSection {
  readonly name: string
  readonly line: number
}

export interface IniEntry {
  readonly section: string
  /** In lower case: keys are not case-sensitive, sections are. */
  readonly key: string
  /** Without the space around it; the lines of a continued value are joined by `\n`. */
  readonly value: string
  /** Where its key stands, from 1. */
  readonly line: number
}

export interface IniText {
  /** In the order of the text; `[DEFAULT]` is among them where it is written. */
  readonly sections: readonly IniSection[]
  readonly entries: readonly IniEntry[]
  /** Each a `settings-syntax`; Python's parser takes nothing from a text that has one. */
  readonly problems: readonly Problem[]
}

interface OpenEntry {
  readonly section: string
  readonly key: string
  readonly line: number
  readonly parts: string[]
}

/** Reads `text`; `file` is the name that the problems give. Never throws. */
export function parseIni(text: string, file: string): IniText {
  const sections = new Map<string, IniSection>()
  const keysOf = new Map<string, Map<string, OpenEntry>>()
  const entries: OpenEntry[] = []
  const problems: Problem[] = []
  const refuse = (line: number, message: string, fix: string): void => {
    problems.push(new Problem('settings-syntax', message, { at: { file, line }, fix }))
  }
  let section: string | undefined
  let entry: OpenEntry | undefined
  let indent = 0
  let saidHeaderless = false

  for (const [index, raw] of toLines(text).entries()) {
    const line = index + 1
    const content = strip(raw)
    if (content.startsWith('#') || content.startsWith(';')) continue
    if (content === '') {
      entry?.parts.push('')
      continue
    }
    const depth = raw.length - stripStart(raw).length
    if (entry !== undefined && depth > indent) {
      entry.parts.push(content)
      continue
    }
    indent = depth

    const name = sectionName(content)
    if (name !== undefined) {
      const earlier = sections.get(name)
      if (earlier === undefined) sections.set(name, { name, line })
      else if (name !== inheritedSection) {
        refuse(
          line,
          `the section [${shorten(name)}] is there already, on line ${earlier.line}`,
          `write the keys of both under one [${shorten(name)}]`,
        )
      }
      section = name
      entry = undefined
      continue
    }
    if (section === undefined) {
      if (!saidHeaderless) {
        refuse(line, 'this stands before any section', 'begin with a section, such as [dynconfig]')
      }
      saidHeaderless = true
      continue
    }
    const split = content.search(/[=:]/)
    if (split <= 0) {
      refuse(line, ...malformed(content, split))
      continue
    }

    const key = strip(content.slice(0, split)).toLowerCase()
    entry = { section, key, line, parts: [strip(content.slice(split + 1))] }
    const keys = keysOf.get(section) ?? new Map<string, OpenEntry>()
    keysOf.set(section, keys)
    const earlier = keys.get(key)
    if (earlier !== undefined) {
      refuse(
        line,
        `[${shorten(section)}] has the key "${shorten(key)}" already, on line ${earlier.line}`,
        'keep one of the two',
      )
      continue
    }
    keys.set(key, entry)
    entries.push(entry)
  }

  return {
    sections: [...sections.values()],
    entries: entries.map(({ parts, ...rest }) => ({ ...rest, value: stripEnd(parts.join('\n')) })),
    problems,
  }
}

/** What `section` has for `key` (in lower case): its own, else `[DEFAULT]`'s; a section that is not written has none. */
export function findEntry(ini: IniText, section: string, key: string): IniEntry | undefined {
  if (!ini.sections.some(({ name }) => name === section)) return undefined
  const own = ini.entries.find((entry) => entry.section === section && entry.key === key)
  return own ?? ini.entries.find((entry) => entry.section === inheritedSection && entry.key === key)
}

function toLines(text: string): string[] {
  return (text.startsWith('\u{feff}') ? text.slice(1) : text).split(/\r\n|\r|\n/)
}

/** `[name]`, and whatever stands behind the last bracket, as Python has it. */
function sectionName(content: string): string | undefined {
  if (!content.startsWith('[')) return undefined
  const end = content.lastIndexOf(']')
  return end < 2 ? undefined : content.slice(1, end)
}

/** Never shows the line itself: it may hold a secret. */
function malformed(content: string, split: number): [message: string, fix: string] {
  if (split === 0) return ['no key stands before the "="', 'write: key = value']
  if (content === '[]') return ['a section without a name', 'write its name between [ and ]']
  if (content.startsWith('[')) return ['the "]" of the section is missing', 'close it with ]']
  return [
    'neither a [section], nor key = value, nor a comment',
    'write: key = value (indent the line if it continues the value before it)',
  ]
}

function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name
}
