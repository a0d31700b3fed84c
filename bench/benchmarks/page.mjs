/**
 * The operators' page with 10,000 switches: how long it takes, and how large it is.
 * @module
 */
import { number, tempFolder } from '../lib/env.mjs'
import { systemMac, writeSite } from '../lib/inventory.mjs'
import { startZtpush } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { summary } from '../lib/stats.mjs'

const name = 'page'
const switches = number('PAGE_SWITCHES', 10_000)
const runs = number('PAGE_RUNS', 40)

export async function page() {
  const server = await startZtpush(writeSite(tempFolder('page'), switches))
  const get = async (path) => {
    const started = performance.now()
    const answer = await fetch(`http://127.0.0.1:${server.operatorPort}${path}`)
    const text = await answer.text()
    if (answer.status !== 200 || !text.includes('<table')) throw new Error(`${path}: ${text}`)
    return { ms: performance.now() - started, bytes: text.length }
  }
  try {
    await askOnce(server.port)
    const first = await get('/')
    for (const [what, path] of [
      ['by name', '/'],
      ['by state', '/?sort=state'],
      ['found by a part of a name', '/?q=0042'],
    ]) {
      const all = []
      for (let run = 0; run < runs; run += 1) all.push(await get(path))
      tell(name, `${switches} switches, ${what}`, summary(all.map(({ ms }) => ms)), {
        unit: ' ms',
        floor: { atMost: 50 },
        raw: { bytes: String(all[0].bytes), 'the very first': `${Math.round(first.ms)} ms` },
      })
    }
    tell(name, 'bytes of the first page', summary([first.bytes]), { floor: { atMost: 100_000 } })
  } finally {
    await server.stop()
  }
}

async function askOnce(port) {
  for (let from = 0; from < switches; from += 100) {
    const some = Array.from({ length: Math.min(100, switches - from) }, (_, at) =>
      systemMac(from + at),
    )
    const answers = await Promise.all(
      some.map((mac) =>
        fetch(`http://127.0.0.1:${port}/dynconfig`, { headers: { 'X-Arista-SystemMAC': mac } }),
      ),
    )
    for (const answer of answers) await answer.arrayBuffer()
  }
}
