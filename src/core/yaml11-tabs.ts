/**
 * Tabs in YAML 1.1: PyYAML takes them in quotes, block texts and comments, and nowhere else; 1.2 takes them between words too.
 * @module
 */
import { scalar, type YamlEvents } from './yaml-events.ts'

const plainStyle = 1

/** The first tab where none may stand; undefined: there is none. */
export function misplacedTab({ text, events }: YamlEvents): number | undefined {
  let tab = text.indexOf('\t')
  let at = 0
  for (const event of events) {
    if (tab === -1) return undefined
    if (event.type !== scalar || event.style === plainStyle) continue
    if (tab < event.valueStart) {
      const found = tabOutsideComments(text.slice(at, event.valueStart))
      if (found !== undefined) return at + found
    }
    at = event.valueEnd
    if (tab < at) tab = text.indexOf('\t', at)
  }
  const found = tab === -1 ? undefined : tabOutsideComments(text.slice(at))
  return found === undefined ? undefined : at + found
}

/** In a text without quotes. */
function tabOutsideComments(text: string): number | undefined {
  for (const match of text.matchAll(/(?<=^|\s)#[^\n\r]*|\t/g)) {
    if (match[0] === '\t') return match.index
  }
  return undefined
}
