/**
 * Paths that requests name below a folder of the data root: decoded once, and never leading out of it.
 * @module
 */

/** A part of a path that is safe to join: not empty, not `.` or `..`, without `/` and NUL. */
export type PathSegment = string & { readonly __brand: 'PathSegment' }

/**
 * The segment that a text is; undefined for what could lead elsewhere. File systems take no more than 255 bytes, and half a character of
 * UTF-16 has none: another name would be meant.
 */
export function parsePathSegment(text: string): PathSegment | undefined {
  if (text === '' || text === '.' || text === '..' || /[/\u0000\p{Surrogate}]/u.test(text))
    return undefined
  return new TextEncoder().encode(text).length <= 255 ? (text as PathSegment) : undefined
}

/**
 * The segments of a relative path, as a request or an operator's file names it. Empty segments and `.` count for nothing;
 * undefined when `..` or NUL is in it, or nothing is left.
 */
export function parseRelativePath(text: string): readonly PathSegment[] | undefined {
  const segments: PathSegment[] = []
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    const segment = parsePathSegment(part)
    if (segment === undefined) return undefined
    segments.push(segment)
  }
  return segments.length === 0 ? undefined : segments
}

/** Percent-decodes a piece of a request's path once; undefined for broken escapes and for bytes that are not UTF-8. */
export function decodePath(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw)
  } catch {
    return undefined
  }
}
