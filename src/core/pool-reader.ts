/**
 * Reads the text of a pool, whatever its layout.
 * @module
 */
import { PoolBuilder } from './pool-builder.ts'
import { readPoolEvents } from './pool-events.ts'
import { isFreeText } from './pool-holder.ts'
import { readPoolLines, type TellText } from './pool-lines.ts'
import { Problem } from './problem.ts'
import type { ResourcePool } from './resource-pool.ts'
import { textPlaces } from './text-places.ts'

/**
 * Makes a pool of a text, resting after some thousand lines so that others get their turn. `file` is how messages name it.
 * @throws {Problem} `pool-syntax`, `pool-shape`
 */
export function* readPool(file: string, text: string): Generator<void, ResourcePool> {
  const { head, body } = split(text)
  const builder = new PoolBuilder(head)
  const texts: FreeText[] = []
  const end = yield* readPoolLines(body, builder, tellInto(texts))
  // where there is no pair, the parser knows what to say
  return end === undefined || builder.size === 0
    ? readUnusualPool(file, text)
    : builder.finish(body.slice(end), warningsOf(file, body, texts), { isUsual: true })
}

/** {@link readPool} without a rest. */
export function parsePool(file: string, text: string): ResourcePool {
  const reading = readPool(file, text)
  for (;;) {
    const step = reading.next()
    if (step.done === true) return step.value
  }
}

/**
 * Reads a pool of any layout with the YAML parser; {@link readPool} does so where it must.
 * @throws {Problem} `pool-syntax`, `pool-shape`
 */
export function readUnusualPool(file: string, text: string): ResourcePool {
  const { head, body } = split(text)
  const builder = new PoolBuilder(head)
  const texts: FreeText[] = []
  const end = readPoolEvents(file, body, builder, tellInto(texts))
  return builder.finish(body.slice(end), warningsOf(file, body, texts), { isUsual: false })
}

function split(text: string): { head: string; body: string } {
  return text.startsWith('\ufeff')
    ? { head: '\ufeff', body: text.slice(1) }
    : { head: '', body: text }
}

/** A holder that means nobody, although it is a text. */
interface FreeText {
  readonly value: string
  readonly text: string
  readonly offset: number
}

function tellInto(texts: FreeText[]): TellText {
  return (value, text, offset) => {
    if (text === '') return undefined
    if (!isFreeText(text)) return text
    texts.push({ value, text, offset })
    return undefined
  }
}

// only validation asks, and an error object for each of a million lines is dear
function warningsOf(file: string, text: string, found: readonly FreeText[]) {
  return (): readonly Problem[] => {
    const place = textPlaces(file, text)
    return found.map(
      (each) =>
        new Problem('pool-holder-text', `the text "${each.text}" as a holder counts as free`, {
          at: place(each.offset),
          key: each.value,
          fix: 'write null',
        }),
    )
  }
}
