/**
 * Reads files of the journal line by line, in turns with whatever else a thread has to do.
 * @module
 */
import { open } from 'node:fs/promises'

const chunkBytes = 1_048_576
/** A longer line is none of ours. */
const maxLineBytes = 65_536

/**
 * Calls back with stretches of whole lines. Gives the place behind the last whole line: half a line at the end is being written, or
 * was when its server was killed.
 */
export async function readLines(
  path: string,
  from: number,
  to: number,
  take: (lines: Buffer) => void,
): Promise<number> {
  const file = await open(path, 'r')
  try {
    let rest: Buffer = Buffer.alloc(0)
    let at = from
    while (at < to) {
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, to - at))
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at)
      if (bytesRead === 0) break
      at += bytesRead
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      const end = bytes.lastIndexOf(10) + 1
      if (end > 0) take(bytes.subarray(0, end))
      rest = bytes.subarray(end)
      // garbage without an end is passed over, not collected
      if (rest.length > maxLineBytes) rest = rest.subarray(rest.length - 1)
    }
    return at - rest.length
  } finally {
    await file.close()
  }
}

/** The lines of a stretch as texts. */
export function* linesOf(bytes: Buffer): Generator<string> {
  let from = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    if (end > from) yield bytes.toString('utf8', from, end)
    from = end + 1
  }
}
