/**
 * Log lines in a `%`-format of Python's `logging`, as ZTPServer's `console_logging_format` has it.
 * @module
 */
import { basename } from 'node:path'

/** A format that was read. */
export interface PythonFormat {
  readonly parts: readonly Part[]
  /** What is no field that we know: it stands in every line as it is written. */
  readonly unknown: readonly string[]
}

type Part = string | Field

interface Field {
  readonly name: FieldName
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly conversion: string
}

/** What a line is made of. */
interface LogRecord {
  /** As {@link pythonTime} gives it. */
  readonly asctime: string
  readonly level: LevelName
  readonly message: string
}

type LevelName = 'debug' | 'info' | 'warn' | 'error'

const levels: Readonly<Record<LevelName, readonly [name: string, number: number]>> = {
  debug: ['DEBUG', 10],
  info: ['INFO', 20],
  warn: ['WARNING', 30],
  error: ['ERROR', 40],
}

const program = 'ztps'

const fields = {
  asctime: ({ asctime }: LogRecord) => asctime,
  msecs: ({ asctime }: LogRecord) => Number(asctime.slice(-3)),
  levelname: ({ level }: LogRecord) => levels[level][0],
  levelno: ({ level }: LogRecord) => levels[level][1],
  message: ({ message }: LogRecord) => message,
  name: () => 'ztpserver',
  module: () => program,
  filename: () => program,
  pathname: () => program,
  funcName: () => program,
  lineno: () => 0,
  process: () => process.pid,
  processName: () => basename(process.title),
  thread: () => 0,
  threadName: () => 'MainThread',
} satisfies Record<string, (record: LogRecord) => string | number>

type FieldName = keyof typeof fields

const placeholder =
  /%(?:%|\((\w+)\)([-+ 0#]*)(\d{0,3})(?:\.(\d{1,3}))?([a-zA-Z])|\(\w*\)?[-+ 0#]*\d*|)/g

/** Reads a format; never fails: what it does not know is left as text. */
export function parsePythonFormat(format: string): PythonFormat {
  const parts: Part[] = []
  const unknown: string[] = []
  let end = 0
  for (const match of format.matchAll(placeholder)) {
    const [whole, name, flags = '', width = '', precision, conversion = ''] = match
    parts.push(format.slice(end, match.index))
    end = match.index + whole.length
    if (whole === '%%') parts.push('%')
    else if (isFieldName(name) && fits(name, conversion)) {
      const digits = precision === undefined ? undefined : Number(precision)
      parts.push({ name, flags, width: Number(width), precision: digits, conversion })
    } else {
      parts.push(whole)
      unknown.push(whole)
    }
  }
  parts.push(format.slice(end))
  return { parts: parts.filter((part) => part !== ''), unknown }
}

function isFieldName(name: string | undefined): name is FieldName {
  return name !== undefined && Object.hasOwn(fields, name)
}

/** Anything can be a text; numbers alone can be written as numbers. */
function fits(name: FieldName, conversion: string): boolean {
  if ('sra'.includes(conversion)) return true
  const isNumber = ['msecs', 'levelno', 'lineno', 'process', 'thread'].includes(name)
  return isNumber && 'diuf'.includes(conversion)
}

/** The time of a line: `2026-11-21 05:13:48,123`, in the server's time zone. */
export function pythonTime(ms: number): string {
  const time = new Date(ms)
  const two = (number: number) => String(number).padStart(2, '0')
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  const clock = [two(time.getHours()), two(time.getMinutes()), two(time.getSeconds())].join(':')
  return `${date} ${clock},${String(time.getMilliseconds()).padStart(3, '0')}`
}

/** Makes lines of a format. */
export function pythonLine({ parts }: PythonFormat) {
  return (asctime: string, level: LevelName, message: string): string => {
    const record = { asctime, level, message }
    let line = ''
    for (const part of parts) line += typeof part === 'string' ? part : fill(part, record)
    return `${line}\n`
  }
}

function fill({ name, flags, width, precision, conversion }: Field, record: LogRecord): string {
  const value = fields[name](record)
  const isText = typeof value === 'string' || 'sra'.includes(conversion)
  const text = isText
    ? String(value).slice(0, precision)
    : signed(
        conversion === 'f' ? value.toFixed(precision ?? 6) : digits(value, precision ?? 0),
        flags,
      )
  if (flags.includes('-')) return text.padEnd(width)
  return !isText && flags.includes('0') ? text.padStart(width, '0') : text.padStart(width)
}

function digits(value: number, precision: number): string {
  return String(value).padStart(precision, '0')
}

/** None of the numbers is negative. */
function signed(text: string, flags: string): string {
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text
}
