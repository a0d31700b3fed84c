/**
 * Where a form may lead to.
 * @module
 */

/** A path of this server, out of what a link stated; `/` for everything that could lead to another one. */
export function sameSitePath(stated: string | undefined): string {
  const base = 'http://here.invalid'
  if (stated === undefined || !stated.startsWith('/') || !URL.canParse(stated, base)) return '/'
  const { origin, pathname, search } = new URL(stated, base)
  // "/.//elsewhere" becomes a path that a browser takes for the name of a server
  if (origin !== base || pathname.startsWith('//')) return '/'
  return /^\/(?:login|logout)(?:\/|$)/.test(pathname) ? '/' : `${pathname}${search}`
}
