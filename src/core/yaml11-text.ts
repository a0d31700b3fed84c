/**
 * How a text is written so that a YAML 1.1 loader (PyYAML, which ZTPServer reads pools with) reads it back as that text.
 * @module
 */

/** Plain where no loader can take it for anything else, else in quotes; on one line, and fit for block and flow style. */
export function yaml11Text(text: string): string {
  if (plainCharacters.test(text) && !otherTypes.some((type) => type.test(text))) return text
  if (!notInSingleQuotes.test(text)) return `'${text.replaceAll("'", "''")}'`
  return `"${text.replace(/["\\]|[^\x20-\x7e]/gu, escapeOf)}"`
}

// a colon makes a key or a base-60 number of it, the others are indicators somewhere
const plainCharacters = /^[A-Za-z0-9_./][A-Za-z0-9_./@+-]*$/

const otherTypes = [
  /^(?:y|n|yes|no|on|off|true|false|null)$/i,
  // numbers of every base; a float without a dot is one in YAML 1.2 and in Ruby's 1.1
  /^[0-9._]*(?:[eE][-+]?[0-9._]*)?$/,
  /^0[bB][01_]*$|^0[xX][0-9A-Fa-f_]*$|^0[oO][0-7_]*$/,
  /^\.(?:inf|nan)$/i,
  // dates; with a time they hold a colon or a blank
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/,
  // the end of a document
  /^\.\.\./,
]

// line breaks would be folded (YAML 1.1 knows five), and what PyYAML takes for unprintable must be escaped
const notInSingleQuotes = /[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/

function escapeOf(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  // two halves with an escape each stay two characters for PyYAML
  return code < 0x1_0000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`
}
