/**
 * One line per figure, and all of them as JSON.
 * @module
 */

/** Everything told so far. */
export const figures = []

const short = (value) => {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US')
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

const spread = ({ median, min, max, runs }, unit = '') =>
  runs === 1 ? `${short(median)}${unit}` : `${short(median)}${unit} [${short(min)}–${short(max)}]`

/**
 * Tells a figure. `value` is `{median, min, max, runs}`; `floor` the limit the median is held to: `{atLeast}` or `{atMost}`. `raw` holds what it
 * was made of, by name, in the same form or as text.
 */
export function tell(benchmark, what, value, { unit = '', floor, aim, raw = {} } = {}) {
  const holds = floor === undefined ? undefined : meets(value.median, floor)
  figures.push({ benchmark, what, ...value, unit: unit.trim(), floor, holds, aim, raw })
  const verdict =
    floor === undefined ? '' : `  floor ${limit(floor, unit)}: ${holds ? 'holds' : 'FAILS'}`
  const wanted =
    aim === undefined
      ? ''
      : ` (aim ${limit(aim, unit)}: ${meets(value.median, aim) ? 'reached' : 'not reached'})`
  const parts = Object.entries(raw).map(
    ([name, part]) => `${name} ${typeof part === 'object' ? spread(part, part.unit) : part}`,
  )
  const detail = parts.length === 0 ? '' : `  | ${parts.join(', ')}`
  process.stdout.write(
    `${benchmark}: ${what}  ${spread(value, unit)}${verdict}${wanted}${detail}\n`,
  )
}

/** Tells something without a figure: what was left out, and why. */
export function remark(benchmark, text) {
  figures.push({ benchmark, remark: text })
  process.stdout.write(`${benchmark}: ${text}\n`)
}

function meets(value, { atLeast, atMost }) {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
}

function limit({ atLeast, atMost }, unit) {
  return atLeast !== undefined ? `≥ ${short(atLeast)}${unit}` : `≤ ${short(atMost)}${unit}`
}
