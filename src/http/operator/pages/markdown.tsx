/**
 * docs/reference/problems.md as HTML: headings, paragraphs, fenced code, and in them code, strong text and links. It uses nothing else.
 * @module
 */
import type { Child } from 'hono/jsx'

/** Each heading has itself as its id: a code of a problem is where its link leads. */
export function Markdown({ text }: { readonly text: string }) {
  return <>{blocksOf(text).map(blockElement)}</>
}

interface Block {
  readonly kind: 'heading' | 'code' | 'text'
  readonly level: number
  readonly lines: readonly string[]
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = []
  let lines: string[] = []
  let isCode = false
  const finish = (kind: Block['kind']) => {
    if (lines.length > 0) blocks.push({ kind, level: 0, lines })
    lines = []
  }
  for (const line of text.split('\n')) {
    const heading = /^(#{1,4}) +(.+)$/.exec(line)
    if (line.startsWith('```')) {
      finish(isCode ? 'code' : 'text')
      isCode = !isCode
    } else if (isCode) lines.push(line)
    else if (heading !== null) {
      finish('text')
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, lines: [heading[2] ?? ''] })
    } else if (line.trim() === '') finish('text')
    else lines.push(line)
  }
  finish(isCode ? 'code' : 'text')
  return blocks
}

function blockElement({ kind, level, lines }: Block): Child {
  const [first = ''] = lines
  if (kind === 'code') {
    return (
      <pre class="sample">
        <code>{lines.join('\n')}</code>
      </pre>
    )
  }
  if (kind === 'text') return <p>{inline(lines.join(' '))}</p>
  const id = first.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  if (level === 1) return <h1 id={id}>{first}</h1>
  return level === 2 ? <h2 id={id}>{first}</h2> : <h3 id={id}>{first}</h3>
}

const spans = /`([^`]+)`|\*\*([^*]+)\*\*|\[((?:[^[\]]|\[[^\]]*\])+)\]\(([^)\s]+)\)/g

function inline(text: string): Child[] {
  const parts: Child[] = []
  let from = 0
  for (const found of text.matchAll(spans)) {
    const [whole, code, strong, label, target = ''] = found
    parts.push(text.slice(from, found.index))
    from = found.index + whole.length
    if (code !== undefined) parts.push(<code>{code}</code>)
    else if (strong !== undefined) parts.push(<strong>{inline(strong)}</strong>)
    else if (target.startsWith('#')) parts.push(<a href={target}>{inline(label ?? '')}</a>)
    // the other documents lie in the package, and are not served
    else parts.push(inline(label ?? ''))
  }
  return [...parts, text.slice(from)]
}
