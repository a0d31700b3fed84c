/**
 * Text of configurations and templates, line by line with its numbers.
 * @module
 */
import type { Child } from 'hono/jsx'
import { linesOf, visibleLine } from './visible.ts'

interface CodeLinesProps {
  /** For who links to it, and who copies it. */
  readonly id: string
  readonly label: string
  readonly text: string
  /** The line that something is wrong with, from 1, and what. */
  readonly marked?: { readonly line: number; readonly note: Child } | undefined
}

/** The numbers are the stylesheet's, so that nobody copies them. */
export function CodeLines({ id, label, text, marked }: CodeLinesProps) {
  return (
    <section id={id} class="code" aria-label={label} {...scrollable}>
      <pre>
        <code>
          {linesOf(text).map((line, at) =>
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
        </code>
      </pre>
    </section>
  )
}

/** What scrolls must be reached with the keyboard too. */
const scrollable = { tabindex: 0 } as const

/** A unified diff; what was added and taken away is told by its sign and by its colour. */
export function DiffLines({ id, label, text }: Omit<CodeLinesProps, 'marked'>) {
  return (
    <section id={id} class="code diff" aria-label={label} {...scrollable}>
      <pre>
        <code>
          {linesOf(text).map((line) => (
            <span class={diffClass(line)}>{`${visibleLine(line)}\n`}</span>
          ))}
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
