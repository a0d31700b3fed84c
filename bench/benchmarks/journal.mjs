/**
 * What the journal costs: /dynconfig with it against the same server with one that drops everything; and a start with 1,000,000 events.
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { child, number, root, tempFolder } from '../lib/env.mjs'
import { configurations } from '../lib/expected.mjs'
import { requestText } from '../lib/inventory.mjs'
import { writeLeaves } from '../lib/leaf.mjs'
import { alternate, compareSides } from '../lib/pairs.mjs'
import { startClient, startZtpush } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { ratios, summary } from '../lib/stats.mjs'

const name = 'journal'
/** What a process compiles when makes it some percent quicker or slower for as long as it lives: each round has new ones. */
const rounds = number('JOURNAL_ROUNDS', 5)
const pairs = number('JOURNAL_PAIRS', 3)
const ms = number('JOURNAL_MS', 1_500)
const connections = number('JOURNAL_CONNECTIONS', 32)
const events = number('JOURNAL_EVENTS', 1_000_000)
const switches = 10_000

export async function journal() {
  const lab = { inventory: join(root, 'swinfo.json'), templates: join(root, 'templates') }
  await compare('lab', lab, ['52:54:00:00:11:11', '52:54:00:00:11:12', '52:54:00:00:22:21'])
  const leaves = writeLeaves(tempFolder('journal-leaves'), 100)
  await compare('leaf of 600 lines', leaves, leaves.macs)
  await compareStarts(lab)
}

async function compare(what, site, macs) {
  const expected = await configurations(site)
  const texts = await Promise.all(macs.map((mac) => expected.of(mac)))
  const runs = { ours: [], theirs: [] }
  const client = startClient()
  try {
    for (let round = 0; round < rounds; round += 1) {
      const some = await compareProcesses(client, site, macs, texts)
      runs.ours.push(...some.ours)
      runs.theirs.push(...some.theirs)
    }
  } finally {
    await Promise.all([client.stop(), expected.close()])
  }
  const { ratio, by, raw } = compareSides(runs, ['with a journal', 'dropping'])
  tell(name, `${what}, keep-alive, ÷ a journal that drops everything by ${by}`, ratio, {
    floor: { atLeast: 0.95 },
    raw,
  })
}

async function compareProcesses(client, site, macs, texts) {
  const command = child('serve-with-journal.mjs')
  const server = await startZtpush(site, { command })
  process.env.BENCH_JOURNAL = 'dropped'
  const dropping = await startZtpush(site, { command })
  delete process.env.BENCH_JOURNAL
  try {
    for (const [set, { port }] of Object.entries({ ours: server, theirs: dropping })) {
      await client.prepare(
        set,
        macs.map((mac) => requestText(port, { mac })),
        texts.map((text) => Buffer.byteLength(text)),
      )
    }
    return await alternate(client, {
      ours: { server, set: 'ours' },
      theirs: { server: dropping, set: 'theirs' },
      pairs,
      load: { connections, ms, warmMs: 200 },
      check: (_side, { samples }) => {
        const wrong = samples.find(({ index, text }) => text !== texts[index])
        if (wrong !== undefined) throw new Error(`a wrong configuration for ${macs[wrong.index]}`)
      },
    })
  } finally {
    await Promise.all([server.stop(), dropping.stop()])
  }
}

/** From the start of the process until it answers and every state is known. */
async function compareStarts(site) {
  const stateDir = tempFolder('journal-state')
  const measured = { with: [], without: [] }
  writeJournal(stateDir)
  // the first start folds everything, and remembers what it came to
  const first = await startMs(site, stateDir)
  for (let run = 0; run < 5; run += 1) {
    measured.with.push(await startMs(site, stateDir))
    measured.without.push(await startMs(site, tempFolder(`journal-empty-${run}`)))
  }
  const ratio = ratios(measured.with, measured.without)
  tell(name, `start with ${events} events ÷ start without, until every state is known`, ratio, {
    floor: { atMost: 2 },
    raw: {
      with: { ...summary(measured.with), unit: ' ms' },
      without: { ...summary(measured.without), unit: ' ms' },
      'the first one, without a checkpoint': `${Math.round(first)} ms`,
    },
  })
  rmSync(stateDir, { recursive: true })
}

async function startMs(site, stateDir) {
  const begun = performance.now()
  const server = await startZtpush({ ...site, stateDir })
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${server.operatorPort}/api/v1/switches?perPage=1`)
    if (!(await answer.json()).loading) break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const took = performance.now() - begun
  await server.stop()
  return took
}

function writeJournal(stateDir) {
  const folder = join(stateDir, 'journal')
  mkdirSync(folder, { recursive: true })
  const kinds = [
    'bootstrap-served',
    'registered',
    'definition-served',
    'file-served',
    'client-done',
  ]
  const perFile = 120_000
  for (let from = 0, file = 0; from < events; from += perFile, file += 1) {
    let text = ''
    for (let at = from; at < Math.min(from + perFile, events); at += 1) {
      const hex = (at % switches).toString(16).padStart(6, '0')
      const mac = `52:54:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`
      const time = new Date(1_767_225_600_000 + at * 100).toISOString()
      text += `{"v":1,"at":"${time}","kind":"${kinds[at % kinds.length]}","mac":"${mac}","serial":"JPE${hex}","node":"JPE${hex}","model":"DCS-7050SX3-48YC8","version":"4.32.2F","from":"192.0.2.1","request":"GET /nodes/JPE${hex}","status":200}\n`
    }
    const name = `20260101T${String(file).padStart(9, '0')}Z-1-aaaaaa.jsonl`
    writeFileSync(join(folder, name), text)
  }
}
