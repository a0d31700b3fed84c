import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { workerUrl } from '../../../src/assets.ts'
import { EventLines } from '../../../src/core/event-line.ts'
import type { SwitchEvent } from '../../../src/core/switch-event.ts'
import type { LiveJournal, Log } from '../../../src/ports.ts'
import { startJournal } from '../../../src/store/journal/journal.ts'
import {
  type JournalBounds,
  journalBounds,
  listJournal,
} from '../../../src/store/journal/journal-folder.ts'
import { createServedConfigs } from '../../../src/store/journal/served-files.ts'
import { createSwitchHistory } from '../../../src/store/journal/timeline.ts'
import { makeFolder } from '../../running-server.ts'

const mac = '52:54:00:00:11:11'
const clock = { now: () => Date.now(), monotonic: () => performance.now() }

let folder: ReturnType<typeof makeFolder>
let stateDir: string
const open = new Set<LiveJournal>()
beforeEach(() => {
  folder = makeFolder({})
  stateDir = join(folder.path, 'state')
})
afterEach(async () => {
  for (const journal of open) await journal.close()
  open.clear()
  folder.remove()
})

function start(bounds: Partial<JournalBounds> = {}, log?: Log): LiveJournal {
  const journal = startJournal({
    stateDir,
    workerUrl: workerUrl('store/journal/journal-worker'),
    clock,
    bounds: { ...journalBounds, ...bounds },
    ...(log && { log }),
  })
  open.add(journal)
  return journal
}

async function stop(journal: LiveJournal): Promise<void> {
  open.delete(journal)
  await journal.close()
}

async function loaded(journal: LiveJournal): Promise<LiveJournal> {
  await until(() => !journal.status().loading)
  return journal
}

async function until(holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to that')
    await wait(10)
  }
}

const event = (number: number, more: Partial<SwitchEvent> = {}): SwitchEvent => ({
  at: 1_700_000_000_000 + number,
  kind: 'seen',
  mac,
  from: '192.0.2.1',
  request: `GET /${number}`,
  ...more,
})

/** The journal of another run, so long that a start writes a checkpoint. */
function writeLongJournal(): void {
  const lines = Array.from({ length: 40_000 }, (_, number) => new EventLines().line(event(number)))
  mkdirSync(join(stateDir, 'journal'), { recursive: true })
  writeFileSync(join(stateDir, 'journal/20260101T000000000Z-1-aaaaaa.jsonl'), lines.join(''))
}

function writtenLines(): string[] {
  return listJournal(stateDir).flatMap(({ path }) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  )
}

describe('what happened', () => {
  test('is on disk within a second, one JSON object a line, for nobody else to read', async () => {
    const journal = start()
    journal.note(event(1, { status: 200, kind: 'config-served', entry: mac, sha256: 'ab' }))
    await until(() => writtenLines().length === 1, 1_000)
    expect(JSON.parse(writtenLines()[0] ?? '')).toEqual({
      v: 1,
      at: '2023-11-14T22:13:20.001Z',
      kind: 'config-served',
      mac,
      entry: mac,
      from: '192.0.2.1',
      request: 'GET /1',
      status: 200,
      sha256: 'ab',
    })
    const [file] = listJournal(stateDir)
    expect(statSync(file?.path ?? '').mode & 0o777).toBe(0o600)
    expect(statSync(join(stateDir, 'journal')).mode & 0o777).toBe(0o700)
  })

  test('leaves nothing on disk as long as nothing happens', async () => {
    const journal = await loaded(start())
    await stop(journal)
    expect(existsSync(stateDir)).toBe(false)
  })

  test('is known after a restart, each switch with its state and its timeline', async () => {
    const journal = start()
    for (let number = 0; number < 3_000; number += 1) {
      journal.note(event(number, { mac: `52:54:00:00:00:${String(number % 10).padStart(2, '0')}` }))
    }
    journal.note(
      event(3_000, { kind: 'config-served', entry: 'sw1', revision: 'r1', sha256: 'ab' }),
    )
    await stop(journal)
    const again = await loaded(start())
    expect(again.states.size).toBe(11)
    expect(again.states.find(['5254.0000.1111'])).toMatchObject({
      state: 'config-served',
      servedRevision: 'r1',
      lastSeen: 1_700_000_003_000,
    })
    expect(again.states.find(['52:54:00:00:00:03'])?.events).toBe(300)
    const events = await again.timeline(['5254.0000.0003'], 5)
    expect(events.map(({ request }) => request)).toEqual(
      [2_993, 2_983, 2_973, 2_963, 2_953].map((number) => `GET /${number}`),
    )
  })

  test('is in the timeline at once, whatever the switch is called', async () => {
    const journal = await loaded(start())
    journal.note(event(1, { serial: 'JPE1', node: 'JPE1', kind: 'registered' }))
    journal.note(event(2, { mac: undefined, node: 'JPE1', kind: 'client-done' }))
    const kinds = async (id: string) => (await journal.timeline([id], 10)).map(({ kind }) => kind)
    expect(await kinds('525400001111')).toEqual(['client-done', 'registered'])
    expect(await kinds('jpe1')).toEqual(['client-done', 'registered'])
    expect(await kinds('JPE2')).toEqual([])
  })

  test('is read without a server, too', async () => {
    const journal = start()
    journal.note(event(1))
    journal.note(event(2))
    await stop(journal)
    const history = createSwitchHistory(stateDir)
    expect((await history.timeline(['52-54-00-00-11-11'], 1)).map(({ at }) => at)).toEqual([
      1_700_000_000_002,
    ])
    expect(await history.timeline(['nobody'], 1)).toEqual([])
  })

  test('is summed up on disk by what is known of each switch, and nothing else', async () => {
    writeLongJournal()
    await stop(await loaded(start()))
    const [, line = ''] = readFileSync(join(stateDir, 'states.jsonl'), 'utf8').split('\n')
    expect(JSON.parse(line)).toEqual({
      mac,
      from: '192.0.2.1',
      state: 'seen',
      since: expect.any(Number),
      firstSeen: expect.any(Number),
      lastSeen: expect.any(Number),
      events: 40_000,
      reached: {},
    })
  })

  test('stays within the bounds: the oldest files go, the states stay', async () => {
    const journal = await loaded(start({ fileBytes: 100_000, totalBytes: 1_000_000 }))
    const noted = 40_000
    for (let number = 0; number < noted; number += 1) {
      journal.note(
        event(number, { mac: `52:54:00:00:00:${number % 50 < 10 ? '0' : ''}${number % 50}` }),
      )
      if (number % 4_000 === 0) await wait(20)
    }
    const size = () => listJournal(stateDir).reduce((sum, file) => sum + file.size, 0)
    await until(() => size() > 0 && size() < 1_500_000)
    await stop(journal)
    const again = await loaded(start())
    expect(again.states.size).toBe(50)
    expect([...again.states.all()].reduce((sum, { events }) => sum + events, 0)).toBe(noted)
  })

  test('goes when it is older than the bounds say', async () => {
    mkdirSync(join(stateDir, 'journal'), { recursive: true })
    const old = join(stateDir, 'journal/20200101T000000000Z-1-aaaaaa.jsonl')
    writeFileSync(old, new EventLines().line(event(1)))
    utimesSync(old, 1_577_836_800, 1_577_836_800)
    const journal = await loaded(start({ fileBytes: 50 }))
    expect(journal.states.size).toBe(1)
    journal.note(event(2))
    await until(() => !existsSync(old))
  })
})

describe('what a switch was served last', () => {
  test('is kept, one file a switch, for nobody else to read', async () => {
    const journal = start()
    const served = createServedConfigs(stateDir)
    const entries = ['5254.0000.1111', 'JPE12221671', '../../etc/passwd', `x${'é'.repeat(300)}`]
    for (const [at, entry] of entries.entries()) {
      journal.note(
        event(at, {
          kind: 'config-served',
          entry,
          mac: undefined,
          serial: `S${at}`,
          sha256: `${at}`,
        }),
        `old ${at}\n`,
      )
      journal.note(
        event(at + 10, {
          kind: 'config-served',
          entry,
          mac: undefined,
          serial: `S${at}`,
          sha256: `new${at}`,
        }),
        `new ${at}\n`,
      )
    }
    await stop(journal)
    for (const [at, entry] of entries.entries()) {
      const found = await served.read(entry)
      expect(Buffer.from(found?.bytes ?? []).toString()).toBe(`new ${at}\n`)
      expect(found?.at).toBe(1_700_000_000_010 + at)
    }
    const names = readdirSync(join(stateDir, 'served'))
    expect(names).toHaveLength(entries.length)
    expect(names).toContain('525400001111.cfg')
    for (const name of names)
      expect(statSync(join(stateDir, 'served', name)).mode & 0o777).toBe(0o600)
    expect(await served.read('nobody')).toBeUndefined()
  })

  test('is the last of thousands of texts, though they come faster than they are written', async () => {
    const journal = start()
    for (let round = 0; round < 3; round += 1) {
      for (let number = 0; number < 1_000; number += 1) {
        const entry = `SW${number}`
        journal.note(
          event(round, {
            kind: 'config-served',
            entry,
            mac: undefined,
            serial: entry,
            sha256: `${round}`,
          }),
          `${entry} ${round}\n`.repeat(40),
        )
      }
    }
    await stop(journal)
    const served = createServedConfigs(stateDir)
    for (const entry of ['SW0', 'SW499', 'SW999']) {
      expect(Buffer.from((await served.read(entry))?.bytes ?? []).toString()).toBe(
        `${entry} 2\n`.repeat(40),
      )
    }
  })
})

describe('a journal that is damaged', () => {
  test('cut in the middle of a line keeps the lines before, and nothing is appended to the half', async () => {
    const journal = start()
    for (let number = 0; number < 10; number += 1) journal.note(event(number))
    await stop(journal)
    const [file] = listJournal(stateDir)
    truncateSync(file?.path ?? '', (file?.size ?? 0) - 20)
    const again = await loaded(start())
    expect(again.states.find([mac])?.events).toBe(9)
    expect(again.status().problems).toEqual([])
    again.note(event(20))
    await stop(again)
    expect(listJournal(stateDir)).toHaveLength(2)
    const third = await loaded(start())
    expect(third.states.find([mac])?.events).toBe(10)
  })

  test('full of garbage is told of, and passed over', async () => {
    const journal = start()
    journal.note(event(1))
    await stop(journal)
    const [file] = listJournal(stateDir)
    const garbage = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 256))
    appendFileSync(file?.path ?? '', Buffer.concat([garbage, Buffer.from('\n{"v":1}\n[]\n')]))
    appendFileSync(file?.path ?? '', new EventLines().line(event(2)))
    writeFileSync(join(stateDir, 'states.jsonl'), 'garbage')
    const again = await loaded(start())
    expect(again.states.find([mac])?.events).toBe(2)
    expect(again.status().problems.map(({ code }) => code)).toEqual(['journal-damaged'])
    expect((await again.timeline([mac], 10)).map(({ request }) => request)).toEqual([
      'GET /2',
      'GET /1',
    ])
  })

  test('whose checkpoint is damaged is read whole', async () => {
    writeLongJournal()
    await stop(await loaded(start()))
    const checkpoint = join(stateDir, 'states.jsonl')
    expect(readFileSync(checkpoint, 'utf8').split('\n')).toHaveLength(3)
    for (const damage of [
      '',
      '{"v":1,"offsets":{"../x":-1}}\n',
      readFileSync(checkpoint, 'utf8').slice(0, -30),
    ]) {
      writeFileSync(checkpoint, damage)
      const journal = await loaded(start())
      expect(journal.states.find([mac])?.events).toBe(40_000)
      await stop(journal)
    }
  })
})

describe('two servers in one folder', () => {
  test('write files of their own, and both are known to the next', async () => {
    const [one, other] = [start(), start()]
    for (let number = 0; number < 2_000; number += 1) {
      one.note(event(number))
      other.note(event(number, { mac: '52:54:00:00:22:22' }))
    }
    await Promise.all([stop(one), stop(other)])
    expect(listJournal(stateDir)).toHaveLength(2)
    for (const line of writtenLines()) expect(() => JSON.parse(line)).not.toThrow()
    const third = await loaded(start())
    expect([...third.states.all()].map(({ events }) => events)).toEqual([2_000, 2_000])
  })
})

describe('a disk that takes nothing', () => {
  test('is told in the log once, and so is that it takes something again', async () => {
    writeFileSync(stateDir, 'a file where the folder should be')
    const said: string[] = []
    const say = (message: string) => void said.push(message)
    const journal = start(
      {},
      {
        prepare: () => ({ facts: () => '', write: () => undefined }),
        debug: say,
        info: say,
        warn: say,
        error: say,
      },
    )
    for (let number = 0; number < 3; number += 1) {
      journal.note(event(number))
      await until(() => journal.status().problems.length > 0)
    }
    expect(said).toEqual([expect.stringContaining('waits in memory, 0 events are lost')])
    rmSync(stateDir)
    await until(() => {
      journal.note(event(4))
      return journal.status().problems.length === 0
    })
    expect(said.slice(1)).toEqual(['mended: the journal is written again'])
  })

  test('holds nobody up: what is lost is counted and told', async () => {
    writeFileSync(stateDir, 'a file where the folder should be')
    const journal = start()
    for (let number = 0; number < 60_000; number += 1) {
      journal.note(event(number, { message: 'x'.repeat(300) }))
    }
    await until(() => journal.status().lost > 0)
    const [problem] = journal.status().problems
    expect(problem?.code).toBe('journal-unwritable')
    expect(problem?.message).toMatch(/\d+ events are lost/)
    expect(journal.states.find([mac])?.events).toBe(60_000)
  })

  test.skipIf(spawnSync('unshare', ['-m', 'true']).status !== 0 && process.env['CI'] === undefined)(
    'because it is full loses nothing when there is room again in time, and tears no line',
    async () => {
      const script = fileURLToPath(new URL('full-disk-child.mjs', import.meta.url))
      mkdirSync(stateDir)
      const child = spawn('unshare', ['-m', process.execPath, script, stateDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let printed = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text
      })
      const [code] = await once(child, 'close')
      expect(code).toBe(0)
      const report = JSON.parse(printed) as {
        told: boolean
        lost: number
        torn: number
        events: number[]
      }
      expect(report).toMatchObject({ told: true, lost: 0, torn: 0 })
      expect(report.events).toEqual(Array.from({ length: 3_000 }, (_, number) => number))
    },
  )
})

test('a server killed at any moment leaves whole lines, and at most a second is missing', async () => {
  const script = fileURLToPath(new URL('noting-child.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let noted = 0
  let buffered = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    buffered += text
    noted = Math.max(noted, ...(buffered.match(/\d+(?=\n)/g) ?? []).map(Number))
  })
  await until(() => noted > 200)
  const before = noted
  await wait(1_000)
  child.kill('SIGKILL')
  await once(child, 'close')
  const journal = await loaded(start())
  expect(journal.states.find([mac])?.events).toBeGreaterThanOrEqual(before)
  expect(journal.status().problems).toEqual([])
})

test('a folder that is removed while the server runs is made again', async () => {
  const journal = start()
  journal.note(event(1))
  await until(() => listJournal(stateDir).length === 1)
  spawnSync('rm', ['-rf', stateDir])
  await wait(700)
  for (let number = 2; number < 30; number += 1) {
    journal.note(event(number))
    await wait(100)
  }
  await stop(journal)
  expect(writtenLines().length).toBeGreaterThan(10)
})

test('a folder that may not be read is told, and serves nobody worse', async () => {
  if (process.getuid?.() === 0) return
  mkdirSync(stateDir)
  chmodSync(stateDir, 0o000)
  const journal = await loaded(start())
  journal.note(event(1))
  expect(journal.states.size).toBe(1)
  chmodSync(stateDir, 0o700)
})

/** How much each thread of this process lets others go first, where the system tells that: 0 for most, 19 for the politest. */
function niceThreads(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/task')
    .map(niceOf)
    .filter((nice) => nice > 0)
}

function niceOf(thread: string): number {
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
    return Number(stat.split(') ')[1]?.split(' ')[16])
  } catch {
    // it has ended meanwhile
    return 0
  }
}

test('the thread of the journal, and no other, lets those who serve go first', async () => {
  const before = niceThreads()
  const journal = start()
  const expected = process.platform === 'linux' ? [...before, 10] : []
  await until(() => niceThreads().length === expected.length && !journal.status().loading)
  expect(niceThreads()).toEqual(expected)
})
