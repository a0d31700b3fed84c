/**
 * What a switch was answered last, ready to be sent and told of again.
 * @module
 */
import { flatText } from '../../core/flat-text.ts'
import type { Problem } from '../../core/problem.ts'
import type { RepeatedEvent } from '../../core/repeats.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'
import { type Answer, etagOf } from './answer.ts'
import type { Asking } from './asking.ts'

/**
 * An answer, and to which request. With 100,000 switches each further object that this is spread over is one more that the processor has to
 * fetch from far away: what sending it again needs stands here, and its small texts are in one piece.
 */
export class RememberedAnswer {
  readonly asking: Asking
  readonly serial: string | string[] | undefined
  readonly problem: Problem | undefined
  /** The address to which it went when it was given as it nearly always is, as a whole GET. */
  from: string | undefined = undefined
  /** What became of it then. */
  event: SwitchEvent | undefined = undefined
  row = -1
  turn = 0
  place = -1
  readonly status: number
  readonly contentType: string
  readonly contentLength: number
  readonly switchName: string
  readonly body: Answer['body']
  /** What its event and its log line have of this switch alone, and the tag, one behind the other. */
  private text = ''
  private ownEnd = -1
  private loggedEnd = -1
  /** The same as others see it. */
  readonly answer: Answer

  constructor(answer: Answer, asking: Asking, serial: string | string[] | undefined) {
    this.asking = asking
    this.serial = serial
    this.problem = answer.problem
    this.status = answer.status
    this.contentType = answer.contentType
    this.contentLength = answer.contentLength
    this.switchName = answer.switchName
    this.body = answer.body
    this.answer = answer
  }

  /** About what it takes in memory, in bytes. */
  get size(): number {
    return this.contentLength + 1_000
  }

  /** Whether what comes next can be asked for. */
  get isPrepared(): boolean {
    return this.ownEnd !== -1
  }

  get own(): string {
    return this.text.slice(0, this.ownEnd)
  }

  get logged(): string {
    return this.text.slice(this.ownEnd, this.loggedEnd)
  }

  get etag(): string {
    return this.text.slice(this.loggedEnd)
  }

  /** It was sent, and this is what became of it. */
  told(event: SwitchEvent | undefined, from: string | undefined): void {
    this.event = event
    this.from = from
    this.row = -1
    this.place = -1
    this.ownEnd = -1
  }

  /** To be called before it is sent again. In a storm most is sent once, and this would be made for nothing. */
  prepare(own: string, logged: string): void {
    this.text = flatText(`${own}${logged}${etagOf(this.answer) ?? ''}`)
    this.ownEnd = own.length
    this.loggedEnd = own.length + logged.length
  }
}

/** Whether an answer has been sent, and may happen again. */
export function isTold(known: RememberedAnswer): known is RememberedAnswer & RepeatedEvent {
  return known.event !== undefined
}
