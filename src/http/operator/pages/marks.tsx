/**
 * States and times as every page shows them: a shape, a word, never a colour alone.
 * @module
 */
import type { SwitchRow } from '../../../core/api-schemas.ts'
import { ago, clockTime, type StateFilter, stateWord } from './wording.ts'

/** A state: its shape is the stylesheet's, the word is there for everybody. */
export function StateMark({ state }: { readonly state: StateFilter }) {
  return <span class={`mark s-${state}`}>{stateWord(state)}</span>
}

/** The state of a switch; who is stuck is told so instead. */
export function SwitchMark({ row }: { readonly row: Pick<SwitchRow, 'state' | 'stuck'> }) {
  return row.stuck ? (
    <span class="mark s-stuck">stuck: {stateWord(row.state)}</span>
  ) : (
    <StateMark state={row.state} />
  )
}

/** How long ago; the time itself when pointed at. Nothing for what never was. */
export function Ago({ time, now }: { readonly time: string | null; readonly now: number }) {
  if (time === null) return null
  return (
    <time datetime={time} title={clockTime(time)}>
      {ago(time, now)}
    </time>
  )
}

/** The time itself. */
export function ClockTime({ time }: { readonly time: string }) {
  return <time datetime={time}>{clockTime(time)}</time>
}
