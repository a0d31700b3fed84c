import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  openSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, makeFolder, writeIn } from '../running-server.ts'
import { type DataRootServer, download, downloadAll, startDataRoot } from './data-root.ts'

const MB = 1_048_576
const medium = randomBytes(3 * MB + 17)
const folder = makeFolder({
  'root/files/ten': '0123456789',
  'root/files/empty': '',
  'root/files/sub/medium.swi': medium,
  'root/actions/own.py': 'own\n',
  'root/actions/folder/x': 'x',
  'root/nodes/00AA/.node': '{}',
  'root/nodes/00AA/startup-config': 'hostname x\r\n',
  'root/definitions/secret': 'not to be hashed',
  'root/neighbordb': 'not to be hashed',
  'shipped/own.py': 'never\n',
  'shipped/ours.py': 'ours\n',
})
const root = join(folder.path, 'root')
let server: DataRootServer

beforeAll(async () => {
  symlinkSync(join(root, 'files', 'ten'), join(root, 'files', 'link'))
  server = await startDataRoot(root, join(folder.path, 'shipped'))
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const get = (path: string, method = 'GET') => download(server.port, `/meta/${path}`, { method })
const sha1 = (bytes: string | Uint8Array) => createHash('sha1').update(bytes).digest('hex')
const json = async (path: string) => JSON.parse((await get(path)).bytes.toString())

describe('meta', () => {
  test.each([
    ['a file', 'files/ten', '0123456789'],
    ['an empty file', 'files/empty', ''],
    ['a large file', 'files/sub/medium.swi', medium],
    ['a link', 'files/link', '0123456789'],
    ['an action', 'actions/own.py', 'own\n'],
    ['an action that only we ship', 'actions/ours.py', 'ours\n'],
    ['a hidden file of a node', 'nodes/00AA/.node', '{}'],
    ['a file of a node', 'nodes/00AA/startup-config', 'hostname x\r\n'],
    ['a file, whatever the query', 'files/ten?x', '0123456789'],
  ])('of %s is its size and its SHA-1, as JSON', async (_what, path, content) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(answer.bytes.length),
    })
    expect(JSON.parse(answer.bytes.toString())).toEqual({
      size: content.length,
      sha1: sha1(content),
    })
  })

  test('is the same with HEAD, without the body', async () => {
    const [answer, head] = await Promise.all([get('files/ten'), get('files/ten', 'HEAD')])
    const { date: _a, ...headers } = answer.headers
    const { date: _b, ...headHeaders } = head.headers
    expect(head).toMatchObject({ status: 200, bytes: Buffer.alloc(0) })
    expect(headHeaders).toEqual(headers)
  })

  test('leaves the connection open, also after an error', async () => {
    const paths = ['files/ten', 'files/none', 'files/../x', 'actions/own.py']
    const answers = await downloadAll(
      server.port,
      paths.map((path) => ({ path: `/meta/${path}` })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 200])
  })

  test.each([
    ['a missing file', 'files/none'],
    ['a folder', 'files/sub'],
    ['a folder with a slash', 'files/sub/'],
    ['the folder of files', 'files'],
    ['a folder of actions', 'actions/folder'],
    ['what lies in a folder of actions', 'actions/folder/x'],
    ['a missing action', 'actions/none'],
    ['an unknown node', 'nodes/00BB/.node'],
    ['another folder', 'definitions/secret'],
    ['another file', 'neighbordb'],
    ['another folder, by a way around', 'files/../definitions/secret'],
    ['nothing', ''],
  ])('of %s is 404, in one line of HTML', async (_what, path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.bytes.toString()).toBe('There is no such file.\n')
  })

  test('is logged, and why not', async () => {
    await get('files/ten')
    await get('files/none')
    await eventually(() => {
      expect(server.output()).toMatch(/"info","message":"meta served"[^\n]*"\/meta\/files\/ten"/)
      expect(server.output()).toMatch(/"warn"[^\n]*"\/meta\/files\/none"[^\n]*"file-missing"/)
    })
  })
})

describe('a file that changes', () => {
  test('has the hash of what it is now, however soon it is asked for after an edit', async () => {
    for (let edit = 0; edit < 15; edit++) {
      // the same size, and often within one tick of the clock that stamps files
      writeIn(root, 'files/edited', `${edit % 2}`)
      expect(await json('files/edited')).toEqual({ size: 1, sha1: sha1(`${edit % 2}`) })
    }
  })

  test('has the hash of what it is now when it is replaced', async () => {
    const path = join(root, 'files', 'replaced')
    for (let edit = 0; edit < 5; edit++) {
      writeFileSync(`${path}.new`, `edit ${edit}`)
      renameSync(`${path}.new`, path)
      expect((await json('files/replaced')).sha1).toBe(sha1(`edit ${edit}`))
    }
  })

  test('while it is hashed is hashed again: no answer is a hash that no version had', async () => {
    const size = 48 * MB
    const path = join(root, 'files', 'changing.swi')
    writeFileSync(path, '')
    truncateSync(path, size)
    const file = openSync(path, 'r+')
    // a version has the same letter at both ends; in a mixture they differ
    const versions = ['a', 'b'].map((letter) => {
      const bytes = Buffer.alloc(size)
      bytes.write(letter, 0)
      bytes.write(letter, size - 1)
      return { letter, sha1: sha1(bytes) }
    })
    const save = ({ letter }: { letter: string }) => {
      writeSync(file, letter, 0)
      writeSync(file, letter, size - 1)
    }
    let saves = 0
    const [even, odd] = versions
    if (even === undefined || odd === undefined) throw new Error('there are two')
    save(even)
    const timer = setInterval(() => save(++saves % 2 === 0 ? even : odd), 15)
    const during = await Promise.all([1, 2, 3].map(() => get('files/changing.swi')))
    clearInterval(timer)
    closeSync(file)
    expect(saves).toBeGreaterThan(0)
    for (const { status, bytes, headers } of during) {
      if (status === 500) expect(headers['content-type']).toBe('text/html; charset=utf-8')
      else expect(versions.map((each) => each.sha1)).toContain(JSON.parse(bytes.toString()).sha1)
    }
    const last = saves % 2 === 0 ? even : odd
    expect((await json('files/changing.swi')).sha1).toBe(last.sha1)
  })
})

describe('a large image', () => {
  test('is hashed once for all who ask, beside those who ask for something else', async () => {
    const path = join(root, 'files', 'image.swi')
    writeFileSync(path, '')
    truncateSync(path, 192 * MB)
    await server.longestBlockMs()
    const began = performance.now()
    let over = false
    const all = Promise.all(Array.from({ length: 20 }, () => get('files/image.swi'))).finally(
      () => {
        over = true
      },
    )
    let longest = 0
    while (!over) {
      const asked = performance.now()
      expect((await get('files/ten')).status).toBe(200)
      longest = Math.max(longest, performance.now() - asked)
    }
    const answers = await all
    const firstMs = performance.now() - began
    const { bytes } = await get('files/image.swi')
    expect(new Set(answers.map((answer) => answer.bytes.toString())).size).toBe(1)
    expect(bytes.toString()).toBe(answers[0]?.bytes.toString())
    // on a quiet machine 10 ms; a server that stops for the hash stops for all of it
    expect(await server.longestBlockMs()).toBeLessThan(firstMs / 2 + 50)
    expect(longest).toBeLessThan(10_000)
    expect(server.timesOpen(path)).toBe(0)
  })
})
