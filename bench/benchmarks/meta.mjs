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
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { number, pause, tempFolder } from '../lib/env.mjs'
import { forkChild } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { median, ratios, summary } from '../lib/stats.mjs'

const name = 'meta'
const runs = number('META_RUNS', 7)
const sizeMb = number('META_MB', 256)
const repeats = 50

export async function meta() {
  const root = tempFolder('meta-root')
  mkdirSync(join(root, 'files'))
  const path = join(root, 'files', 'image.swi')
  writeFileSync(path, '')
  truncateSync(path, sizeMb * 1_048_576)
  const options = { root, logFile: process.env.BENCH_LOG ?? join(root, 'log') }
  const server = forkChild('data-root-server.mjs', [JSON.stringify(options)])
  const { port } = await server.answer()
  const agent = new Agent({ keepAlive: true })
  const ask = () => timed(() => body(agent, port, '/meta/files/image.swi'))
  try {
    const plain = []
    const first = []
    const again = []
    const blocks = []
    // reads the file into memory, starts the thread
    const expected = loop(path)
    if (!(await ask()).result.includes(expected)) throw new Error('a wrong hash')
    for (let run = 0; run < runs; run++) {
      const oneMore = async () => {
        // a new version of the same bytes; it may settle first, as an image does in the field
        utimesSync(path, run, run)
        await pause(200)
        await server.ask('reset')
        const { ms, result } = await ask()
        if (!result.includes(expected)) throw new Error('a wrong hash')
        first.push(ms)
        blocks.push((await server.ask('read')).maxMs)
      }
      if (run % 2 === 0) await oneMore()
      plain.push((await timed(() => loop(path))).ms)
      if (run % 2 === 1) await oneMore()
      const times = []
      for (let time = 0; time < repeats; time++) times.push((await ask()).ms)
      again.push(median(times))
    }
    const what = `${sizeMb} MB`
    const raw = {
      ztpush: { ...summary(first), unit: ' ms' },
      'plain loop': { ...summary(plain), unit: ' ms' },
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
    agent.destroy()
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

function body(agent, port, path) {
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port, path }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => resolve(text))
    }).on('error', reject)
  })
}
