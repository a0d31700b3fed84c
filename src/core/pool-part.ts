/**
 * Reads a part of a pool's text that begins and ends with a holder.
 * @module
 */
import type { PoolPair } from './pool-builder.ts'
import { isFreeText } from './pool-holder.ts'
import { readPoolLines } from './pool-lines.ts'

/**
 * The pairs of a part in the usual layout, UTF-8; undefined when anything unusual is in it, or something stands after the last holder.
 * `isRest`: another holder stands right before it.
 */
export function readPart(bytes: Uint8Array, isRest: boolean): readonly PoolPair[] | undefined {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
  const pairs: PoolPair[] = []
  const add = (pair: PoolPair) => pairs.push(pair)
  let isTold = false
  const tellText = (_value: string, holder: string) => {
    // these are told of with their places, which only a whole text has
    if (isFreeText(holder)) isTold = true
    return holder === '' ? undefined : holder
  }
  const reading = readPoolLines(text, { add }, tellText, { isRest })
  let step = reading.next()
  while (step.done !== true) step = reading.next()
  return step.value === text.length && !isTold ? pairs : undefined
}
