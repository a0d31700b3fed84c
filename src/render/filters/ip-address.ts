/**
 * IPv4 and IPv6 addresses as integers: read strictly, written as every resolver library writes them.
 * @module
 */

export type IpVersion = 4 | 6

/** How many bits an address has. */
export function widthOf(version: IpVersion): number {
  return version === 4 ? 32 : 128
}

/** The greatest address. */
export function highestOf(version: IpVersion): bigint {
  return (1n << BigInt(widthOf(version))) - 1n
}

/** An address in full notation: no octal, no missing parts, no zone. */
export function parseAddress(text: string, version: IpVersion): bigint | undefined {
  return version === 4 ? parseIpv4(text) : parseIpv6(text)
}

const octet = '(0|[1-9]\\d{0,2})'
const ipv4Pattern = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`)

function parseIpv4(text: string): bigint | undefined {
  const octets = ipv4Pattern.exec(text)?.slice(1).map(Number)
  if (octets === undefined || octets.some((each) => each > 255)) return undefined
  return octets.reduce((address, each) => (address << 8n) | BigInt(each), 0n)
}

const groupPattern = /^[0-9a-f]{1,4}$/i

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [headText = '', tailText] = halves
  const head = parseGroups(headText, tailText === undefined)
  const tail = tailText === undefined ? [] : parseGroups(tailText, true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  // "::" stands for at least one group
  if (tailText === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...tail]
  return groups.reduce((address, group) => (address << 16n) | group, 0n)
}

function parseGroups(text: string, endsAddress: boolean): bigint[] | undefined {
  if (text === '') return []
  const groups: bigint[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const isLast = endsAddress && index === parts.length - 1
    const ipv4 = isLast && part.includes('.') ? parseIpv4(part) : undefined
    if (ipv4 !== undefined) groups.push(ipv4 >> 16n, ipv4 & 0xffffn)
    else if (groupPattern.test(part)) groups.push(BigInt(`0x${part}`))
    else return undefined
  }
  return groups
}

/** An address in its canonical notation (RFC 5952; IPv4-mapped ones end in dotted decimals). */
export function formatAddress(address: bigint, version: IpVersion): string {
  return version === 4 ? formatIpv4(address) : formatIpv6(address)
}

/**
 * An address whose version is told by its size alone, as the libraries behind Ansible's arithmetic queries do: what
 * fits into 32 bits prints as IPv4.
 * @returns undefined outside both versions
 */
export function formatBySize(address: bigint): string | undefined {
  if (address < 0n || address > highestOf(6)) return undefined
  return formatAddress(address, address <= highestOf(4) ? 4 : 6)
}

function formatIpv4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join('.')
}

function formatIpv6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((address >> BigInt(112 - 16 * index)) & 0xffffn),
  )
  const run = longestZeroRun(groups)
  const holdsIpv4 =
    run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff))
  const texts = groups.map((group) => group.toString(16))
  if (holdsIpv4) texts.splice(6, 2, formatIpv4(address & 0xffff_ffffn))
  if (run.length < 2) return texts.join(':')
  return `${texts.slice(0, run.start).join(':')}::${texts.slice(run.start + run.length).join(':')}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let length = 0
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0
    if (length > best.length) best = { start: index - length + 1, length }
  }
  return best
}

/** The IPv4 address in the notations of C's `inet_aton`: `10.1` is 10.0.0.1, `0x7f.1`, `010.0.0.1`. */
export function parseShortIpv4(text: string): bigint | undefined {
  const parts = text.split('.').map(parseCInteger)
  const last = parts.pop()
  if (parts.length > 3 || last === undefined) return undefined
  if (last >= 1n << BigInt(8 * (4 - parts.length))) return undefined
  let address = last
  for (const [index, part] of parts.entries()) {
    if (part === undefined || part > 255n) return undefined
    address |= part << BigInt(24 - 8 * index)
  }
  return address
}

function parseCInteger(text: string): bigint | undefined {
  if (text.length > 20) return undefined
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`)
  return /^(?:\d+|0x[0-9a-f]+)$/i.test(text) && !/^0\d/.test(text) ? BigInt(text) : undefined
}
