/**
 * What requests have in common: a thousand switches of one model and version, asking under one name, differ only in who they are.
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http'
import {
  describingHeaderNames,
  descriptionFromHeaders,
  type SwitchDescription,
} from '../../core/identity.ts'
import type { Problem } from '../../core/problem.ts'

/** Headers that decide an answer besides who asks, as they came, and what they mean. One object for all requests that are alike. */
export interface Asking {
  readonly values: readonly (string | string[] | undefined)[]
  readonly host: string
  readonly description: SwitchDescription | Problem
}

const names = [...describingHeaderNames, 'host']
const maxKnown = 64

/** Gives requests that are alike the same Asking. */
export function createAskings(): (headers: IncomingHttpHeaders) => Asking {
  let known: Asking[] = []
  return (headers) => {
    const found = known.find((asking) => isAlike(asking, headers))
    if (found !== undefined) return found
    const made: Asking = {
      values: names.map((name) => headers[name]),
      host: headers.host ?? '',
      description: descriptionFromHeaders(headers),
    }
    known = [made, ...known.slice(0, maxKnown - 1)]
    return made
  }
}

/** Whether a request is like those of an Asking, header by header. */
export function isAlike(asking: Asking, headers: IncomingHttpHeaders): boolean {
  const { values } = asking
  for (let at = 0; at < names.length; at++) {
    if (headers[names[at] as string] !== values[at]) return false
  }
  return true
}
