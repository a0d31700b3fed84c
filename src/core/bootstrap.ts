/**
 * What the bootstrap client is given: the script with the server's URL in it, and its configuration.
 * @module
 */
import { type Exact, exactJson, exactValue, isExactMap } from './exact-value.ts'
import { type OperatorFile, readOperatorFile } from './operator-file.ts'
import { Problem } from './problem.ts'

const placeholder = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/g

/**
 * Puts the server's URL in the place of `$SERVER` and `${SERVER}`; `$$` becomes `$`. Every other byte stays.
 * @param script a byte a character (Latin-1), so that no byte can be lost
 */
export function fillBootstrapScript(script: string, serverUrl: string): string {
  return script.replace(placeholder, (whole, dollar?: string, bare?: string, braced?: string) => {
    if (dollar !== undefined) return '$'
    return (bare ?? braced) === 'SERVER' ? serverUrl : whole
  })
}

/** The JSON of `GET /bootstrap/config` from bootstrap.conf; undefined bytes: there is no such file. */
export function bootstrapConfigJson(file: string, bytes: Uint8Array | undefined): string | Problem {
  const read: OperatorFile | Problem | undefined =
    bytes === undefined ? undefined : readOperatorFile(file, bytes, 'bootstrap-config-unusable')
  if (read instanceof Problem) return read
  const stated = read?.root === undefined ? null : exactValue(read.root)
  const fields: ReadonlyMap<string, Exact> = isExactMap(stated) ? stated : new Map()
  const answer = new Map<string, Exact>([
    ['logging', given(fields.get('logging')) ?? []],
    ['xmpp', given(fields.get('xmpp')) ?? new Map()],
  ])
  const client = fields.get('client')
  if (isExactMap(client)) {
    const known = ['timeout', 'retries', 'lldp_wait'].filter((key) => client.has(key))
    answer.set('client', new Map(known.map((key) => [key, client.get(key) ?? null])))
  }
  return exactJson(answer)
}

/** What has a value; null, empty text and an empty collection have none. */
function given(value: Exact | undefined): Exact | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (value instanceof Map && value.size === 0) return undefined
  return Array.isArray(value) && value.length === 0 ? undefined : value
}
