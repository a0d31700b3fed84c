/**
 * The text of a pool as the places of its holders and the text between them.
 * @module
 */
import { yaml11Text } from './yaml11-text.ts'

const blockSize = 1024

/** What few pairs have. */
export interface Unusual {
  around: { readonly before: string; readonly after: string } | undefined
  aliasOf: number | undefined
  /** The pairs whose holders are aliases of this one, with what they stand for. */
  readonly aliases: Map<number, string | undefined>
  /** Of the first pair of a value that stands several times: all of them. */
  pairs?: { readonly at: number; held: boolean }[]
}

/** The text of a pool, in places. */
export class PoolText {
  private readonly gaps: string[]
  private readonly places: string[]
  private readonly tail: string
  private readonly unusual: ReadonlyMap<number, Unusual>
  /** Made when asked for; undefined where a place has changed since. */
  private readonly blocks: (Uint8Array | undefined)[]

  constructor(
    gaps: string[],
    places: string[],
    tail: string,
    unusual: ReadonlyMap<number, Unusual>,
  ) {
    this.gaps = gaps
    this.places = places
    this.tail = tail
    this.unusual = unusual
    this.blocks = new Array(Math.ceil(gaps.length / blockSize) + 1).fill(undefined)
  }

  hold(index: number, holder: string): void {
    const pairs = this.unusual.get(index)?.pairs
    const last = pairs?.at(-1)
    // of repeated keys the last wins for every reader of YAML
    if (last !== undefined) last.held = true
    this.write(last?.at ?? index, yaml11Text(holder))
  }

  free(index: number): void {
    const pairs = this.unusual.get(index)?.pairs
    if (pairs === undefined) {
      this.write(index, 'null')
      return
    }
    for (const pair of pairs) {
      if (pair.held) this.write(pair.at, 'null')
      pair.held = false
    }
  }

  chunks(): readonly Uint8Array[] {
    const encoder = new TextEncoder()
    const last = this.blocks.length - 1
    return this.blocks.map((made, block) => {
      if (made !== undefined) return made
      const bytes = encoder.encode(block === last ? this.tail : this.blockText(block))
      this.blocks[block] = bytes
      return bytes
    })
  }

  private blockText(block: number): string {
    const { gaps, places } = this
    let text = ''
    const end = Math.min(gaps.length, (block + 1) * blockSize)
    for (let at = block * blockSize; at < end; at++) text += `${gaps[at]}${places[at]}`
    return text
  }

  /**
   * The part of another text in which it differs from this one, in whole blocks; undefined when they differ at the end, or pairs have
   * something that other pairs depend on. `from` and `to` number the pairs of that part.
   */
  difference(bytes: Uint8Array): { from: number; to: number; bytes: Uint8Array } | undefined {
    if (this.unusual.size > 0) return undefined
    const chunks = this.chunks()
    let first = 0
    let start = 0
    for (;;) {
      const chunk = chunks[first]
      if (chunk === undefined)
        return start === bytes.length ? { from: 0, to: 0, bytes: new Uint8Array() } : undefined
      if (!standsAt(chunk, bytes, start)) break
      start += chunk.length
      first++
    }
    let last = chunks.length
    let end = bytes.length
    for (;;) {
      const chunk = chunks[last - 1]
      if (chunk === undefined || end - chunk.length < start) break
      if (!standsAt(chunk, bytes, end - chunk.length)) break
      end -= chunk.length
      last--
    }
    if (last === chunks.length || last <= first) return undefined
    const to = Math.min(this.gaps.length, last * blockSize)
    return { from: first * blockSize, to, bytes: bytes.subarray(start, end) }
  }

  /** Takes over how a pair is written in another text. */
  rewrite(at: number, gap: string, place: string): void {
    this.gaps[at] = gap
    this.places[at] = place
    this.blocks[Math.floor(at / blockSize)] = undefined
  }

  private write(at: number, written: string): void {
    // a fork has no text
    if (at >= this.gaps.length) return
    const unusual = this.unusual.get(at)
    if (unusual !== undefined) this.untie(at, unusual)
    const around = unusual?.around
    this.put(at, around === undefined ? written : around.before + written + around.after)
  }

  /** Lets no other holder depend on what is written here: aliases are written out. */
  private untie(at: number, unusual: Unusual): void {
    if (unusual.aliasOf !== undefined) {
      this.unusual.get(unusual.aliasOf)?.aliases.delete(at)
      unusual.aliasOf = undefined
    }
    for (const [alias, holder] of unusual.aliases) {
      this.put(alias, holder === undefined ? 'null' : yaml11Text(holder))
      const other = this.unusual.get(alias)
      if (other !== undefined) other.aliasOf = undefined
    }
    unusual.aliases.clear()
  }

  private put(at: number, text: string): void {
    const before = this.places[at] ?? ''
    // "key:" with nothing after it
    const blank = /^ |^$/.test(before) && this.gaps[at]?.endsWith(':') === true
    this.places[at] = blank ? ` ${text}` : text
    this.blocks[Math.floor(at / blockSize)] = undefined
  }
}

function standsAt(chunk: Uint8Array, bytes: Uint8Array, start: number): boolean {
  if (start + chunk.length > bytes.length) return false
  for (let at = 0; at < chunk.length; at++) if (chunk[at] !== bytes[start + at]) return false
  return true
}
