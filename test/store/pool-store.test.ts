import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Problem } from '../../src/core/problem.ts'
import type { Pools } from '../../src/ports.ts'
import { createPools } from '../../src/store/pool-store.ts'
import { makeFolder, writeIn } from '../running-server.ts'
import { dotNames, expectWhole, freePool, startAllocator } from './allocators.ts'

let folder: ReturnType<typeof makeFolder>
let pools: Pools
const holder = (id: string, ...ids: string[]) => ({ id, ids: [id, ...ids] })
const file = (name = 'p') => join(folder.path, 'resources', name)
const text = (name = 'p') => readFileSync(file(name), 'utf8')
const write = (content: string, name = 'p') => writeIn(folder.path, `resources/${name}`, content)
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: Problem) => error.code,
  )

beforeEach(() => {
  folder = makeFolder({ 'resources/p': '# top\na: null # c\nb: SER1\nc:\n' })
  pools = createPools({ root: folder.path, cwd: folder.path })
})
afterEach(() => folder.remove())

describe('allocate', () => {
  test('gives the first free value in file order, and writes who holds it', async () => {
    expect(await pools.allocate('p', holder('0011'))).toBe('a')
    expect(text()).toBe("# top\na: '0011' # c\nb: SER1\nc:\n")
    expect(dotNames(join(folder.path, 'resources'))).toEqual([])
  })

  test('gives the value that a switch holds under any of its ids, without a write', async () => {
    const before = statSync(file(), { bigint: true })
    expect(await pools.allocate('p', holder('0011', 'SER1'))).toBe('b')
    expect(statSync(file(), { bigint: true })).toMatchObject({
      ino: before.ino,
      ctimeNs: before.ctimeNs,
    })
  })

  test('keeps the permissions of the file', async () => {
    chmodSync(file(), 0o640)
    await pools.allocate('p', holder('x'))
    expect(statSync(file()).mode & 0o777).toBe(0o640)
  })

  test('replaces the target of a link, and locks there', async () => {
    mkdirSync(join(folder.path, 'shared'))
    renameSync(file(), join(folder.path, 'shared/pool'))
    symlinkSync('../shared/pool', file())
    expect(await pools.allocate('p', holder('x'))).toBe('a')
    expect(readFileSync(join(folder.path, 'shared/pool'), 'utf8')).toContain('a: x # c')
    expect(statSync(file()).isFile()).toBe(true)
  })

  test('sees an edit that was saved a moment before', async () => {
    expect(await pools.allocate('p', holder('x'))).toBe('a')
    write('# top\na: null # c\nb: SER1\nd: null\n')
    expect(await pools.allocate('p', holder('y'))).toBe('a')
    expect(await pools.allocate('p', holder('x'))).toBe('d')
  })

  test('sees edits of the same length, one right after the other', async () => {
    write('a: null\nb: null\n')
    for (let round = 0; round < 20; round++) {
      expect(await pools.allocate('p', holder('xxxx'))).toBe(round % 2 === 0 ? 'a' : 'b')
      writeFileSync(file(), round % 2 === 0 ? 'a: yyyy\nb: null\n' : 'a: null\nb: yyyy\n')
    }
  })

  test('waits for a save in place that is under way', async () => {
    await pools.read('p')
    writeFileSync(file(), '')
    const value = pools.allocate('p', holder('x'))
    await pause(10)
    writeFileSync(file(), 'a: y\nb: x\nc: null\n')
    expect(await value).toBe('b')
    expect(text()).toBe('a: y\nb: x\nc: null\n')
  })

  test('never overwrites an edit that was saved while it was about to write', async () => {
    write(freePool(20_000))
    await pools.read('p')
    const values: string[] = []
    for (let round = 0; round < 15; round++) {
      const value = pools.allocate('p', holder(`x${round}`))
      // in the midst of it, by rename
      await pause(round % 4)
      writeIn(folder.path, 'edit', `${text()}e${round}: null\n`)
      renameSync(join(folder.path, 'edit'), file())
      values.push(await value)
    }
    const entries = await pools.read('p')
    expect(entries.slice(20_000).map(({ value }) => value)).toEqual(values.map((_, at) => `e${at}`))
    expect(new Set(values).size).toBe(15)
    expect(entries.filter(({ holder: by }) => by !== undefined)).toHaveLength(15)
  })

  test.each([
    ['a pool that is not there', 'q', 'pool-missing'],
    ['a path that leads out', '../swinfo.json', 'pool-missing'],
    ['a path with NUL', 'p\0', 'pool-missing'],
    ['a lock', '.p.lock', 'pool-missing'],
    ['a path through a file', 'p/q', 'pool-missing'],
    ['a folder', 'sub', 'pool-unreadable'],
    ['a broken pool', 'broken', 'pool-syntax'],
    ['a list', 'list', 'pool-shape'],
    ['an empty file', 'empty', 'pool-shape'],
    ['text that is not UTF-8', 'latin', 'pool-syntax'],
    ['a full pool', 'full', 'pool-exhausted'],
    ['a circle of links', 'circle', 'pool-unreadable'],
  ])('refuses %s and leaves everything as it is', async (_what, name, code) => {
    write('a: null\n', 'sub/p')
    write('a: "x\n', 'broken')
    write('- a\n', 'list')
    write('', 'empty')
    write('a: x\n', 'full')
    symlinkSync('circle', file('circle'))
    writeIn(folder.path, 'resources/latin', Uint8Array.from([97, 58, 32, 0xe9, 10]))
    expect(await codeOf(pools.allocate(name, holder('y')))).toBe(code)
    expect(text('full')).toBe('a: x\n')
    expect(dotNames(join(folder.path, 'resources'))).toEqual([])
  })

  test('names the file of a problem relative to the working directory, and nothing absolute in the text', async () => {
    write('a: null\n\tb: null\n', 'sub/broken')
    const problem = await pools.read('sub/broken').catch((error: Problem) => error)
    expect(problem).toMatchObject({ at: { file: 'resources/sub/broken', line: 2, column: 1 } })
    expect((problem as Problem).message).not.toContain(folder.path)
  })

  test.each(['', 'null', 'None'])('does not take %j for a holder', async (id) => {
    expect(await codeOf(pools.allocate('p', holder(id)))).toBe('pool-shape')
  })

  test('one who is refused does not keep the others from theirs', async () => {
    const ids = ['w', 'x', 'y', 'z']
    const results = await Promise.all(ids.map((id) => codeOf(pools.allocate('p', holder(id)))))
    expect(results).toEqual(['fine', 'fine', 'pool-exhausted', 'pool-exhausted'])
  })
})

describe('many at once', () => {
  test('64 clients on 65,000 values: none twice, none lost', async () => {
    write(freePool(65_000))
    const answers = new Map<string, string>()
    let next = 0
    const client = async () => {
      while (next < 6000) {
        const id = `n${next++}`
        answers.set(id, await pools.allocate('p', holder(id)))
      }
    }
    await Promise.all(Array.from({ length: 64 }, client))
    expect(answers.size).toBe(6000)
    expectWhole(file(), 65_000, answers)
  })

  test('the same switch asking many times at once gets one value', async () => {
    write(freePool(10))
    const asks = Array.from({ length: 50 }, () => pools.allocate('p', holder('525400000001')))
    expect(new Set(await Promise.all(asks)).size).toBe(1)
  })

  test('several processes on one pool, and two stores in this one', async () => {
    write(freePool(3000))
    const others = ['a', 'b', 'c'].map((prefix) =>
      startAllocator(folder.path, 'p', prefix, { count: 400, clients: 16 }),
    )
    const answers = new Map<string, string>()
    const twin = createPools({ root: folder.path })
    for (let at = 0; at < 60; at++) {
      const id = `own-${at}`
      answers.set(id, await (at % 2 === 0 ? pools : twin).allocate('p', holder(id)))
    }
    for (const { end, answers: theirs } of others) {
      expect(await end).toBe(0)
      expect(theirs.size).toBe(400)
      for (const [id, value] of theirs) answers.set(id, value)
    }
    expectWhole(file(), 3000, answers)
    expect(dotNames(join(folder.path, 'resources'))).toEqual([])
  })
})

describe('the other things to do with a pool', () => {
  test('a scratch gives what would be given, and writes nothing', async () => {
    const before = text()
    const scratch = pools.scratch()
    expect(await scratch.allocate('p', holder('x', 'SER1'))).toBe('b')
    expect(await scratch.allocate('p', holder('y'))).toBe('a')
    expect(await scratch.allocate('p', holder('z'))).toBe('c')
    expect(await scratch.allocate('p', holder('y'))).toBe('a')
    expect(await codeOf(scratch.allocate('p', holder('w')))).toBe('pool-exhausted')
    expect(await pools.scratch().allocate('p', holder('w'))).toBe('a')
    expect(text()).toBe(before)
  })

  test('names every pool, links followed, without dot-names', async () => {
    write('a: null\n', 'sub/deep/q')
    write('a: null\n', '.p.tmp.0000000000000000')
    symlinkSync('.', file('sub/loop'))
    symlinkSync('nowhere', file('dangling'))
    symlinkSync('p', file('alias'))
    expect(await pools.names()).toEqual(['alias', 'p', 'sub/deep/q'])
    expect(await createPools({ root: join(folder.path, 'none') }).names()).toEqual([])
  })

  test('reads values with their holders', async () => {
    expect(await pools.read('p')).toEqual([
      { value: 'a', holder: undefined },
      { value: 'b', holder: 'SER1' },
      { value: 'c', holder: undefined },
    ])
  })

  test('releases a value, or what a switch holds; tells what was held', async () => {
    expect(await pools.release('p', { value: 'b' })).toEqual(['b'])
    expect(await pools.release('p', { value: 'b' })).toEqual([])
    expect(await pools.release('p', { value: 'nothing' })).toEqual([])
    expect(text()).toBe('# top\na: null # c\nb: null\nc:\n')
    await pools.allocate('p', holder('52:54:00:00:00:01'))
    expect(await pools.release('p', { ids: ['5254.0000.0001'] })).toEqual(['a'])
    expect(text()).toBe('# top\na: null # c\nb: null\nc:\n')
  })

  test('clears a pool beside others that allocate', async () => {
    await pools.allocate('p', holder('x'))
    expect(await pools.clear('p')).toBe(2)
    expect(text()).toBe('# top\na: null # c\nb: null\nc:\n')
    expect(await pools.clear('p')).toBe(0)
  })

  test('works on in a folder that vanished and came back', async () => {
    await pools.allocate('p', holder('x'))
    rmSync(file())
    expect(await codeOf(pools.allocate('p', holder('x')))).toBe('pool-missing')
    write('z: null\n')
    expect(await pools.allocate('p', holder('x'))).toBe('z')
  })

  test('a long pool is read in turns with other work', async () => {
    write(freePool(200_000))
    const begin = performance.now()
    let longest = 0
    let last = begin
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    await pools.allocate('p', holder('x'))
    clearInterval(timer)
    expect(longest).toBeLessThan((performance.now() - begin) / 2)
  })
})
