/**
 * Who a switch is, and what it holds.
 * @module
 */
import type { AllocationView, SwitchDetail } from '../../../core/api-schemas.ts'
import { Ago, ClockTime } from './marks.tsx'
import { visible } from './visible.ts'
import { counted } from './wording.ts'

export function SwitchFacts({ detail, now }: { readonly detail: SwitchDetail; now: number }) {
  const { id, mac, serial, model, version, from, lastSeen, events, served } = detail
  const facts: readonly (readonly [string, string | null])[] = [
    ['Id', id],
    ['MAC', mac],
    ['Serial number', serial],
    ['Model', model],
    ['EOS', version],
    ['Address', from],
    ['Inventory', detail.inInventory ? 'yes' : 'not in it'],
    ['Data root', detail.inDataRoot ? 'has a folder' : 'no folder'],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <>
            <dt>{name}</dt>
            <dd>{visible(value)}</dd>
          </>
        ),
      )}
      <dt>Last seen</dt>
      <dd>
        {lastSeen === null ? (
          'never'
        ) : (
          <>
            <ClockTime time={lastSeen} /> (<Ago time={lastSeen} now={now} /> ago,{' '}
            {counted(events, 'event')})
          </>
        )}
      </dd>
      {served === null ? null : (
        <>
          <dt>Served</dt>
          <dd>
            <ClockTime time={served.at} />{' '}
            <code class="dim">{(served.sha256 ?? '').slice(0, 12)}</code>
          </dd>
        </>
      )}
    </dl>
  )
}

export function Allocations({ allocations }: { readonly allocations: readonly AllocationView[] }) {
  if (allocations.length === 0) return <p class="dim">It holds nothing of a pool.</p>
  return (
    <table>
      <caption class="unseen">Values of pools that it holds</caption>
      <thead>
        <tr>
          <th scope="col">Pool</th>
          <th scope="col">Value</th>
          <th scope="col">
            <span class="unseen">Release</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {allocations.map(({ pool, value }) => (
          <tr>
            <th scope="row">
              <a href={`/pools/${encodeURIComponent(pool)}`}>{visible(pool)}</a>
            </th>
            <td class="mono">{visible(value)}</td>
            <td>
              <a href={releasePath(pool, value)}>
                Release<span class="unseen"> {visible(value)}</span>
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The page that asks once more. */
export function releasePath(pool: string, value: string): string {
  return `/pools/${encodeURIComponent(pool)}/release?${new URLSearchParams({ value })}`
}
