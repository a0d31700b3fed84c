/**
 * The words of the page for states, events and times.
 * @module
 */
import type { SwitchRow, stateFilters } from '../../../core/api-schemas.ts'
import type { SwitchEventKind } from '../../../core/switch-event.ts'
import { visible } from './visible.ts'

export type StateFilter = (typeof stateFilters)[number]

/** What a state is called: `config-served` → `config served`. */
export function stateWord(state: StateFilter): string {
  return state === 'config-backed-up' ? 'backed up' : state.replaceAll('-', ' ')
}

/** What an event is called. */
export function eventWord(kind: SwitchEventKind): string {
  return kind === 'config-backed-up' ? 'startup-config backed up' : kind.replaceAll('-', ' ')
}

const actionWords: Readonly<Partial<Record<SwitchEventKind, string>>> = {
  'action-started': 'running',
  'action-succeeded': 'done:',
  'action-failed': 'failed:',
}

/** What a switch does, or what is wrong with it. Empty: nothing to tell. web/live.js says the same. */
export function nowOf({ state, problem, action }: SwitchRow): string {
  if (problem !== null) return visible(problem.message ?? problem.code)
  if (action === null || state !== 'provisioning') return ''
  return `${actionWords[action.kind] ?? ''} ${visible(action.name)}`.trim()
}

/** How long ago, in the largest unit that says enough: `12 s`, `3 min`, `5 h`, `12 d`. */
export function ago(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}

/** A time as people read it: `2026-03-01 12:00:00 UTC`. */
export function clockTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`
}

/** `1 switch`, `2 switches`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
