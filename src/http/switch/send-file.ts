/**
 * Sends parts of open files, of any size, over connections of any speed.
 * @module
 */
import { read } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ByteRange } from '../../core/byte-range.ts'
import { FairTurns } from './fair-turns.ts'
import { isUnchanged, type ServedFile } from './served-file.ts'

/** How a download ended. Only `sent` is complete; after the others the connection is destroyed. */
export type SendEnd = 'sent' | 'client-gone' | 'file-changed' | { readonly failed: unknown }

export interface Sending {
  readonly file: ServedFile
  readonly range: ByteRange
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** Sends files; knows how many are on their way, and gives each as much memory as it then may have. */
export class FileSender {
  private active = 0
  private readonly turns = new FairTurns(bytesARound)
  private readonly idleMs: number

  /** @param idleMs - a client that takes no byte for this long is given up; a slow one may take hours */
  constructor(idleMs = 300_000) {
    this.idleMs = idleMs
  }

  /** Sends headers and bytes as the answer, and closes the file in any case. Never rejects. */
  async send(outgoing: ServerResponse, sending: Sending): Promise<SendEnd> {
    const { file } = sending
    const { socket } = outgoing
    this.active++
    try {
      // it went away while the file was opened
      if (socket === null || socket.destroyed) return 'client-gone'
      // the time starts anew with each byte that the client takes; afterwards the server sets its own
      socket.setTimeout(this.idleMs)
      const end = await pump(outgoing, socket, sending, this.turns, bufferSize(this.active))
      if (end !== 'sent') socket.destroy()
      return end
    } catch (failed) {
      socket?.destroy()
      return { failed }
    } finally {
      this.active--
      await file.handle.close()
    }
  }
}

const kB = 1_024
/** All downloads together take about this much, as long as there are less than two thousand of them. */
const memoryBytes = 64 * 1_024 * kB

/** What goes out before others are looked after: about two milliseconds of work. */
const bytesARound = 4 * 1_024 * kB

/** The size of one of the two buffers of a download, when so many go on. Large ones cost less time, and more memory. */
function bufferSize(active: number): number {
  const share = 2 ** Math.floor(Math.log2(memoryBytes / (2 * active)))
  return Math.min(1_024 * kB, Math.max(16 * kB, share))
}

/** While the bytes in one buffer go out, the next ones are read into the other. */
async function pump(
  outgoing: ServerResponse,
  socket: Socket,
  { file, range, status, headers }: Sending,
  turns: FairTurns,
  size: number,
): Promise<SendEnd> {
  const { first, last } = range
  const { fd } = file.handle
  let at = first
  let reading = Buffer.allocUnsafeSlow(Math.min(size, last + 1 - first))
  let writing = last + 1 - first > size ? Buffer.allocUnsafeSlow(size) : reading
  let length = await readAt(fd, reading, at, last)
  outgoing.writeHead(status, headers)
  while (at <= last) {
    // at the end of what should be longer: somebody cut it
    if (length === 0) return 'file-changed'
    at += length
    if (at > last && !(await isUnchanged(file))) return 'file-changed'
    ;[reading, writing] = [writing, reading]
    const [gone, next] = await Promise.all([
      writeInTurn(turns, outgoing, socket, writing.subarray(0, length)),
      at <= last ? readAt(fd, reading, at, last) : 0,
    ])
    if (gone) return 'client-gone'
    length = next
  }
  socket.setTimeout(0)
  outgoing.end()
  return 'sent'
}

/** Reads what fits, up to the byte `last`; 0 at the end of the file. */
function readAt(fd: number, buffer: Buffer, at: number, last: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, Math.min(buffer.length, last + 1 - at), at, (error, length) => {
      if (error === null) resolve(length)
      else reject(error)
    })
  })
}

/** Waits until the system has taken the bytes; true when the connection closed before. */
async function writeInTurn(
  turns: FairTurns,
  outgoing: ServerResponse,
  socket: Socket,
  bytes: Uint8Array,
): Promise<boolean> {
  await turns.take(bytes.length)
  return new Promise((resolve) => {
    const gone = () => resolve(true)
    socket.once('close', gone)
    outgoing.write(bytes, (error) => {
      socket.off('close', gone)
      resolve(socket.destroyed || (error ?? undefined) !== undefined)
    })
  })
}
