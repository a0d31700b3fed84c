/**
 * What a switch sees on its cables, drawn and as a table.
 * @module
 */
import type { NeighborView } from '../../../core/api-schemas.ts'
import { printable } from '../../../core/printable.ts'

/** More cables than this are told in the table alone. */
const maxDrawn = 64
const rowHeight = 26
const width = 640

export function NeighborGraph({
  name,
  neighbors,
}: {
  readonly name: string
  readonly neighbors: readonly NeighborView[]
}) {
  if (neighbors.length === 0) return <p class="hint">It has reported no neighbors.</p>
  return (
    <>
      {neighbors.length > maxDrawn ? '' : <Drawing name={name} neighbors={neighbors} />}
      <table>
        <thead>
          <tr>
            <th scope="col">Interface</th>
            <th scope="col">Device</th>
            <th scope="col">Port</th>
          </tr>
        </thead>
        <tbody>
          {neighbors.map(({ interface: own, device, port }) => (
            <tr>
              <th scope="row">{printable(own)}</th>
              <td>{printable(device)}</td>
              <td>{printable(port)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Drawing({
  name,
  neighbors,
}: {
  readonly name: string
  readonly neighbors: readonly NeighborView[]
}) {
  const height = Math.max(2, neighbors.length) * rowHeight + 16
  const middle = height / 2
  return (
    <svg
      class="graph"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${printable(name)} and its ${neighbors.length} neighbors`}
    >
      <rect class="node" x="4" y={middle - 18} width="150" height="36" rx="4" />
      <text class="name" x="79" y={middle + 5} text-anchor="middle">
        {short(name, 18)}
      </text>
      {neighbors.map(({ interface: own, device, port }, at) => {
        const y = 8 + at * rowHeight + rowHeight / 2
        return (
          <>
            <path
              class="cable"
              d={`M154 ${middle} C 230 ${middle}, 230 ${y}, 300 ${y} L 400 ${y}`}
            />
            <text class="port" x="290" y={y - 4}>
              {short(own, 14)}
            </text>
            <rect class="node" x="400" y={y - 11} width="236" height="22" rx="3" />
            <text class="name" x="408" y={y + 4}>
              {short(`${device} ${port}`, 32)}
            </text>
          </>
        )
      })}
    </svg>
  )
}

function short(text: string, length: number): string {
  const plain = printable(text)
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain
}
