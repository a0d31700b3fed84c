import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPools } from '../../src/store/pool-store.ts'
import { makeFolder } from '../running-server.ts'
import { dotNames, expectWhole, freePool, pyYamlReads, startAllocator } from './allocators.ts'

const rounds = 16
const values = 10_000

test('processes that are killed while they allocate lose nothing and leave no lock', async () => {
  const folder = makeFolder({ 'resources/p': freePool(values) })
  const pool = join(folder.path, 'resources/p')
  const answers = new Map<string, string>()
  const pools = createPools({ root: folder.path })
  let kills = 0
  try {
    for (let round = 0; round < rounds; round++) {
      const started = ['a', 'b', 'c', 'd']
        .map((name) => `${name}${round}`)
        .map((prefix) => startAllocator(folder.path, 'p', prefix, { count: 100_000, clients: 8 }))
      await Promise.all(started.map(({ ready }) => ready))
      // at another moment of what they are doing each time
      await pause(5 + ((round * 7) % 40) + Math.random() * 5)
      for (const { process: child } of started) {
        if (child.kill('SIGKILL')) kills++
        await pause(Math.random() * 3)
      }
      await Promise.all(started.map(({ end }) => end))
      for (const { answers: told } of started) {
        for (const [id, value] of told) answers.set(id, value)
      }
      const id = `after-${round}`
      const begin = performance.now()
      answers.set(id, await pools.allocate('p', { id, ids: [id] }))
      // the dead holder's lock did not have to be waited for
      expect(performance.now() - begin).toBeLessThan(2000)
      expectWhole(pool, values, answers)
      if (round % 8 === 7) expect(pyYamlReads(pool)).toBe(true)
    }
    expect(kills).toBeGreaterThanOrEqual(60)
    expect(answers.size).toBeGreaterThan(kills)
    // a process that comes afterwards clears away what the killed ones were writing
    const last = createPools({ root: folder.path })
    await last.allocate('p', { id: 'last', ids: ['last'] })
    // a ticket that was made but not yet written says nothing of its process: it goes after a minute
    const isEmptyTicket = (name: string) =>
      /^\.p\.lock\.[0-9a-f]{32}$/.test(name) &&
      statSync(join(folder.path, 'resources', name)).size === 0
    const left = dotNames(join(folder.path, 'resources'))
    expect(left.filter((name) => !isEmptyTicket(name))).toEqual([])
  } finally {
    folder.remove()
  }
}, 60_000)

test('a process that is killed while an operator edits leaves one whole text or the other', async () => {
  const folder = makeFolder({ 'resources/p': freePool(2000) })
  try {
    const child = startAllocator(folder.path, 'p', 'x', { count: 1900, clients: 4 })
    await child.ready
    for (let edit = 0; edit < 10; edit++) {
      writeFileSync(join(folder.path, 'resources/p'), freePool(2000))
      await pause(20)
    }
    child.process.kill('SIGKILL')
    await child.end
    expectWhole(join(folder.path, 'resources/p'), 2000, new Map())
  } finally {
    folder.remove()
  }
})
