/**
 * What stands at the place of a holder: nobody, or a text.
 * @module
 */

/** Whether YAML 1.1 takes a plain text for null, which is how a free value is written. */
export function isFreePlain(text: string): boolean {
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return true
    default:
      return false
  }
}

/** Whether a text was left behind where null was meant: ZTPServer's manual and its `--clear-resources` write these. */
export function isFreeText(text: string): boolean {
  return text === 'null' || text === 'None'
}
