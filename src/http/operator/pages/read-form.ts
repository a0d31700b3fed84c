/**
 * What a form sends.
 * @module
 */
import { readBody } from '../../body.ts'
import type { OperatorContext } from '../access.ts'

const maxBytes = 8 * 1_048_576

/** The fields of a form; undefined for what is none, is too large, or did not come to its end. */
export async function readForm(c: OperatorContext): Promise<URLSearchParams | undefined> {
  const type = c.req.header('Content-Type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) return undefined
  const bytes = await readBody(c.env.incoming, maxBytes)
  return bytes instanceof Uint8Array
    ? new URLSearchParams(new TextDecoder().decode(bytes))
    : undefined
}
