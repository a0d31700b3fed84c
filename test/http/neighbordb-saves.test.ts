/**
 * neighbordb while it is saved, and one that is large.
 */
import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  ask,
  askRaw,
  makeFolder,
  type RunningServer,
  startServer,
  writeIn,
} from '../running-server.ts'

const header = "variables:\n  up: regex('spine\\d+')\npatterns:\n"
const first = '  - {name: first, definition: base, model: FIRST}\n'
const last = '  - {name: last, definition: base, model: LAST}\n'
const whole = `${header}${first}${last}`

const folder = makeFolder({
  'data_root/definitions/base': 'actions: []\n',
  'data_root/neighbordb': whole,
})
const path = join(folder.path, 'data_root/neighbordb')
let server: RunningServer
let node = 0

beforeAll(async () => {
  server = await startServer(folder.path)
})
beforeEach(() => writeIn(folder.path, 'data_root/neighbordb', whole))
afterEach(() => rmSync(`${path}~`, { force: true }))
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

function post(report: object): Promise<{ status: number; body: string }> {
  const body = JSON.stringify(report)
  const head = `POST /nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}`
  return askRaw(server.port, Buffer.from(`${head}\r\n\r\n${body}`))
}

const postNew = (model: string) => post({ serialnumber: `NODE${++node}`, model })

/** New switches ask all the time while something is done; gives their statuses. */
async function statusesDuring(act: () => Promise<void>): Promise<Set<number>> {
  const statuses = new Set<number>()
  let isOver = false
  const ended = act().finally(() => {
    isOver = true
  })
  const posts: Promise<void>[] = []
  while (!isOver) {
    posts.push(postNew('LAST').then(({ status }) => void statuses.add(status)))
    await sleep(10)
  }
  await Promise.all([ended, ...posts])
  return statuses
}

test('a save is in force with the next request', async () => {
  expect((await postNew('NEW')).status).toBe(400)
  writeIn(folder.path, 'data_root/neighbordb', whole.replace('LAST', 'NEW'))
  expect((await postNew('NEW')).status).toBe(201)
  expect((await postNew('LAST')).status).toBe(400)
})

test.each(['deleted', 'emptied'])(
  '%s, it matches nothing from the next request on',
  async (how) => {
    expect((await postNew('LAST')).status).toBe(201)
    if (how === 'deleted') rmSync(path)
    else truncateSync(path)
    expect((await postNew('LAST')).status).toBe(400)
  },
)

/** Writes the file in place, in pieces, with a pause before each of them and at the end. */
async function writeSlowly(pieces: readonly string[], pauseMs: number): Promise<void> {
  const file = openSync(path, 'w')
  for (const piece of pieces) {
    await sleep(pauseMs)
    writeSync(file, piece)
  }
  closeSync(file)
  await sleep(pauseMs)
}

test.each([
  ['slowly', [header, first, last], 90],
  ['with pauses', [header, first, last], 600],
  ['for longer than a switch waits', [header, ...Array(20).fill('# more\n'), first, last], 130],
  [
    'for longer, and well-formed at every moment',
    [header, first, ...Array(20).fill(first), last],
    130,
  ],
])('saved in place %s, it is never seen half', async (_how, pieces, pauseMs) => {
  expect((await postNew('LAST')).status).toBe(201)
  const statuses = await statusesDuring(() => writeSlowly(pieces, pauseMs))
  expect([...statuses]).toEqual([201])
})

test('while it does not come to rest the problem is told, and mended with the end of it', async () => {
  expect((await postNew('LAST')).status).toBe(201)
  const writing = writeSlowly([header, ...Array(25).fill('# more\n'), first, last], 100)
  const { problems } = JSON.parse((await ask(server.operatorPort, '/readyz')).body)
  expect(problems).toContainEqual(
    expect.objectContaining({
      code: 'neighbordb-unreadable',
      message: 'it is written to without a rest',
    }),
  )
  await writing
  expect((await ask(server.operatorPort, '/readyz')).status).toBe(200)
})

test('a save that takes the end away is in force within a second', async () => {
  expect((await postNew('LAST')).status).toBe(201)
  writeIn(folder.path, 'data_root/neighbordb', header + first)
  const began = performance.now()
  expect((await postNew('LAST')).status).toBe(400)
  expect(performance.now() - began).toBeLessThan(1_000)
})

test('renamed away before it is written anew, it is never missed', async () => {
  expect((await postNew('LAST')).status).toBe(201)
  const statuses = await statusesDuring(async () => {
    renameSync(path, `${path}~`)
    await sleep(90)
    writeIn(folder.path, 'data_root/neighbordb', whole)
  })
  expect([...statuses]).toEqual([201])
})

test('written to without a rest, it keeps nobody waiting for ever', async () => {
  let isOver = false
  const writing = (async () => {
    for (let at = 0; !isOver; at++) {
      writeIn(folder.path, 'data_root/neighbordb', `${whole}# ${at}\n`)
      await sleep(50)
    }
  })()
  const began = performance.now()
  expect((await postNew('LAST')).status).toBe(201)
  expect(performance.now() - began).toBeLessThan(6_000)
  isOver = true
  await writing
})

test('100,000 patterns are read while others are served, and mean what they mean in a small file', async () => {
  const pattern = (at: number) =>
    `  - name: leaf ${at}\n    definition: base\n    config-handler: none.sh\n    variables: {own: 0${at}}\n    interfaces:\n      - Ethernet49: $up:Ethernet1\n      - Ethernet50: oob${at}:any\n`
  const large = Array.from({ length: 100_000 }, (_, at) => pattern(at)).join('')
  writeIn(folder.path, 'data_root/config-handlers/none.sh', '#!/bin/sh\n')
  const neighbors = {
    Ethernet49: [{ device: 'spine7', port: 'Ethernet1' }],
    Ethernet50: [{ device: 'oob99999', port: '1' }],
  }
  writeIn(folder.path, 'data_root/neighbordb', `${header}${pattern(99_999)}`)
  expect((await post({ serialnumber: 'SMALL', neighbors })).status).toBe(201)

  const bogus = '  - {name: bogus, definition: base, interfaces: [{any: none}]}\n'
  writeIn(folder.path, 'data_root/neighbordb', `${header}${large}${last}${bogus}`)
  let isOver = false
  const posted = post({ serialnumber: 'LARGE', neighbors }).finally(() => {
    isOver = true
  })
  const later = sleep(1_300).then(() => post({ serialnumber: 'LATER', model: 'LAST' }))
  let answers = 0
  while (!isOver) {
    expect((await ask(server.port, '/healthz')).status).toBe(200)
    answers++
  }
  expect((await posted).status).toBe(201)
  // it asked while the patterns were being made
  expect((await later).status).toBe(201)
  // read on the thread that serves it would be one or two
  expect(answers).toBeGreaterThan(10)
  const patternOf = (id: string) =>
    readFileSync(join(folder.path, `data_root/nodes/${id}/pattern`), 'utf8')
  expect(patternOf('LARGE')).toBe(patternOf('SMALL'))
  expect((await postNew('LAST')).status).toBe(201)
  const wrong = { ...neighbors, Ethernet49: [{ device: 'leaf7', port: 'Ethernet1' }] }
  expect((await post({ serialnumber: 'WRONG', neighbors: wrong })).body).toMatch(/no pattern/)
  const { problems } = JSON.parse((await ask(server.operatorPort, '/readyz')).body)
  expect(problems).toContainEqual(
    expect.objectContaining({ code: 'pattern-bogus', key: 'patterns[100001].interfaces[0]' }),
  )
})
