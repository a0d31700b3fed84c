/**
 * A text that a regular expression takes, for an example.
 * @module
 */
import { parseRegex } from './regex-parser.ts'
import { RegexFault } from './regex-source.ts'
import type { CharacterSet, RegexNode, SetItem } from './regex-syntax.ts'

/** Longer examples help nobody. */
const maxLength = 100

/**
 * A short text that the pattern is meant to take at its start; undefined where none is found. What lookarounds, back references and
 * boundaries ask for is not looked at: compare the text with the expression before you rely on it.
 */
export function sampleText(pattern: string): string | undefined {
  try {
    const text = sample(parseRegex(pattern).root)
    return text === undefined || text.length > maxLength ? undefined : text
  } catch (error) {
    if (error instanceof RegexFault) return undefined
    throw error
  }
}

function sample(node: RegexNode): string | undefined {
  switch (node.kind) {
    case 'sequence':
      return node.items.reduce<string | undefined>((text, item) => {
        const next = text === undefined || text.length > maxLength ? undefined : sample(item)
        return next === undefined ? undefined : `${text}${next}`
      }, '')
    case 'choice': {
      // (\.|$) is better without a dot that leads nowhere
      const texts = node.branches.map(sample).filter((text) => text !== undefined)
      return texts.find((text) => text === '') ?? texts[0]
    }
    case 'repeat': {
      if (node.min === 0) return ''
      const text = sample(node.body)
      return text === undefined || text.length * node.min > maxLength
        ? undefined
        : text.repeat(node.min)
    }
    case 'group':
      return sample(node.body)
    case 'set':
      return sampleCharacter(node.set)
    case 'look':
    case 'assertion':
      return ''
    case 'reference':
      return undefined
  }
}

/** What names are made of, the likeliest first. */
const candidates = [...'1a-A_./: ']

function sampleCharacter({ negated, items }: CharacterSet): string | undefined {
  const [only] = items
  if (!negated && items.length === 1 && only !== undefined && 'from' in only) {
    return String.fromCodePoint(only.from)
  }
  const found = candidates.find((text) => items.some((item) => holds(item, text)) !== negated)
  if (found !== undefined || negated) return found
  const range = items.find((item) => 'from' in item)
  return range === undefined ? undefined : String.fromCodePoint(range.from)
}

function holds(item: SetItem, text: string): boolean {
  if ('from' in item) {
    const code = text.codePointAt(0) ?? 0
    return code >= item.from && code <= item.to
  }
  return classes[item.escape].test(text)
}

const classes = { d: /\d/, D: /\D/, w: /\w/, W: /\W/, s: /\s/, S: /\S/ }
