/**
 * A date or a time of day, as YAML has them and Python reads them.
 * @module
 */
import { refused, ValueFault } from './fault.ts'
import { Thing } from './values.ts'

/** `2024-01-31`, or `2024-01-31 10:00:00`; nothing is calculated with it. */
export class PyDate extends Thing {
  private readonly text: string
  private readonly parts: readonly number[]

  /** @param text as Python prints it */
  constructor(text: string) {
    super()
    this.text = text
    this.parts = (text.match(/\d+/g) ?? []).map(Number)
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = this.parts
    const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
    const isDate = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= last
    if (!isDate || hour > 23 || minute > 59 || second > 59)
      throw new ValueFault(`"${text}" is no date`)
  }

  override get type(): string {
    return this.parts.length > 3 ? 'datetime' : 'date'
  }

  /** As JSON has it. */
  get iso(): string {
    return this.text.replace(' ', 'T')
  }

  override print(): string {
    return this.text
  }

  override show(): string {
    const [year, month, day, hour, minute, second = 0] = this.parts
    if (hour === undefined) return `datetime.date(${[year, month, day].join(', ')})`
    if (this.parts.length > 6) throw refused('a time with a fraction or a zone inside of a list')
    const all = [year, month, day, hour, minute, ...(second === 0 ? [] : [second])]
    return `datetime.datetime(${all.join(', ')})`
  }

  override member(name: string): unknown {
    const at = ['year', 'month', 'day', 'hour', 'minute', 'second'].indexOf(name)
    if (at !== -1 && at < this.parts.length) return this.parts[at]
    throw refused(`.${name} of a date`)
  }
}
