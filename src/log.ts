/**
 * Log lines: for people with `pretty`, one JSON object a line with `json`, or as Python's `logging` writes them.
 * @module
 */
import { type PythonFormat, pythonLine, pythonTime } from './log/python-line.ts'

export { type PythonFormat, parsePythonFormat } from './log/python-line.ts'

/** Facts of one line besides its text. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>

export type Level = 'debug' | 'info' | 'warn' | 'error'

export interface LogOptions {
  readonly format: 'pretty' | 'json' | PythonFormat
  readonly debug: boolean
  readonly colour: boolean
  /** Gets bytes that nobody changes afterwards. */
  readonly write: (lines: Uint8Array) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Lines are collected for this long: a write for each of thousands of requests a second would cost more than their answers. */
const collectMs = 50
const collectBytes = 64_000

/** Makes a log. `flush` writes what is collected. */
export function createLog(options: LogOptions) {
  // bytes, not a text that grows: thousands of joined strings would live long enough to burden the collector
  let collected = Buffer.allocUnsafeSlow(collectBytes)
  let length = 0
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (length === 0) return
    const lines = collected.subarray(0, length)
    collected = Buffer.allocUnsafeSlow(collectBytes)
    length = 0
    options.write(lines)
  }
  const append = (text: string) => {
    // no character takes more than three bytes a unit
    if (text.length * 3 > collectBytes - length) flush()
    if (text.length * 3 > collectBytes) options.write(Buffer.from(text))
    else length += collected.write(text, length)
  }
  const { line, time } = lineFormat(options)
  const stamp = timestamps(options.now, time)
  const log = (level: Level) => (message: string, fields?: Fields) => {
    if (level === 'debug' && !options.debug) return
    append(line(level, message, fields ?? {})({})(stamp()))
    if (level === 'error') flush()
    else timer ??= setTimeout(flush, collectMs)
  }
  const prepare = (level: Level, message: string, shared: Fields) => {
    const half = line(level, message, shared)
    return (own: Fields) => {
      const whole = half(own)
      return (ms: number) => {
        append(whole(stamp(), ms))
        timer ??= setTimeout(flush, collectMs)
      }
    }
  }
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    prepare,
    flush,
  }
}

function lineFormat({ format, colour }: LogOptions): {
  readonly line: Line
  readonly time: (ms: number) => string
} {
  if (format === 'pretty') return { line: prettyLine(colour), time: isoTime }
  if (format === 'json') return { line: jsonLine, time: isoTime }
  return { line: pythonLine(format, textOf), time: pythonTime }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** The message of a line of one text: what happened, then the facts. */
function textOf(message: string, own: Fields, shared: Fields): string {
  return `${plain(message)}${factsOf(own, ' ')}${factsOf(shared, ' ')}`
}

/** Times as texts. Within a millisecond the text is the same, and making it is not cheap. */
function timestamps(now: () => number, format: (ms: number) => string): () => string {
  let last = Number.NaN
  let text = ''
  return () => {
    const time = now()
    if (time !== last) {
      last = time
      text = format(time)
    }
    return text
  }
}

/**
 * A line in three steps: what many lines share, what those about one thing share, and when it happened (`ms`: how long it took), which alone
 * is new each time.
 */
type Line = (
  level: Level,
  message: string,
  shared: Fields,
) => (own: Fields) => (time: string, ms?: number) => string

const jsonLine: Line = (level, message, shared) => {
  const before = `","level":"${level}","message":${jsonString(message)}${jsonFields(shared)}`
  return (own) => {
    const middle = `${before}${jsonFields(own)}`
    return (time, ms) => `{"time":"${time}${middle}${ms === undefined ? '' : `,"ms":${ms}`}}\n`
  }
}

function jsonFields(fields: Fields): string {
  let text = ''
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined) {
      text += `,"${name}":${typeof value === 'string' ? jsonString(value) : value}`
    }
  }
  return text
}

/** Most texts need no escapes, and to see that is quicker than to escape them. */
function jsonString(text: string): string {
  return /^[\w .:/@+-]*$/.test(text) ? `"${text}"` : JSON.stringify(text)
}

const colours: Readonly<Record<Level, string>> = {
  debug: '90',
  info: '32',
  warn: '33',
  error: '31',
}

function prettyLine(colour: boolean): Line {
  return (level, message, shared) => {
    const padded = level.padEnd(5)
    const mark = colour ? `\u001b[${colours[level]}m${padded}\u001b[0m` : padded
    const before = ` ${mark} ${plain(message)}`
    const after = `${factsOf(shared, '  ')}\n`
    return (own) => {
      const middle = `${before}${factsOf(own, '  ')}`
      return (time, ms) =>
        `${time.slice(11, 19)}${middle}${ms === undefined ? '' : `  ms=${ms}`}${after}`
    }
  }
}

function factsOf(fields: Fields, gap: string): string {
  let text = ''
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined)
      text += `${gap}${name}=${typeof value === 'string' ? quoted(value) : value}`
  }
  return text
}

/** Control characters could rewrite a terminal, or forge a line. */
function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    JSON.stringify(character).slice(1, -1),
  )
}

function quoted(text: string): string {
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(plain(text))
}
