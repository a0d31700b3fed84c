import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Problem } from '../../src/core/problem.ts'
import { removeBeside, replaceFile } from '../../src/store/atomic-file.ts'
import { makeFolder } from '../running-server.ts'
import { dotNames } from './allocators.ts'

let folder: ReturnType<typeof makeFolder>
let path: string
beforeEach(() => {
  folder = makeFolder({})
  path = join(folder.path, 'file')
})
afterEach(() => folder.remove())

const bytes = (text: string) => Buffer.from(text)

test('a new file has the mode that is asked for', async () => {
  await replaceFile(path, bytes('one'), { mode: 0o700 })
  expect(readFileSync(path, 'utf8')).toBe('one')
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test('a file that is replaced hands on its mode and its owner', async () => {
  writeFileSync(path, 'one')
  chmodSync(path, 0o604)
  const root = process.getuid?.() === 0
  if (root) chownSync(path, 1234, 2345)
  await replaceFile(path, [bytes('t'), bytes(''), bytes('wo')])
  const { mode, uid, gid } = statSync(path)
  expect(readFileSync(path, 'utf8')).toBe('two')
  expect(mode & 0o777).toBe(0o604)
  if (root) expect([uid, gid]).toEqual([1234, 2345])
})

test('a symbolic link is replaced itself', async () => {
  writeFileSync(join(folder.path, 'target'), 'one')
  symlinkSync('target', path)
  await replaceFile(path, bytes('two'))
  expect(lstatSync(path).isFile()).toBe(true)
  expect(readFileSync(join(folder.path, 'target'), 'utf8')).toBe('one')
})

test('who does not want it any more leaves everything as it was', async () => {
  writeFileSync(path, 'one')
  expect(await replaceFile(path, bytes('two'), { stillWanted: () => false })).toBeUndefined()
  expect(readFileSync(path, 'utf8')).toBe('one')
  expect(dotNames(folder.path)).toEqual([])
})

test('a write in place right after a replacement shows in the times of the file', async () => {
  for (let round = 0; round < 20; round++) {
    const written = await replaceFile(path, bytes('one'))
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(written?.mtimeNs)
    writeFileSync(path, 'two')
    expect(statSync(path, { bigint: true }).mtimeNs).not.toBe(written?.mtimeNs)
  }
})

test('many chunks, and many bytes, arrive whole', async () => {
  const chunks = Array.from({ length: 2500 }, (_, at) => bytes(`${at}\n`.repeat(500)))
  await replaceFile(path, chunks)
  expect(readFileSync(path).equals(Buffer.concat(chunks))).toBe(true)
})

test.each([
  ['a folder of that name', () => mkdirSync(path), /a folder of that name is there/],
  ['no folder', () => folder.remove(), /the folder is not there/],
])('%s is told without a path in the text, and leaves nothing', async (_what, arrange, message) => {
  arrange()
  const problem = (await replaceFile(path, bytes('x'), { shownAs: 'shown' }).catch(
    (error: unknown) => error,
  )) as Problem
  expect(problem).toMatchObject({ code: 'data-root-unwritable', at: { file: 'shown' } })
  expect(problem.message).toMatch(message)
  expect(problem.message).not.toContain(folder.path)
  if (_what !== 'no folder') expect(dotNames(folder.path)).toEqual([])
})

test('what killed processes left is removed, and nothing else', () => {
  for (const name of ['.file.tmp.0123456789abcdef', '.file.tmp.x', '.files.tmp.0123456789abcdef']) {
    writeFileSync(join(folder.path, name), '')
  }
  removeBeside(path)
  expect(dotNames(folder.path)).toEqual(['.file.tmp.x', '.files.tmp.0123456789abcdef'])
})

const mayMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0
if (!mayMount && process.env['CI'] !== 'true') {
  console.log('skipped: a full disk (no mount namespace may be made here)')
}

test.skipIf(!mayMount && process.env['CI'] !== 'true')(
  'a full disk and a read-only one refuse allocations; nothing is lost, nothing is left',
  () => {
    const script = fileURLToPath(new URL('full-disk-child.mjs', import.meta.url))
    const run = spawnSync('unshare', ['-rm', process.execPath, script, folder.path], {
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    const report = JSON.parse(run.stdout) as Record<string, unknown>
    expect(report).toMatchObject({
      wrong: [],
      full: 'cannot be written: the disk is full',
      readOnly: 'cannot be written: the file system is read-only',
    })
    expect(report['refused']).toBeGreaterThan(5)
    expect(report['given']).toBeGreaterThan(5)
    expect(report['heldAnew']).toBe(report['held'])
  },
)
