/**
 * @module
 */
import { hash } from 'node:crypto'

/** The SHA-256 of a text as UTF-8, 64 hex digits. */
export function sha256Of(text: string): string {
  return hash('sha256', text)
}
