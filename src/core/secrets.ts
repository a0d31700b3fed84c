/**
 * Secrets out of sight: passwords, keys and communities in variables, in attributes and in lines of EOS configuration.
 *
 * What is masked is taken out whole, so that neither its length nor its kind is told.
 * @module
 */
import { literalRule, secretRules } from './secret-rules.ts'
import { type Data, type Dictionary, isDictionary, setOwn } from './source-text.ts'

/** Stands for a secret. */
export const mask = '••••••'

const secretName =
  /(?:secret|password|passwd|passphrase|pwd|key|community|token|credential|private)(?:s|es)?$|communities$/i

/** Names that end like a secret and are none: numbers, paths and public halves of keys. */
const harmlessName = /(?:public|pub|ssh|host|trusted|primary|foreign|sort|group)[-_ ]?keys?$/i

/** Whether a variable or an attribute of this name holds a secret: `radius_key`, `snmpCommunity`, `PASSWORDS`. */
export function isSecretName(name: string): boolean {
  return secretName.test(name) && !harmlessName.test(name)
}

/** Whether a path leads to a secret: whatever lies below a secret name is one too. */
export function isSecretPath(path: readonly string[]): boolean {
  return path.some(isSecretName)
}

/**
 * The same value with every secret masked, at any depth of dictionaries and lists: by the name that leads to it, and in texts as
 * {@link maskText} does. Empty texts, booleans and null stay: they give nothing away.
 * @param path the names that lead to the value
 */
export function maskValue(value: Data, path: readonly string[] = []): Data {
  return isSecretPath(path) ? maskAll(value) : maskBelow(value)
}

function maskBelow(value: Data): Data {
  if (typeof value === 'string') return maskText(value)
  if (Array.isArray(value)) return (value as readonly Data[]).map(maskBelow)
  return isDictionary(value)
    ? mapDictionary(value, (item, name) => (isSecretName(name) ? maskAll(item) : maskBelow(item)))
    : value
}

function maskAll(value: Data): Data {
  if (Array.isArray(value)) return (value as readonly Data[]).map(maskAll)
  if (isDictionary(value)) return mapDictionary(value, maskAll)
  return value === '' || value === null || typeof value === 'boolean' ? value : mask
}

function mapDictionary(
  dictionary: Dictionary,
  change: (value: Data, name: string) => Data,
): Dictionary {
  const changed: Record<string, Data> = {}
  for (const [name, value] of Object.entries(dictionary)) {
    setOwn(changed, name, change(value, name))
  }
  return changed
}

/**
 * The same text with the secrets in its lines masked: hashes (`$6$…`), type-7 texts, what follows `password`, `secret` or `key` in
 * EOS configuration, SNMP communities, `password=…` in scripts, passwords in URLs, and private keys. It has as many lines as before.
 */
export function maskText(text: string): string {
  if (!text.includes('\n')) return maskLine(text)
  return maskLines(text.split('\n')).join('\n')
}

const tag = /(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\})/

/** As {@link maskText}, of the source of a template: what an expression prints is no secret as long as it is an expression. */
export function maskTemplate(source: string): string {
  const parts = source.split(tag)
  return parts
    .map((part, place) => (place % 2 === 0 ? maskText(part) : maskExpression(part)))
    .join('')
}

/** The same expression of a template with the secrets in its literals masked; names stay. */
export function maskExpression(text: string): string {
  const literals = text.replace(
    /"[^"\n]*"|'[^'\n]*'/g,
    (literal) => `${literal[0]}${maskLine(literal.slice(1, -1))}${literal[0]}`,
  )
  return literals.replace(literalRule, `$1${mask}`)
}

/** As {@link maskText}, line for line. */
export function maskLines(lines: readonly string[]): readonly string[] {
  let isInKey = false
  return lines.map((line) => {
    if (isInKey) {
      isInKey = !/-----END [A-Z ]*PRIVATE KEY-----/.test(line)
      return isInKey && line.trim() !== '' ? mask : line
    }
    isInKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line) && !/-----END /.test(line)
    return maskLine(line)
  })
}

function maskLine(line: string): string {
  return secretRules.reduce((text, rule) => text.replace(rule, `$1${mask}`), line)
}
