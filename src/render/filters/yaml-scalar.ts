/**
 * What YAML 1.1 takes a plain text for, and which notations a text may be written in (as libyaml decides, which
 * Ansible writes YAML with).
 * @module
 */

const resolvers: readonly { readonly first: string; readonly pattern: RegExp }[] = [
  {
    first: 'yYnNtTfFoO',
    pattern: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  },
  {
    first: '-+0123456789.',
    pattern:
      /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  },
  {
    first: '-+0123456789',
    pattern:
      /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/,
  },
  { first: '~nN', pattern: /^(?:~|null|Null|NULL)$/ },
  {
    first: '0123456789',
    pattern:
      /^\d{4}-(?:\d\d-\d\d|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
  },
  { first: '<=', pattern: /^(?:<<|=)$/ },
]

/** Whether a YAML 1.1 parser would read the text, written without quotes, as something else than a text. */
export function needsQuotes(text: string): boolean {
  if (text === '') return true
  const first = text.charAt(0)
  return resolvers.some((each) => each.first.includes(first) && each.pattern.test(text))
}

/** Which notations can hold a text. */
export interface ScalarNotations {
  readonly multiline: boolean
  readonly flowPlain: boolean
  readonly blockPlain: boolean
  readonly singleQuoted: boolean
}

const blank = /[ \t\n\r\0\x85\u2028\u2029]/
const lineBreak = /[\n\r\x85\u2028\u2029]/
const space = /^ | $/
const flowIndicatorsFirst = /^[#,[\]{}&*!|>'"%@`?:]|^(?:---|\.\.\.)/
const blockIndicatorsFirst = /^[#,[\]{}&*!|>'"%@`]|^(?:---|\.\.\.)/

/** {@link ScalarNotations} of `text`. */
export function notationsOf(text: string): ScalarNotations {
  if (text === '') {
    return { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true }
  }
  const multiline = lineBreak.test(text)
  const edges = space.test(text) || lineBreak.test(text.charAt(0)) || lineBreak.test(text.slice(-1))
  const breakSpace = /[\n\r\x85\u2028\u2029] /.test(text)
  const special = / [\n\r\x85\u2028\u2029]/.test(text) || hasUnprintable(text)
  const isPlainText = !(edges || breakSpace || special || multiline)
  return {
    multiline,
    flowPlain: isPlainText && !hasFlowIndicator(text),
    blockPlain: isPlainText && !hasBlockIndicator(text),
    singleQuoted: !(breakSpace || special),
  }
}

function hasFlowIndicator(text: string): boolean {
  return flowIndicatorsFirst.test(text) || /.[,?[\]{}:]/su.test(text) || hasBlockIndicator(text)
}

function hasBlockIndicator(text: string): boolean {
  if (blockIndicatorsFirst.test(text)) return true
  if (/^[-?]/.test(text) && isBlankAt(text, 1)) return true
  for (let index = text.indexOf(':'); index !== -1; index = text.indexOf(':', index + 1)) {
    if (isBlankAt(text, index + 1)) return true
  }
  return /[ \t\n\r\0\x85\u2028\u2029]#/.test(text)
}

function isBlankAt(text: string, index: number): boolean {
  return index >= text.length || blank.test(text.charAt(index))
}

/** Whether libyaml writes the character as it is; it escapes tabs and all beyond the basic plane. */
export function isYamlPrintable(character: string): boolean {
  return /^[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/.test(character)
}

function hasUnprintable(text: string): boolean {
  return /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text)
}
