import { expect, test } from 'vitest'
import type { SwitchQuery } from '../../src/core/api-schemas.ts'
import { SwitchStates } from '../../src/core/switch-states.ts'
import type { LiveJournal, NodeStore, Snapshot } from '../../src/ports.ts'
import {
  createSwitchDirectory,
  type DirectoryDataRoot,
  type SwitchDirectory,
} from '../../src/provisioning/switch-directory.ts'
import { Turns } from '../../src/provisioning/turns.ts'
import { inventoryOf, tableOf } from '../core/inventory-source.ts'

const count = 4_000
const known = count + 1
const macOf = (at: number) =>
  `52:54:00:00:${(at >> 8).toString(16).padStart(2, '0')}:${(at & 255).toString(16).padStart(2, '0')}`
const entries: Record<string, Record<string, string>> = Object.fromEntries(
  Array.from({ length: count }, (_, at) => [
    macOf(at),
    { hostname: `sw${(at * 7) % count}`, serial: `S${at}` },
  ]),
)
// the first by name, and known by its serial number first
entries['BYSERIAL'] = { hostname: 'a', mac: '52:54:00:ff:00:00' }
const inventory = inventoryOf(tableOf('json', JSON.stringify(entries)))

/** A directory whose clock goes on by a hundredth of a millisecond with each look at it. */
function directoryOf(states: SwitchStates, nodes: readonly string[] = []): SwitchDirectory {
  let ms = 0
  return createSwitchDirectory({
    snapshot: {
      current: () => ({ version: 1, inventory }) as unknown as Snapshot,
      subscribe: () => () => {},
    },
    journal: { states, status: () => ({ loading: false }) } as unknown as LiveJournal,
    clock: {
      now: () => 10_000,
      monotonic: () => {
        ms += 0.01
        return ms
      },
    },
    stuckAfterMs: 1_000,
    dataRoot: {
      store: { ids: () => Promise.resolve(nodes) } as unknown as NodeStore,
    } as unknown as DirectoryDataRoot,
  })
}

const query = (more: Partial<SwitchQuery> = {}): SwitchQuery => ({
  sort: 'name',
  page: 1,
  perPage: 10_000,
  ...more,
})

/** How often everybody else had a turn while something was awaited. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const ended = work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await new Promise(setImmediate)
    turns += 1
  }
  await ended
  return turns
}

function heardOf(): SwitchStates {
  const states = new SwitchStates()
  for (let at = 0; at < count; at += 2) {
    states.apply({ kind: at % 4 === 0 ? 'registered' : 'config-served', mac: macOf(at), at })
  }
  for (let at = 0; at < 500; at++) states.apply({ kind: 'seen', serial: `X${(at * 3) % 500}`, at })
  return states
}

test.each<[string, (directory: SwitchDirectory) => Promise<unknown>]>([
  ['counts', (directory) => directory.counts()],
  ['what a text is found in', (directory) => directory.list(query({ q: 'sw1' }))],
  ['those of a state', (directory) => directory.list(query({ state: 'registered' }))],
  ['those heard of last', (directory) => directory.list(query({ sort: 'lastSeen' }))],
  ['one whom nobody knows', (directory) => directory.find('nobody')],
])('%s are looked for in turns with everybody else', async (_what, ask) => {
  const nodes = Array.from({ length: count }, (_, at) => `N${at}`)
  const directory = directoryOf(heardOf(), nodes)
  await directory.find('sw1')
  expect(await turnsDuring(ask(directory))).toBeGreaterThan(5)
})

test('every answer is what one look at all of them gives', async () => {
  const states = heardOf()
  const directory = directoryOf(states, ['N1', 'S3'])
  const { items, total, counts } = await directory.list(query())
  expect(total).toBe(known + 500 + 1)
  expect(counts).toMatchObject({
    registered: 1_001,
    'config-served': 1_000,
    seen: 500,
    stuck: 1_000,
  })
  expect(await directory.counts()).toEqual(counts)
  const names = items.map(({ name }) => name)
  const collator = new Intl.Collator('en', { numeric: true })
  expect(names).toEqual(names.toSorted(collator.compare))
  const page = await directory.list(query({ sort: 'lastSeen', page: 2, perPage: 3 }))
  const byTime = items.toSorted((one, other) => timeOf(other) - timeOf(one))
  expect(page.items).toEqual(byTime.slice(3, 6))
  for (const [text, found] of [
    ['SW10', ({ name }: { name: string }) => name.includes('sw10')],
    ['5254.0000.0102', ({ mac }: { mac: string | null }) => mac === '52:54:00:00:01:02'],
    ['nowhere', () => false],
  ] as const) {
    const list = await directory.list(query({ q: text }))
    expect(list.items).toEqual(items.filter(found))
    expect(list.counts).toEqual(counts)
  }
  const stuck = await directory.list(query({ state: 'stuck' }))
  expect(stuck.items).toEqual(items.filter((row) => row.stuck))
})

const timeOf = ({ lastSeen }: { lastSeen: string | null }) =>
  lastSeen === null ? 0 : Date.parse(lastSeen)

test('while switches come and become one with others, each is there once, and as many as are counted', async () => {
  const states = new SwitchStates()
  for (let at = 0; at < count; at += 3) states.apply({ kind: 'seen', serial: `S${at}`, at })
  const directory = directoryOf(states)
  await directory.find('sw1')
  let isOver = false
  const listing = directory.list(query({ sort: 'lastSeen' })).finally(() => {
    isOver = true
  })
  for (let turn = 0; !isOver; turn++) {
    await new Promise(setImmediate)
    for (let each = 0; each < 60; each++) {
      const at = (turn * 997 + each * 61) % count
      // the MAC alone, the serial number alone, or both: then two that were thought different are one
      states.apply({ kind: 'config-served', mac: macOf(at), at: 5_000 })
      states.apply({ kind: 'seen', serial: `S${(at + 1) % count}`, at: 5_000 })
      states.apply({ kind: 'registered', mac: macOf(at), serial: `S${at}`, at: 6_000 })
    }
  }
  const { items, total, counts } = await listing
  expect(items).toHaveLength(known)
  expect(new Set(items.map(({ id }) => id)).size).toBe(known)
  const { stuck, ...rest } = counts
  expect(stuck).toBeLessThanOrEqual(total)
  expect(Object.values(rest).reduce((sum, each) => sum + each, 0)).toBe(total)
})

test('two that are found to be one while others are looked at are not told of twice', async () => {
  const states = new SwitchStates()
  states.apply({ kind: 'seen', serial: 'BYSERIAL', at: 1 })
  states.apply({ kind: 'seen', mac: '52:54:00:ff:00:00', at: 1 })
  const directory = directoryOf(states)
  expect((await directory.list(query())).total).toBe(known + 1)
  const listing = directory.list(query())
  // the first by name has been looked at by then
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  states.apply({ kind: 'seen', mac: '52:54:00:ff:00:00', serial: 'BYSERIAL', at: 2 })
  expect((await listing).total).toBe(known)
  expect((await directory.list(query())).total).toBe(known)
})

test('of many who look at once only one has a turn before everybody else has one', async () => {
  let ms = 0
  const turns = new Turns({ monotonic: () => ms })
  let round = 0
  let isOver = false
  const rounds = (async () => {
    while (!isOver) {
      await new Promise(setImmediate)
      round += 1
    }
  })()
  const worked: number[] = []
  const work = async () => {
    const turn = await turns.begin()
    for (let stretch = 0; stretch < 4; stretch++) {
      worked.push(round)
      ms += 6
      expect(turn.isOver()).toBe(true)
      await turn.next()
    }
  }
  await Promise.all(Array.from({ length: 5 }, work))
  isOver = true
  await rounds
  expect(worked).toHaveLength(20)
  expect(new Set(worked).size).toBe(20)
})
