/**
 * Lines with numbers that are not copied with them.
 * @module
 */
import { printable } from '../../../core/printable.ts'

export interface CodeProps {
  readonly text: string
  readonly label: string
  readonly id?: string | undefined
  readonly kind?: 'plain' | 'diff' | undefined
  /** Marked, counting from 1. */
  readonly markedLine?: number | null | undefined
}

export function Code({ text, label, id, kind = 'plain', markedLine }: CodeProps) {
  const lines = text.replace(/\n$/, '').split('\n')
  return (
    <section class="code" aria-label={`${label}, line by line`} tabindex={0}>
      <pre id={id}>
        {lines.map((line, at) => (
          <span class={classOf(line, at + 1, kind, markedLine)}>
            {line.split('\t').map(printable).join('\t')}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  )
}

function classOf(
  line: string,
  number: number,
  kind: 'plain' | 'diff',
  markedLine: number | null | undefined,
): string {
  if (number === markedLine) return 'line marked'
  if (kind === 'plain') return 'line'
  if (/^(?:diff |--- |\+\+\+ |@@)/.test(line)) return 'line head'
  if (line.startsWith('+')) return 'line added'
  return line.startsWith('-') ? 'line removed' : 'line'
}
