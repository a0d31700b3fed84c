/**
 * Offsets of a template's text as line and column.
 * @module
 */
import type { TemplatePlace } from '../template-fault.ts'

/** Line and column, counted from 1, of an offset. */
export function placeOf(template: string, text: string, offset: number): TemplatePlace {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return {
    template,
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
  }
}
