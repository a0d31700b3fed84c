/**
 * The small things that every page shows: states, times, texts of switches and operators.
 * @module
 */
import type { Child } from 'hono/jsx'
import type { SwitchRow } from '../../../core/api-schemas.ts'
import { printable } from '../../../core/printable.ts'
import type { ProblemJson } from '../../../core/problem.ts'

/** A shape for each state, so that colour is not all that tells them apart. */
const shapes: Readonly<Record<SwitchRow['state'] | 'stuck', string>> = {
  'never-seen': '○',
  seen: '◌',
  'config-served': '●',
  'bootstrap-served': '◔',
  registered: '◑',
  'definition-served': '◕',
  provisioning: '▸',
  provisioned: '●',
  'config-backed-up': '◆',
  failed: '✕',
  stuck: '‖',
}

/** A state as people say it. */
export function stateWord(state: SwitchRow['state'] | 'stuck'): string {
  return state.replaceAll('-', ' ')
}

export function State({ state, stuck }: Pick<SwitchRow, 'state' | 'stuck'>) {
  return (
    <span class={`state state-${stuck ? 'stuck' : state}`}>
      <span class="shape" aria-hidden="true">
        {shapes[stuck ? 'stuck' : state]}
      </span>{' '}
      {stateWord(state)}
      {stuck ? ', stuck' : ''}
    </span>
  )
}

export function Shape({ state }: { readonly state: SwitchRow['state'] | 'stuck' }) {
  return (
    <span class="shape" aria-hidden="true">
      {shapes[state]}
    </span>
  )
}

/** How long ago something was, with the time itself for who wants to know. */
export function Ago({ at, now }: { readonly at: string | null; readonly now: number }) {
  if (at === null) return <span class="none">–</span>
  return (
    <time datetime={at} title={at}>
      {agoText(now - Date.parse(at))}
    </time>
  )
}

/** A duration in the largest unit that fits: `12 s`, `3 min`, `5 h`, `9 d`. */
export function agoText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** A text of a switch or an operator, or a dash; what would turn or hide what follows is made visible. */
export function Text({ of: text }: { readonly of: string | null | undefined }) {
  return text === null || text === undefined || text === '' ? (
    <span class="none">–</span>
  ) : (
    printable(text)
  )
}

/** `file:line:column` */
export function placeText(place: {
  readonly file: string | null
  readonly line: number | null
  readonly column?: number | null
}): string {
  return [place.file, place.line, place.column]
    .filter((part) => part !== null && part !== undefined)
    .join(':')
}

/** A problem with its place and its fix. */
export function ProblemBox({ problem }: { readonly problem: ProblemJson }) {
  const { severity, code, file, line, column, key, message, fix } = problem
  return (
    <div class={`problem problem-${severity}`} role="note">
      <p>
        <strong>{severity}</strong> <a href={`/docs/problems#${code}`}>{code}</a>
        {file === null ? (
          ''
        ) : (
          <code class="place">{printable(placeText({ file, line, column }))}</code>
        )}
        {key === null ? '' : <code class="key">{printable(key)}</code>}
      </p>
      <p>{printable(message)}</p>
      {fix === null ? '' : <p class="fix">Fix: {printable(fix)}</p>}
    </div>
  )
}

/** A value of a variable or an attribute, as JSON in one line. */
export function Value({ of: value }: { readonly of: unknown }) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return <code>{printable(text)}</code>
}

export function Section({
  id,
  title,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly children: Child
}) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  )
}

export function switchHref(id: string): string {
  return `/switches/${encodeURIComponent(id)}`
}
