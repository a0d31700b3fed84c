/**
 * Texts of switches and operators without what a terminal would take for commands.
 * @module
 */

/** Control characters, and marks that turn the direction of what follows. */
const commands = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** The text with such characters as escapes: `\n`, `\u001b`. */
export function printable(text: string): string {
  return text.replace(commands, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** JSON with two spaces of indentation and a line end; what a terminal would take for commands is escaped in it. */
export function printableJson(value: unknown, space = 2): string {
  // of those JSON leaves some as they are; inside its texts they can be escapes as well
  return `${JSON.stringify(value, null, space).replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, printable)}\n`
}
