/** Reads unit files of systemd. */

/** The keys of one section; of a key that is stated again the last value. */
export function unitSection(text: string, section: string): ReadonlyMap<string, string> {
  const [, body = ''] = text.split(`[${section}]\n`)
  const [own = ''] = body.split(/^\[/m)
  return new Map(
    [...own.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  )
}
