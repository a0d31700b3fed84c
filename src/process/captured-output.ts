/**
 * What a program prints, up to a bound.
 * @module
 */
import type { Readable } from 'node:stream'

export interface CapturedOutput {
  /** What is captured so far; bytes that are no UTF-8 are replaced. */
  text(): string
  /** Reads no more. */
  stop(): void
}

/** Reads a stream to its end and keeps the first `maxBytes`; calls `onFull` once when there are more. */
export function captureOutput(
  stream: Readable,
  maxBytes: number,
  onFull: () => void,
): CapturedOutput {
  const chunks: Uint8Array[] = []
  let kept = 0
  let isFull = false
  stream.on('data', (chunk: Uint8Array) => {
    if (isFull) return
    const fitting = chunk.subarray(0, maxBytes - kept)
    if (fitting.length > 0) chunks.push(fitting)
    kept += fitting.length
    if (fitting.length === chunk.length) return
    isFull = true
    onFull()
  })
  // a pipe that breaks is the end of the output
  stream.on('error', () => {})
  return {
    text: () => {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
      // the bound may lie in the middle of a character, which is then left out
      return decoder.decode(Buffer.concat(chunks), { stream: isFull })
    },
    stop: () => void stream.destroy(),
  }
}
