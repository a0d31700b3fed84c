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
  const { lines, fact, time } = lineFormat(options)
  const facts = (fields: Fields) => factsOf(fields, fact)
  const stamp = timestamps(options.now, time)
  const log =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      if (level === 'debug' && !options.debug) return
      append(lines(level, message, '')(stamp(), facts(fields)))
      if (level === 'error') flush()
      else timer ??= setTimeout(flush, collectMs)
    }
  const prepare = (level: Level, message: string, shared: Fields) => {
    const line = lines(level, message, facts(shared))
    return {
      facts,
      write: (own: string, ms: number) => {
        append(line(stamp(), `${own}${fact('ms', ms)}`))
        timer ??= setTimeout(flush, collectMs)
      },
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

/** How a log writes. */
interface LineFormat {
  /** Makes lines that have a level, a message and facts in common. `own`: the facts of one line. */
  readonly lines: (
    level: Level,
    message: string,
    shared: string,
  ) => (time: string, own: string) => string
  readonly fact: (name: string, value: Fact) => string
  readonly time: (ms: number) => string
}

type Fact = string | number | boolean

function lineFormat({ format, colour }: LogOptions): LineFormat {
  if (format === 'pretty') {
    return { lines: prettyLines(colour), fact: spacedFact('  '), time: isoTime }
  }
  if (format === 'json') return { lines: jsonLines, fact: jsonFact, time: isoTime }
  const line = pythonLine(format)
  return {
    lines: (level, message, shared) => {
      const text = plain(message)
      return (time, own) => line(time, level, `${text}${own}${shared}`)
    },
    fact: spacedFact(' '),
    time: pythonTime,
  }
}

function factsOf(fields: Fields, fact: LineFormat['fact']): string {
  let text = ''
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined) text += fact(name, value)
  }
  return text
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
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

const jsonLines: LineFormat['lines'] = (level, message, shared) => {
  const middle = `","level":"${level}","message":${jsonString(message)}${shared}`
  return (time, own) => `{"time":"${time}${middle}${own}}\n`
}

function jsonFact(name: string, value: Fact): string {
  return `,"${name}":${typeof value === 'string' ? jsonString(value) : value}`
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

function prettyLines(colour: boolean): LineFormat['lines'] {
  return (level, message, shared) => {
    const padded = level.padEnd(5)
    const mark = colour ? `\u001b[${colours[level]}m${padded}\u001b[0m` : padded
    const middle = ` ${mark} ${plain(message)}`
    return (time, own) => `${time.slice(11, 19)}${middle}${own}${shared}\n`
  }
}

function spacedFact(gap: string): LineFormat['fact'] {
  return (name, value) => `${gap}${name}=${typeof value === 'string' ? quoted(value) : value}`
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
