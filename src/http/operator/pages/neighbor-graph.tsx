/**
 * LLDP neighbours: drawn, and as a table.
 * @module
 */
import type { NeighborView } from '../../../core/api-schemas.ts'
import { visible } from './visible.ts'
import { counted } from './wording.ts'

interface NeighborGraphProps {
  readonly name: string
  readonly neighbors: readonly NeighborView[]
}

const maxDrawn = 24
const rowHeight = 34

/** The switch on the left, who it sees on the right, the ports on the lines between them. */
export function NeighborGraph({ name, neighbors }: NeighborGraphProps) {
  if (neighbors.length === 0) return <p class="dim">It has reported no neighbors.</p>
  const drawn = neighbors.slice(0, maxDrawn)
  const height = Math.max(drawn.length * rowHeight, 44)
  const middle = height / 2
  return (
    <>
      <svg
        class="graph"
        viewBox={`0 0 640 ${height}`}
        role="img"
        aria-label={`${visible(name)} sees ${counted(neighbors.length, 'neighbor')}; the table tells them`}
      >
        {drawn.map((_, at) => {
          const y = rowY(at, drawn.length, height)
          return <path d={`M150 ${middle} C 230 ${middle}, 220 ${y}, 300 ${y} H 460`} />
        })}
        <rect class="own" x="2" y={middle - 16} width="148" height="32" rx="5" />
        <text class="own" x="76" y={middle + 5} text-anchor="middle">
          {short(name, 18)}
        </text>
        {drawn.map(({ interface: own, device, port }, at) => {
          const y = rowY(at, drawn.length, height)
          return (
            <>
              <text class="port" x="306" y={y - 4}>
                {`${short(own, 13)} – ${short(port, 13)}`}
              </text>
              <rect x="460" y={y - 13} width="178" height="26" rx="5" />
              <text x="549" y={y + 5} text-anchor="middle">
                {short(device, 22)}
              </text>
            </>
          )
        })}
      </svg>
      <NeighborTable neighbors={neighbors} />
    </>
  )
}

function NeighborTable({ neighbors }: Pick<NeighborGraphProps, 'neighbors'>) {
  return (
    <details id="neighbor-table" open={neighbors.length <= 8}>
      <summary>{counted(neighbors.length, 'neighbor')} as a table</summary>
      <table>
        <caption class="unseen">LLDP neighbors</caption>
        <thead>
          <tr>
            <th scope="col">Interface</th>
            <th scope="col">Sees</th>
            <th scope="col">Port</th>
          </tr>
        </thead>
        <tbody>
          {neighbors.map(({ interface: own, device, port }) => (
            <tr>
              <th scope="row">{visible(own)}</th>
              <td>
                <a href={`/?q=${encodeURIComponent(device.slice(0, 200))}`}>{visible(device)}</a>
              </td>
              <td>{visible(port)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

function rowY(at: number, count: number, height: number): number {
  return (height / count) * (at + 0.5)
}

function short(text: string, length: number): string {
  const shown = visible(text)
  return shown.length > length ? `${shown.slice(0, length - 1)}…` : shown
}
