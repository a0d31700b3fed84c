/**
 * What happened to a switch, newest first.
 * @module
 */
import type { EventView } from '../../../core/api-schemas.ts'
import { ClockTime } from './marks.tsx'
import { visible } from './visible.ts'
import { eventWord } from './wording.ts'

export function Timeline({ events }: { readonly events: readonly EventView[] }) {
  if (events.length === 0) return <p class="dim">Nothing has happened yet.</p>
  return (
    <table class="timeline">
      <caption class="unseen">Events, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">What</th>
          <th scope="col">Request and answer</th>
          <th scope="col">Reason</th>
          <th scope="col" class="from">
            From
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr>
            <td class="nowrap">
              <ClockTime time={event.at} />
            </td>
            <td>{whatOf(event)}</td>
            <td class="mono">
              {visible([event.request, event.status].filter((part) => part !== null).join(' → '))}
            </td>
            <td>
              {visible(event.message ?? '')}{' '}
              {event.problem === null ? null : (
                <a href={`/docs/problems#${encodeURIComponent(event.problem)}`}>
                  {visible(event.problem)}
                </a>
              )}
            </td>
            <td class="from mono">{visible(event.from ?? '')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function whatOf({ kind, action }: EventView) {
  const isBad = kind.endsWith('-refused') || kind.endsWith('-failed')
  const text = action === null ? eventWord(kind) : `${eventWord(kind)}: ${visible(action)}`
  return isBad ? <span class="mark s-failed">{text}</span> : text
}
