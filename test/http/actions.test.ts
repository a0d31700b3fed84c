import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, makeFolder, writeIn } from '../running-server.ts'
import { type DataRootServer, download, startDataRoot } from './data-root.ts'

const latin = Buffer.from([0x23, 0x20, 0xe9, 0x0d, 0x0a])
const folder = makeFolder({
  'root/actions/add_config': 'print("ours")\n',
  'root/actions/with.dots.py': 'exact name\n',
  'root/actions/dos': 'a\r\nb\r\n',
  'root/actions/latin1': latin,
  'root/actions/folder/inside': 'never',
  'root/actions/copy_file/inside': 'never',
  'root/files/x': 'a file',
  'shipped/add_config': 'print("shipped")\n',
  'shipped/send_email': 'print("mail")\n',
  'shipped/copy_file': 'print("shipped copy_file")\n',
  'shared/common': 'print("shared")\n',
})
const root = join(folder.path, 'root')
const shipped = join(folder.path, 'shipped')
let server: DataRootServer

beforeAll(async () => {
  symlinkSync(join(folder.path, 'shared', 'common'), join(root, 'actions', 'linked'))
  server = await startDataRoot(root, shipped)
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const get = (name: string, method = 'GET') => download(server.port, `/actions/${name}`, { method })

describe('an action', () => {
  test.each([
    ['of the data root comes first', 'add_config', 'print("ours")\n'],
    ['that only we ship is served', 'send_email', 'print("mail")\n'],
    ['has its exact name, extension and dots included', 'with.dots.py', 'exact name\n'],
    ['keeps its line ends', 'dos', 'a\r\nb\r\n'],
    ['may be a link', 'linked', 'print("shared")\n'],
    ['is decoded once', '%61dd_config', 'print("ours")\n'],
    ['is asked for without regard to the query', 'add_config?x=1', 'print("ours")\n'],
  ])('%s', async (_rule, name, text) => {
    const answer = await get(name)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/x-python',
      'content-length': String(text.length),
    })
    expect(answer.bytes.toString()).toBe(text)
  })

  test('need not be UTF-8', async () => {
    expect((await get('latin1')).bytes.equals(latin)).toBe(true)
  })

  test('has the same headers with HEAD, without the body', async () => {
    const [answer, head] = await Promise.all([get('add_config'), get('add_config', 'HEAD')])
    const { date: _a, ...headers } = answer.headers
    const { date: _b, ...headHeaders } = head.headers
    expect(head).toMatchObject({ status: 200, bytes: Buffer.alloc(0) })
    expect(headHeaders).toEqual(headers)
  })

  test('of the data root is seen as soon as it is there', async () => {
    expect((await get('send_email')).bytes.toString()).toContain('mail')
    writeIn(root, 'actions/send_email', 'print("mine")\n')
    expect((await get('send_email')).bytes.toString()).toBe('print("mine")\n')
  })
})

describe('what is no action', () => {
  test.each([
    ['missing', 'nothing'],
    ['a name without its extension', 'with.dots'],
    ['a name with an extension too many', 'add_config.py'],
    ['nothing', ''],
    ['a folder', 'folder'],
    ['a folder that has the name of a shipped action', 'copy_file'],
    ['in a folder', 'folder/inside'],
    ['in a folder, escaped', 'folder%2finside'],
    ['with a slash behind it', 'add_config/'],
    ['a file of another folder', '../files/x'],
    ['a file of another folder, escaped', '%2e%2e%2ffiles%2fx'],
  ])('is answered 404 in one line of HTML: %s', async (_what, name) => {
    const answer = await get(name)
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.bytes.toString()).toBe('There is no such action.\n')
  })

  test('is logged with its reason', async () => {
    await get('nothing')
    await eventually(() => {
      expect(server.output()).toMatch(/"warn"[^\n]*"\/actions\/nothing"[^\n]*"action-missing"/)
    })
  })
})

test('a data root and a package without any actions serve none', async () => {
  mkdirSync(join(folder.path, 'bare'))
  const bare = await startDataRoot(join(folder.path, 'bare'), join(folder.path, 'not-there'))
  expect((await download(bare.port, '/actions/add_config')).status).toBe(404)
  expect((await download(bare.port, '/meta/actions/add_config')).status).toBe(404)
  await bare.stop()
})
