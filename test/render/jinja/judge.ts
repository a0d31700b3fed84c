/**
 * What it means when two engines answer alike, or do not.
 * @module
 */
import type { Answer } from './reference.ts'

/**
 * `same`: both give the same text. `refused`: both refuse. `gap`: only the reference renders. `unfit`: nothing to compare.
 * `text` and `accepted` break the promise: another text, or one where the reference refuses.
 */
export type Verdict = 'same' | 'refused' | 'gap' | 'unfit' | 'text' | 'accepted'

export function judge(reference: Answer, ours: Answer): Verdict {
  if ('unfit' in reference || 'unfit' in ours) return 'unfit'
  if ('error' in reference) return 'error' in ours ? 'refused' : 'accepted'
  if (hasNoFixedText(reference.text)) return 'unfit'
  if ('error' in ours) return 'gap'
  return finished(reference.text) === finished(ours.text) ? 'same' : 'text'
}

export function breaksPromise(verdict: Verdict): verdict is 'text' | 'accepted' {
  return verdict === 'text' || verdict === 'accepted'
}

/** A configuration as a switch gets it: LF line ends and one at the end, or nothing at all. */
function finished(text: string): string {
  if (!/\S/.test(text)) return ''
  const lines = text.replace(/\r\n?/g, '\n')
  return lines.endsWith('\n') ? lines : `${lines}\n`
}

/** Addresses of objects, and sets, look different every time. */
function hasNoFixedText(text: string): boolean {
  return /\bat 0x[0-9a-f]{4,}|<(?:function|bound method|built-in method|class) |&lt;(?:function|bound|built)/i.test(
    text,
  )
}
