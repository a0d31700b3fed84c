/**
 * Switches as a table. web/live.js fills rows anew as things happen, in the same manner.
 * @module
 */
import type { SwitchRow } from '../../../core/api-schemas.ts'
import { Ago, SwitchMark } from './marks.tsx'
import { switchPath } from './page-response.tsx'
import { visible } from './visible.ts'
import { nowOf } from './wording.ts'

interface SwitchTableProps {
  readonly rows: readonly SwitchRow[]
  readonly now: number
}

export function SwitchTable({ rows, now }: SwitchTableProps) {
  return (
    <table class="switches">
      <caption class="unseen">Switches, each with its state; j and k go through them</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col" class="since">
            Since
          </th>
          <th scope="col" class="model">
            Model
          </th>
          <th scope="col" class="eos">
            EOS
          </th>
          <th scope="col" class="ids">
            MAC, serial
          </th>
          <th scope="col" class="from">
            Address
          </th>
          <th scope="col">Now</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row row={row} now={now} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row, now }: { readonly row: SwitchRow; readonly now: number }) {
  const { id, name, model, version, mac, serial, from, since } = row
  return (
    <tr data-id={id} class={row.stuck ? 'r-stuck' : `r-${row.state}`}>
      <th scope="row">
        <a href={switchPath(id)}>{visible(name)}</a>
      </th>
      <td>
        <SwitchMark row={row} />
      </td>
      <td class="since">
        <Ago time={since} now={now} />
      </td>
      <td class="model">{visible(model ?? '')}</td>
      <td class="eos">{visible(version ?? '')}</td>
      <td class="ids">{visible([mac, serial].filter((each) => each !== null).join(' '))}</td>
      <td class="from">{visible(from ?? '')}</td>
      <td class="now">{nowOf(row)}</td>
    </tr>
  )
}
