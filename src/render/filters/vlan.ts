/**
 * Lists of VLANs as a trunk's configuration writes them, and back.
 * @module
 */
import { requireCount, requireList, requireText, shown } from './arguments.ts'
import { checkItems } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import { parsePythonInteger } from './python-value.ts'

/** `vlan_parser`, `vlan_expander`. */
export const vlanFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['vlan_parser', { params: ['first_line_len', 'other_line_len'], run: vlanParser }],
  ['vlan_expander', { params: [], run: vlanExpander }],
])

const lineLengths = [0, 100_000] as const

/** Lines of at most so many characters, such as `1-5,1688,3002`; only runs of three or more get a dash. */
function vlanParser(value: unknown, firstLineLength: unknown, otherLineLength: unknown): string[] {
  const vlans = requireList('vlan_parser', 'the VLANs', value).map(requireVlan)
  if (vlans.length === 0) throw new FilterError('vlan_parser: the list of VLANs is empty')
  const first = requireCount('vlan_parser', 'first_line_len', firstLineLength ?? 48, lineLengths)
  const other = requireCount('vlan_parser', 'other_line_len', otherLineLength ?? 44, lineLengths)
  return fold(compress(vlans), first, other)
}

function requireVlan(value: unknown): number {
  if (typeof value === 'string') {
    throw new FilterError(
      `vlan_parser: ${shown(value)} is a text. Fix: write "| map('int') | list" before it`,
    )
  }
  return requireCount('vlan_parser', 'a VLAN', value, [1, 4094])
}

function compress(vlans: readonly number[]): string[] {
  const runs: { first: number; last: number }[] = []
  for (const vlan of [...new Set(vlans)].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run?.last === vlan - 1) run.last = vlan
    else runs.push({ first: vlan, last: vlan })
  }
  return runs.flatMap(({ first, last }) => {
    if (first === last) return [`${first}`]
    return last === first + 1 ? [`${first}`, `${last}`] : [`${first}-${last}`]
  })
}

function fold(parts: readonly string[], firstLength: number, otherLength: number): string[] {
  const lines: string[] = []
  let line = ''
  let length = firstLength
  for (const part of parts) {
    // the comma before the part counts, the one after it does not
    if (line.length + part.length > length) {
      lines.push(line)
      line = ''
      length = otherLength
    }
    line += `${part},`
  }
  // a first line too short for anything was never begun
  return [...lines, line].filter((each) => each !== '').map((each) => each.slice(0, -1))
}

function vlanExpander(value: unknown): number[] {
  const vlans: number[] = []
  for (const part of requireText('vlan_expander', 'the VLANs', value).split(',')) {
    const [first, last] = parseRange(part)
    checkItems('vlan_expander', vlans.length + last - first)
    for (let vlan = first; vlan <= last; vlan++) vlans.push(vlan)
  }
  return vlans.sort((a, b) => a - b)
}

function parseRange(part: string): readonly [number, number] {
  const [first, last = first, ...more] = part.split('-').map(parsePythonInteger).map(Number)
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last) && more.length === 0) {
    return [Number(first), Number(last)]
  }
  throw new FilterError(
    `vlan_expander: ${shown(part)} is neither a VLAN nor a range. Fix: write '10' or '10-12'`,
  )
}
