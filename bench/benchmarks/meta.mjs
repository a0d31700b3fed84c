/**
 * /meta of a large image: the first time against a plain hash loop, again, and whether others wait for it.
 * @module
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { number, pause, tempFolder } from '../lib/env.mjs'
import { cpuMs, forkChild } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { median, ratios, summary } from '../lib/stats.mjs'

const name = 'meta'
const runs = number('META_RUNS', 7)
const sizeMb = number('META_MB', 256)
const repeats = 200
/** Of so many the quickest counts: whatever else the machine does only ever makes a hash slower. */
const tries = 3
const restMs = 200

export async function meta() {
  const root = tempFolder('meta-root')
  mkdirSync(join(root, 'files'))
  const path = join(root, 'files', 'image.swi')
  writeFileSync(path, '')
  truncateSync(path, sizeMb * 1_048_576)
  const options = { root, logFile: process.env.BENCH_LOG ?? join(root, 'log') }
  const server = forkChild('data-root-server.mjs', [JSON.stringify(options)])
  const { port } = await server.answer()
  const client = await openClient(port, '/meta/files/image.swi')
  const ask = () => timed(client.ask)
  try {
    const plain = []
    const first = []
    const again = []
    const blocks = []
    const cpu = { ours: [], plain: [] }
    // reads the file into memory, starts the thread
    const expected = loop(path)
    if (!(await ask()).result.includes(expected)) throw new Error('a wrong hash')
    for (let run = 0; run < runs; run++) {
      const ours = []
      const loops = []
      for (let time = 0; time < tries; time++) {
        // both begin on a processor that has rested
        await pause(restMs)
        const before = cpuMs(process.pid)
        loops.push((await timed(() => loop(path))).ms)
        cpu.plain.push(cpuMs(process.pid) - before)
        // a new version of the same bytes, that is as old as images are when switches ask
        utimesSync(path, run, time)
        await pause(restMs)
        await server.ask('reset')
        const cpuBefore = cpuMs(server.pid)
        const { ms, result } = await ask()
        cpu.ours.push(cpuMs(server.pid) - cpuBefore)
        if (!result.includes(expected)) throw new Error('a wrong hash')
        ours.push(ms)
        blocks.push((await server.ask('read')).maxMs)
      }
      first.push(Math.min(...ours))
      plain.push(Math.min(...loops))
      const times = []
      for (let time = 0; time < repeats; time++) times.push((await ask()).ms)
      again.push(median(times))
    }
    const what = `${sizeMb} MB`
    const raw = {
      ztpush: { ...summary(first), unit: ' ms' },
      'plain loop': { ...summary(plain), unit: ' ms' },
      'CPU ratio': ratios(cpu.ours, cpu.plain),
    }
    tell(
      name,
      `${what}, the first time ÷ a plain loop of readSync and SHA-1`,
      ratios(first, plain),
      {
        floor: { atMost: 1.05 },
        raw,
      },
    )
    tell(name, `${what}, longest block of the event loop meanwhile`, summary(blocks), {
      unit: ' ms',
      floor: { atMost: 10 },
    })
    tell(name, `${what}, a plain loop ÷ asking again`, ratios(plain, again), {
      floor: { atLeast: 400 },
      raw: { again: { ...summary(again), unit: ' ms' } },
    })
  } finally {
    client.close()
    await server.stop()
  }
}

/** What every server would do at least: read and hash, 64 KB at a time, without anything beside. */
function loop(path) {
  const file = openSync(path, 'r')
  const sha1 = createHash('sha1')
  const buffer = Buffer.allocUnsafeSlow(65_536)
  for (;;) {
    const length = readSync(file, buffer, 0, buffer.length, null)
    if (length === 0) break
    sha1.update(buffer.subarray(0, length))
  }
  closeSync(file)
  return sha1.digest('hex')
}

async function timed(act) {
  const began = performance.now()
  const result = await act()
  return { ms: performance.now() - began, result }
}

/** One connection that asks for one thing: as little as possible beside the server's own time. */
async function openClient(port, path) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve) => socket.once('connect', resolve))
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  return {
    // head and body of so short an answer come in one piece
    ask: () =>
      new Promise((resolve, reject) => {
        socket.once('error', reject)
        socket.once('data', (bytes) => {
          socket.off('error', reject)
          resolve(bytes.toString())
        })
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}
