/**
 * The events of a YAML parser: what they are called, and where in the text their values stand.
 * @module
 */
import type { Event } from 'js-yaml'

/** A text of which the events are known, ready to be built from. */
export interface YamlEvents {
  readonly text: string
  readonly events: readonly Event[]
}

// the numbers of js-yaml: kinds of events, and the style of a scalar without quotes
export const document = 1
export const sequence = 2
export const mapping = 3
export const scalar = 4
export const alias = 5
export const pop = 6
export const plainStyle = 1

/** The anchor and the tag before a value; -1 where there is none. */
export type Properties = {
  anchorStart: number
  anchorEnd: number
  tagStart: number
  tagEnd: number
}

/** Where a value begins in the text; undefined: the event says nothing of it. */
export function startOf(event: Event): number | undefined {
  switch (event.type) {
    case scalar:
      if (event.valueStart >= 0)
        return isQuoted(event.style) ? event.valueStart - 1 : event.valueStart
      return event.anchorStart < 0 && event.tagStart < 0 ? undefined : propertiesStart(event)
    case sequence:
    case mapping:
      return event.start
    case alias:
      return event.anchorStart - 1
    default:
      return undefined
  }
}

function propertiesStart(event: Properties): number {
  if (event.anchorStart < 0) return event.tagStart
  return event.tagStart < 0
    ? event.anchorStart - 1
    : Math.min(event.anchorStart - 1, event.tagStart)
}

export function isBlock(style: number): boolean {
  return style === 4 || style === 5
}

export function isQuoted(style: number): boolean {
  return style === 2 || style === 3
}

export type ScalarEvent = Event & { type: typeof scalar }

export type CollectionEvent = Event & { start: number }
