/**
 * What 200 listeners of the live updates cost: /dynconfig of 10,000 switches with them, against the same server without.
 * @module
 */
import { connect } from 'node:net'
import { number, pause, tempFolder } from '../lib/env.mjs'
import { configurations } from '../lib/expected.mjs'
import { requestText, systemMac, writeSite } from '../lib/inventory.mjs'
import { alternate, compareSides } from '../lib/pairs.mjs'
import { startClient, startZtpush } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'

const name = 'live'
const pairs = number('LIVE_PAIRS', 7)
const ms = number('LIVE_MS', 2_000)
const listeners = number('LIVE_LISTENERS', 200)
const switches = number('LIVE_SWITCHES', 10_000)

export async function live() {
  const site = writeSite(tempFolder('live'), switches)
  const expected = await configurations(site)
  const [watched, alone] = [await startZtpush(site), await startZtpush(site)]
  const client = startClient()
  const sockets = await listen(watched.operatorPort)
  try {
    const length = Buffer.byteLength(await expected.of(systemMac(0)))
    const macs = Array.from({ length: switches }, (_, at) => systemMac(at))
    for (const [set, { port }] of Object.entries({ ours: watched, theirs: alone })) {
      await client.prepare(
        set,
        macs.map((mac) => requestText(port, { mac })),
        length,
      )
    }
    const runs = await alternate(client, {
      ours: { server: watched, set: 'ours' },
      theirs: { server: alone, set: 'theirs' },
      pairs,
      load: { connections: 32, ms, warmMs: 500 },
      check: (_side, { samples }) => {
        const empty = samples.find(({ text }) => !text.includes('hostname leaf'))
        if (empty !== undefined) throw new Error(`a wrong configuration:\n${empty.text}`)
      },
    })
    const { ratio, by, raw } = compareSides(runs, ['watched', 'alone'])
    const received = sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
    tell(name, `${switches} switches, ${listeners} listeners, ÷ without, by ${by}`, ratio, {
      floor: { atLeast: 0.9 },
      raw: { ...raw, received: `${Math.round(received / 1e6)} MB by all listeners` },
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    await Promise.all([client.stop(), watched.stop(), alone.stop(), expected.close()])
  }
}

async function listen(port) {
  const sockets = Array.from({ length: listeners }, () => connect(port, '127.0.0.1'))
  for (const socket of sockets) {
    socket.resume()
    socket.on('error', () => {})
    socket.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  }
  while (sockets.some(({ bytesRead }) => bytesRead === 0)) await pause(20)
  return sockets
}
