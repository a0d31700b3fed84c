import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FileLocks } from '../../src/store/file-lock.ts'
import { ownMark, type ProcessMark } from '../../src/store/process-mark.ts'
import { makeFolder } from '../running-server.ts'
import { dotNames } from './allocators.ts'

let folder: ReturnType<typeof makeFolder>
let path: string
beforeEach(() => {
  folder = makeFolder({})
  path = join(folder.path, '.p.lock')
})
afterEach(() => {
  vi.restoreAllMocks()
  folder.remove()
})

const id = (digit: string) => digit.repeat(32)
const dead = (): ProcessMark => ({ ...ownMark(), start: '1' })
const leave = (name: string, mark: ProcessMark, ticket: string) =>
  writeFileSync(join(folder.path, name), JSON.stringify({ id: ticket, ...mark }))

test('the lock names its holder, and is gone after the release', async () => {
  const lock = await new FileLocks().take(path, 100)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
  expect(lock?.isHeld()).toBe(true)
  lock?.release()
  expect(dotNames(folder.path)).toEqual([])
})

test('who cannot have it in time is told, and leaves no ticket', async () => {
  const lock = await new FileLocks().take(path, 100)
  expect(await new FileLocks().take(path, 50)).toBeUndefined()
  expect(dotNames(folder.path)).toEqual(['.p.lock'])
  lock?.release()
  expect(await new FileLocks().take(path, 50)).toBeDefined()
})

test('a busy holder lets others have it', async () => {
  const [busy, other] = [new FileLocks(), new FileLocks()]
  let turns = 0
  const end = performance.now() + 200
  const hold = async () => {
    while (performance.now() < end) (await busy.take(path, 1000))?.release()
  }
  const ask = async () => {
    while (performance.now() < end) {
      const lock = await other.take(path, 1000)
      turns++
      lock?.release()
    }
  }
  await Promise.all([hold(), ask()])
  expect(turns).toBeGreaterThan(5)
})

describe('the lock of a holder that is gone', () => {
  test.each([
    ['a process id that another process has now', () => dead()],
    ['a process that has ended', () => ({ ...ownMark(), pid: spawnSync('true').pid })],
  ])('is broken at once: %s', async (_what, mark) => {
    leave('.p.lock', mark(), id('a'))
    const lock = await new FileLocks().take(path, 1000)
    expect(lock).toMatchObject({ leftovers: true })
    lock?.release()
    expect(dotNames(folder.path)).toEqual([])
  })

  test('is broken at once: a killed process that nobody has asked for', async () => {
    // a shell that goes on without waiting leaves its child as a zombie
    const shell = spawn('sh', ['-c', 'sleep 100 & echo $!; exec sleep 100'])
    try {
      const pid = await new Promise<number>((resolve) => {
        shell.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())))
      })
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
      leave('.p.lock', { ...ownMark(), pid, start }, id('a'))
      expect(await new FileLocks().take(path, 30)).toBeUndefined()
      process.kill(pid, 'SIGKILL')
      expect(await new FileLocks().take(path, 1000)).toBeDefined()
    } finally {
      shell.kill('SIGKILL')
    }
  })

  test('is broken although breakers died before', async () => {
    leave('.p.lock', dead(), id('a'))
    leave(`.p.lock.break.${id('a')}`, dead(), id('b'))
    leave(`.p.lock.break.${id('b')}`, dead(), id('c'))
    leave(`.p.lock.${id('c')}`, dead(), id('c'))
    const lock = await new FileLocks().take(path, 1000)
    lock?.release()
    expect(lock).toBeDefined()
    expect(dotNames(folder.path)).toEqual([])
  })

  test('is left to another process that is breaking it', async () => {
    leave('.p.lock', dead(), id('a'))
    leave(`.p.lock.break.${id('a')}`, ownMark(), id('b'))
    expect(await new FileLocks().take(path, 50)).toBeUndefined()
    expect(existsSync(path)).toBe(true)
  })

  test('in another container, or an empty one after a crash, is broken when it has not moved for long', async () => {
    for (const content of [JSON.stringify({ ...ownMark(), boot: 'other', id: id('a') }), '']) {
      writeFileSync(path, content)
      const locks = new FileLocks()
      expect(await locks.take(path, 30)).toBeUndefined()
      const now = performance.now() + 31_000
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
      const lock = await locks.take(path, 1000)
      expect(lock).toBeDefined()
      lock?.release()
      clock.mockRestore()
      expect(dotNames(folder.path)).toEqual([])
    }
  })
})

test("a holder that was away for too long does not think that it holds, and removes nobody else's lock", async () => {
  const lock = await new FileLocks().take(path, 100)
  const now = performance.now() + 25_000
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  expect(lock?.isHeld()).toBe(false)
  leave('.p.lock', ownMark(), id('f'))
  lock?.release()
  clock.mockRestore()
  expect(existsSync(path)).toBe(true)
})

test('many that find the same dead holder never hold at the same time', async () => {
  for (let round = 0; round < 30; round++) {
    leave('.p.lock', dead(), round.toString(16).padStart(32, '0'))
    let holders = 0
    const takers = Array.from({ length: 8 }, async () => {
      const lock = await new FileLocks().take(path, 5000)
      expect(++holders).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      holders--
      lock?.release()
      expect(lock).toBeDefined()
    })
    await Promise.all(takers)
  }
  expect(dotNames(folder.path)).toEqual([])
})
