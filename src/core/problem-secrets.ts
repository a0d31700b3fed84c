/**
 * Problems that quote what they are about, without the secrets in it.
 * @module
 */
import { Problem } from './problem.ts'
import { isSecretName, mask, maskExpression, maskText } from './secrets.ts'
import { isDictionary } from './source-text.ts'

/**
 * The same problem with the secrets of a switch masked in all that it says, whatever the template has called them by then.
 * @param variables what the switch's template was given
 */
export function withoutSecrets(problem: Problem, variables: unknown): Problem {
  const secrets = [...textsBelow(variables, false)]
  const { code, message, at, key, fix, cause } = problem
  const shownKey = key === undefined ? undefined : maskExpression(key)
  // the expression that it is about is quoted too, and names in it are no secrets
  const around = (text: string) => (key === undefined || key === '' ? [text] : text.split(key))
  const hide = (text: string) =>
    around(text)
      .map((part) => maskText(hideQuoted(part, secrets)))
      .join(shownKey)
  const hidden = {
    message: hide(message),
    key: shownKey,
    fix: fix === undefined ? undefined : hide(fix),
  }
  if (hidden.message === message && hidden.key === key && hidden.fix === fix) return problem
  return new Problem(code, hidden.message, { ...hidden, at, switch: problem.switch, cause })
}

/** The texts and numbers that a secret name leads to. */
function* textsBelow(value: unknown, isSecret: boolean): Iterable<string> {
  if (typeof value === 'string' || typeof value === 'number') {
    if (isSecret && value !== '') yield String(value)
  } else if (Array.isArray(value)) {
    for (const item of value) yield* textsBelow(item, isSecret)
  } else if (isDictionary(value)) {
    for (const [name, item] of Object.entries(value)) {
      yield* textsBelow(item, isSecret || isSecretName(name))
    }
  }
}

/** Shorter ones are part of many words: only where nothing else is quoted are they what is meant. */
const minPart = 4

function hideQuoted(text: string, secrets: readonly string[]): string {
  let left = text
  // the longer first: one may begin like another
  for (const secret of [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)) {
    if (secret.length >= minPart) left = hideCutOff(left.replaceAll(secret, mask), secret)
    else
      for (const quote of [`'`, '"'])
        left = left.replaceAll(quote + secret + quote, quote + mask + quote)
  }
  return left
}

/** As it is, and as messages quote it. */
function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1)]
}

/** Long values are quoted by their beginning, with `…` behind it. */
function hideCutOff(text: string, secret: string): string {
  const at = text.indexOf(secret.slice(0, minPart))
  const end = at < 0 ? -1 : text.indexOf('…', at)
  if (end < 0 || !secret.startsWith(text.slice(at, end))) return text
  return text.slice(0, at) + mask + text.slice(end)
}
