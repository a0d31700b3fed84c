/**
 * Columns of text for people.
 * @module
 */

/** A wider cell does not push the others of its column away. */
const maxColumn = 44

/** Lines with the cells of each row below each other, two spaces apart; the last column is as wide as it likes. */
export function aligned(rows: readonly (readonly string[])[], indent = ''): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, at) => {
      if (at < row.length - 1 && width(cell) <= maxColumn) {
        widths[at] = Math.max(widths[at] ?? 0, width(cell))
      }
    })
  }
  return rows.map((row) => {
    const cells = row.map((cell, at) => {
      const missing = (widths[at] ?? 0) - width(cell)
      return at === row.length - 1 || missing <= 0 ? cell : `${cell}${' '.repeat(missing)}`
    })
    return `${indent}${cells.join('  ').trimEnd()}`
  })
}

/** How many columns a text takes; colours take none. */
function width(text: string): number {
  return [...text.replace(/\u001b\[[0-9;]*m/g, '')].length
}
