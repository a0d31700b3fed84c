/**
 * The name somebody meant.
 * @module
 */

/**
 * The one of `names` that `typed` is a typing mistake or the beginning of, whatever the letter case; undefined where
 * none is near enough.
 */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  // a longer one is no typing mistake, and the distance costs length times length
  if (typed.length > 80) return undefined
  const wanted = typed.trim().toLowerCase()
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    const candidate = name.toLowerCase()
    const isBeginning = wanted.length > 2 && candidate.startsWith(wanted)
    const distance = isBeginning ? 1 : editDistance(wanted, candidate)
    if (distance <= limit && (best === undefined || distance < best.distance)) {
      best = { name, distance }
    }
  }
  return best?.name
}

/** Letters to insert, drop, replace, or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replace = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replace, swap))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
