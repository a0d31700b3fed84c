/**
 * Text of configurations and templates, line by line with its numbers.
 * @module
 */
import type { Child } from 'hono/jsx'
import { linesOf, visibleLine } from './visible.ts'
import { counted } from './wording.ts'

interface CodeLinesProps {
  /** For who links to it, and who copies it. */
  readonly id: string
  readonly label: string
  readonly text: string
  /** The line that something is wrong with, from 1, and what. */
  readonly marked?: { readonly line: number; readonly note: Child } | undefined
}

/** So many lines are shown at most: more would make a page that no browser scrolls well, and a server that makes nothing else meanwhile. */
export const maxShownLines = 5_000

/** The first lines of a text, and how many there are beyond them. */
function shownLines(text: string): { readonly lines: readonly string[]; readonly more: number } {
  const all = linesOf(text)
  return { lines: all.slice(0, maxShownLines), more: Math.max(0, all.length - maxShownLines) }
}

function MoreLines({ count }: { readonly count: number }) {
  return count === 0 ? null : <span class="l-more">… and {counted(count, 'line')} more</span>
}

/** The numbers are the stylesheet's, so that nobody copies them. */
export function CodeLines({ id, label, text, marked }: CodeLinesProps) {
  const { lines, more } = shownLines(text)
  return (
    <section id={id} class="code" aria-label={label} {...scrollable}>
      <pre>
        <code>
          {lines.map((line, at) =>
            marked?.line === at + 1 ? (
              <>
                <span class="l wrong" id={`${id}-wrong`}>{`${visibleLine(line)}\n`}</span>
                <span class="why">
                  <strong>Line {String(marked.line)}:</strong> {marked.note}
                  {'\n'}
                </span>
              </>
            ) : (
              <span class="l">{`${visibleLine(line)}\n`}</span>
            ),
          )}
          <MoreLines count={more} />
        </code>
      </pre>
    </section>
  )
}

/** What scrolls must be reached with the keyboard too. */
const scrollable = { tabindex: 0 } as const

/** A unified diff; what was added and taken away is told by its sign and by its colour. */
export function DiffLines({ id, label, text }: Omit<CodeLinesProps, 'marked'>) {
  const { lines, more } = shownLines(text)
  return (
    <section id={id} class="code diff" aria-label={label} {...scrollable}>
      <pre>
        <code>
          {lines.map((line) => (
            <span class={diffClass(line)}>{`${visibleLine(line)}\n`}</span>
          ))}
          <MoreLines count={more} />
        </code>
      </pre>
    </section>
  )
}

function diffClass(line: string): string {
  if (line.startsWith('+++') || line.startsWith('---')) return 'file'
  if (line.startsWith('@@')) return 'hunk'
  if (line.startsWith('+')) return 'add'
  return line.startsWith('-') ? 'del' : 'same'
}
