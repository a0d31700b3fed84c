/**
 * Conditions of requests.
 * @module
 */

/** If-None-Match: `*`, or a list of tags; a weak tag matches its strong twin (RFC 9110, 13.1.2). */
export function matchesEtag(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  if (condition.trim() === '*') return true
  return condition.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
