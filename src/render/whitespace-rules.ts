/**
 * How tags treat the white space around them, in both dialects, as the settings have it.
 * @module
 */

export interface WhitespaceRules {
  /** The first line end behind a tag is left out. */
  readonly trimBlocks: boolean
  /** White space before a tag that begins a line is left out. */
  readonly lstripBlocks: boolean
}
