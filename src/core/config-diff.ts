/**
 * Two configurations as a unified diff. Secrets are masked, and that one has changed is still told.
 * @module
 */
import { structuredPatch } from 'diff'
import { mask, maskLines } from './secrets.ts'

/** What is compared, with the names that the header of the diff gives to the two sides. */
export interface ConfigPair {
  /** Undefined: there is none. */
  readonly before: string | undefined
  readonly after: string | undefined
  /** The name of the file on both sides. */
  readonly file: string
  /** What each side is, behind its name: `HEAD~1`. */
  readonly beforeLabel: string
  readonly afterLabel: string
}

const context = 3

/** Texts that differ in more lines are told as a whole: comparing them takes time with the square of that. */
const maxEdits = 3_000

/** Stands behind a masked secret that is not the one of before. */
const changedMark = ' (changed)'

/** The diff with a header as git writes it, or undefined where nothing differs. */
export function unifiedDiff(pair: ConfigPair, showSecrets: boolean): string | undefined {
  const { before, after, file, beforeLabel, afterLabel } = pair
  if (before === after) return undefined
  const show = showSecrets ? (lines: readonly string[]) => lines : maskLines
  const sides = { before: linesOf(before), after: linesOf(after) }
  const shown = { before: show(sides.before), after: show(sides.after) }
  const lines: string[] = []
  for (const hunk of hunksOf(before ?? '', after ?? '', sides)) {
    const { oldStart, oldLines, newStart, newLines } = hunk
    lines.push(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`)
    lines.push(...shownHunk(hunk, shown, sides))
  }
  const old = before === undefined ? '/dev/null' : `a/${file}\t${beforeLabel}`
  const now = after === undefined ? '/dev/null' : `b/${file}\t${afterLabel}`
  const header = [`diff --git a/${file} b/${file}`, `--- ${old}`, `+++ ${now}`]
  return `${[...header, ...lines].join('\n')}\n`
}

/** Of no lines the place is the line before them. */
function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`
}

interface Sides {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

interface Hunk {
  readonly oldStart: number
  readonly oldLines: number
  readonly newStart: number
  readonly newLines: number
  /** Each begins with ` `, `-`, `+` or `\`. */
  readonly lines: readonly string[]
}

function linesOf(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function hunksOf(before: string, after: string, sides: Sides): readonly Hunk[] {
  const patch = structuredPatch('a', 'b', before, after, undefined, undefined, {
    context,
    maxEditLength: maxEdits,
  })
  return patch?.hunks ?? [wholeHunk(before, after, sides)]
}

/** Everything out, everything in. */
function wholeHunk(before: string, after: string, sides: Sides): Hunk {
  const marked = (mark: string, text: string, lines: readonly string[]) => [
    ...lines.map((line) => `${mark}${line}`),
    ...(text === '' || text.endsWith('\n') ? [] : [noNewline]),
  ]
  return {
    oldStart: 1,
    oldLines: sides.before.length,
    newStart: 1,
    newLines: sides.after.length,
    lines: [...marked('-', before, sides.before), ...marked('+', after, sides.after)],
  }
}

const noNewline = '\\ No newline at end of file'

/** The lines of a hunk, masked. What a mask has made equal is told as changed where it is not. */
function shownHunk(hunk: Hunk, shown: Sides, sides: Sides): readonly string[] {
  let before = hunk.oldStart - 1
  let after = hunk.newStart - 1
  const told: string[] = []
  const removed = new Set<string>()
  for (const line of hunk.lines) {
    const mark = line[0]
    if (mark === '\\') {
      told.push(line)
      continue
    }
    const text = mark === '-' ? shown.before[before] : shown.after[after]
    const isMasked = text !== (mark === '-' ? sides.before[before] : sides.after[after])
    if (mark === '-') {
      before++
      if (isMasked) removed.add(text ?? '')
      told.push(`-${text}`)
      continue
    }
    after++
    if (mark === ' ') before++
    const isChanged = mark === '+' && isMasked && removed.has(text ?? '')
    told.push(`${mark}${isChanged ? text?.replace(mask, `${mask}${changedMark}`) : text}`)
  }
  return told
}
