import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FileSender, type SendEnd } from '../../src/http/switch/send-file.ts'
import { openServedFile } from '../../src/http/switch/served-file.ts'
import { askRaw, eventually, makeFolder, writeIn } from '../running-server.ts'
import { type DataRootServer, download, downloadAll, startDataRoot } from './data-root.ts'

const MB = 1_048_576
const image = randomBytes(20 * MB)
const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const folder = makeFolder({
  'secret.txt': 'the secret outside',
  'elsewhere/linked.swi': 'linked',
  'root/files/ten': '0123456789',
  'root/files/empty': '',
  'root/files/images/eos.swi': image,
  'root/files/every-byte': every,
  'root/files/crlf.conf': 'a\r\nb\r\n',
  'root/files/with space & ü': 'spaced',
  'root/files/%2e%2e': 'literal',
  'root/files/back\\slash': 'backslash',
  'root/actions/only-action': 'x',
})
const root = join(folder.path, 'root')
const inFiles = (name: string) => join(root, 'files', name)
let server: DataRootServer

beforeAll(async () => {
  symlinkSync(join(folder.path, 'elsewhere'), inFiles('link'))
  symlinkSync(inFiles('loop'), inFiles('loop'))
  symlinkSync(inFiles('nowhere'), inFiles('dangling'))
  execFileSync('mkfifo', [inFiles('fifo')])
  symlinkSync('/dev/zero', inFiles('device'))
  utimesSync(inFiles('ten'), 1_700_000_000, 1_700_000_000.5)
  server = await startDataRoot(root, join(folder.path, 'shipped'))
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const get = (path: string, headers = {}, method = 'GET') =>
  download(server.port, `/files/${path}`, { headers, method })

describe('a file', () => {
  test('comes byte for byte with the headers of the contract', async () => {
    const answer = await get('ten')
    expect(answer.status).toBe(200)
    expect(answer.bytes.toString()).toBe('0123456789')
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '10',
      'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
      'accept-ranges': 'bytes',
    })
    expect(answer.headers['etag']).toMatch(/^"[0-9a-f]{32}"$/)
    expect(answer.headers).not.toHaveProperty('transfer-encoding')
  })

  test.each([
    ['every byte there is', 'every-byte', every],
    ['line ends of DOS', 'crlf.conf', Buffer.from('a\r\nb\r\n')],
    ['nothing', 'empty', Buffer.alloc(0)],
    ['20 MB', 'images/eos.swi', image],
    ['a name that is escaped', 'with%20space%20&%20%c3%bc', Buffer.from('spaced')],
    ['a name that looks like an escape', '%252e%252e', Buffer.from('literal')],
    ['a backslash in its name', 'back%5cslash', Buffer.from('backslash')],
    ['a folder behind a link', 'link/linked.swi', Buffer.from('linked')],
    ['a query string', 'crlf.conf?x=/../../secret.txt', Buffer.from('a\r\nb\r\n')],
    ['empty and "." segments', './/images/./eos.swi', image],
  ])('with %s is served', async (_what, path, bytes) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-length']).toBe(String(bytes.length))
    expect(answer.bytes.equals(bytes)).toBe(true)
  })

  test('is asked for with a Content-Type and a body, as the switch client does, which count for nothing', async () => {
    const answer = await askRaw(
      server.port,
      Buffer.from(
        'GET /files/ten HTTP/1.1\r\nHost: h\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      ),
    )
    expect(answer).toMatchObject({ status: 200, body: '0123456789' })
  })

  test.each(['ten', 'empty', 'images/eos.swi', 'nothing-here'])(
    'has the same headers with HEAD, without the body: %s',
    async (path) => {
      const [answer, head] = await Promise.all([get(path), get(path, {}, 'HEAD')])
      const { date: _a, ...headers } = answer.headers
      const { date: _b, ...headHeaders } = head.headers
      expect(head).toMatchObject({ status: answer.status, bytes: Buffer.alloc(0) })
      expect(headHeaders).toEqual(headers)
    },
  )

  test('is told of in the log, with what was sent', async () => {
    await get('crlf.conf')
    await eventually(() => {
      const line =
        server.output().match(/\{[^\n]*"file served"[^\n]*crlf\.conf"[^\n]*/)?.[0] ?? '{}'
      expect(JSON.parse(line)).toMatchObject({
        level: 'info',
        method: 'GET',
        route: '/files',
        status: 200,
        from: '127.0.0.1',
        ms: expect.any(Number),
        bytes: 6,
      })
    })
  })
})

describe('what is no file', () => {
  test.each([
    ['missing', 'nothing-here'],
    ['in no folder', 'ten/x'],
    ['a folder', 'images'],
    ['a folder, with a slash', 'images/'],
    ['a file, with a slash', 'ten/'],
    ['the files folder', ''],
    ['a link to itself', 'loop'],
    ['a link to nothing', 'dangling'],
    ['a FIFO', 'fifo'],
    ['a device', 'device'],
    ['a name that is too long', 'x'.repeat(300)],
    ['an escape that is none', '%zz'],
    ['bytes that are not UTF-8', '%ff%fe'],
  ])('is answered 404 in one line of HTML: %s', async (_what, path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.bytes.toString()).toBe('There is no such file.\n')
  })

  test('is answered 404 when it may not be read', async () => {
    writeIn(root, 'files/closed', 'x')
    chmodSync(inFiles('closed'), 0)
    expect((await get('closed')).status).toBe(404)
  })

  test('is answered 404 when it is a socket', async () => {
    const listening = createSocketServer().listen(inFiles('socket'))
    expect((await get('socket')).status).toBe(404)
    await new Promise((resolve) => listening.close(resolve))
  })

  test('is logged with its reason', async () => {
    await get('images')
    await eventually(() => {
      expect(server.output()).toMatch(
        /"warn"[^\n]*"path":"\/files\/images"[^\n]*"code":"file-missing","reason":"it is not a regular file"/,
      )
    })
  })
})

describe('nobody gets out', () => {
  const ways = [
    '../../secret.txt',
    '../actions/only-action',
    'images/../../actions/only-action',
    'images/../ten',
    '..',
    '%2e%2e/%2e%2e/secret.txt',
    '.%2e/.%2E/secret.txt',
    '%2e%2e%2f%2e%2e%2fsecret.txt',
    'images%2f..%2f..%2f..%2fsecret.txt',
    '%252e%252e/%252e%252e/secret.txt',
    '..%5c..%5csecret.txt',
    '..\\..\\secret.txt',
    `/${folder.path}/secret.txt`,
    `%2f${folder.path}/secret.txt`,
    encodeURIComponent(join(folder.path, 'secret.txt')),
    '/etc/passwd',
    'file:///etc/passwd',
    'ten%00',
    '%00',
    'ten%00/../../../secret.txt',
    '%c0%ae%c0%ae/%c0%ae%c0%ae/secret.txt',
    '../../secret.txt?x=1',
  ]
  const bases = ['/files/', '/meta/files/', '/actions/', '/meta/actions/', '/meta/nodes/', '/meta/']

  test.each(bases.flatMap((base) => ways.map((way) => `${base}${way}`)))('%s', async (path) => {
    for (const target of [path, `http://elsewhere${path}`]) {
      const answer = await download(server.port, target)
      expect(answer.status, target).toBe(404)
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(answer.bytes.toString()).toMatch(/^There is no such (?:file|action)\.\n$/)
    }
  })

  test('and what a path would have meant as a URL is not served either', async () => {
    expect((await get('%2e%2e/files/ten')).status).toBe(404)
    expect((await get('../files/ten')).status).toBe(404)
    expect((await download(server.port, '/%66iles/ten')).status).toBe(404)
    expect((await download(server.port, '//files/ten')).status).toBe(404)
  })
})

describe('a range', () => {
  test.each([
    ['bytes=2-5', '2345', 'bytes 2-5/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=9-9', '9', 'bytes 9-9/10'],
    ['bytes=5-99999999999999999999', '56789', 'bytes 5-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['Bytes=2-5 ', '2345', 'bytes 2-5/10'],
  ])('%s is answered 206', async (range, text, contentRange) => {
    const answer = await get('ten', { Range: range })
    expect(answer.status).toBe(206)
    expect(answer.bytes.toString()).toBe(text)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': String(text.length),
      'content-range': contentRange,
    })
  })

  test.each([
    ['ten', 'bytes=10-', 10],
    ['ten', 'bytes=10-12', 10],
    ['ten', 'bytes=99999999999999999999-', 10],
    ['ten', 'bytes=-0', 10],
    ['empty', 'bytes=0-', 0],
    ['empty', 'bytes=-1', 0],
  ])('of %s, %s, is answered 416', async (path, range, size) => {
    const answer = await get(path, { Range: range })
    expect(answer.status).toBe(416)
    await eventually(async () => {
      expect(server.output()).toMatch(/file does not have these bytes.*416/)
    })
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-range': `bytes */${size}`,
    })
  })

  test.each([
    'bytes=0-1,4-5',
    'bytes=5-2',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'lines=1-2',
    'bytes 1-2',
    'bytes=0x1-2',
    'bytes=--3',
    '',
  ])('"%s" means the whole file', async (range) => {
    const answer = await get('ten', { Range: range })
    expect(answer.status).toBe(200)
    expect(answer.bytes.toString()).toBe('0123456789')
    expect(answer.headers).not.toHaveProperty('content-range')
  })

  test('counts only for the version that If-Range names, and never for HEAD', async () => {
    const { headers } = await get('ten')
    const range = { Range: 'bytes=2-5' }
    for (const [condition, status] of [
      [headers['etag'], 206],
      [headers['last-modified'], 206],
      ['"another"', 200],
      [`W/${headers['etag']}`, 200],
      ['Tue, 14 Nov 2023 22:13:21 GMT', 200],
    ] as const) {
      expect((await get('ten', { ...range, 'If-Range': condition })).status, condition).toBe(status)
    }
    expect((await get('ten', range, 'HEAD')).status).toBe(200)
  })

  test('in the middle of a large file is that part of it', async () => {
    const { bytes } = await get('images/eos.swi', { Range: `bytes=${3 * MB + 1}-${9 * MB}` })
    expect(bytes.equals(image.subarray(3 * MB + 1, 9 * MB + 1))).toBe(true)
  })
})

describe('a file that the client has already', () => {
  test('is answered 304 without a body', async () => {
    const { headers } = await get('ten')
    for (const condition of [
      { 'If-None-Match': headers['etag'] },
      { 'If-None-Match': `"x", W/${headers['etag']}` },
      { 'If-None-Match': '*' },
      { 'If-Modified-Since': headers['last-modified'] },
      { 'If-Modified-Since': 'Tue, 14 Nov 2023 23:00:00 GMT' },
    ]) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await get('ten', condition, method)
        expect(answer, JSON.stringify(condition)).toMatchObject({
          status: 304,
          headers: { etag: headers['etag'], 'last-modified': headers['last-modified'] },
        })
      }
    }
  })

  test.each([
    { 'If-None-Match': '"other"' },
    { 'If-Modified-Since': 'Tue, 14 Nov 2023 22:13:19 GMT' },
    { 'If-Modified-Since': 'yesterday' },
    { 'If-None-Match': '"other"', 'If-Modified-Since': 'Tue, 14 Nov 2023 23:00:00 GMT' },
  ])('is sent when it is another: %o', async (condition) => {
    expect((await get('ten', condition)).status).toBe(200)
  })

  test('has another ETag when it is written again with the same size', async () => {
    writeIn(root, 'files/twice', 'one')
    const before = await get('twice')
    await eventually(async () => {
      writeIn(root, 'files/twice', 'two')
      expect((await get('twice')).headers['etag']).not.toBe(before.headers['etag'])
    })
  })
})

describe('a connection', () => {
  test('stays open after each kind of answer, and requests that come at once are answered in order', async () => {
    const { headers } = await get('ten')
    const kinds = [
      { path: '/files/ten' },
      { path: '/files/ten', method: 'HEAD' },
      { path: '/files/images/eos.swi' },
      { path: '/files/empty' },
      { path: '/files/ten', headers: { Range: 'bytes=2-5' } },
      { path: '/files/ten', headers: { Range: 'bytes=20-' } },
      { path: '/files/ten', headers: { 'If-None-Match': headers['etag'] ?? '' } },
      { path: '/files/../x' },
      { path: '/files/images' },
      { path: '/files/ten', method: 'DELETE' },
    ]
    const statuses = [200, 200, 200, 200, 206, 416, 304, 404, 404, 405]
    const all = kinds.flatMap((kind) => [kind, { path: '/files/crlf.conf' }])
    const answers = await downloadAll(server.port, all)
    for (const [at, status] of statuses.entries()) {
      expect(answers[2 * at]?.status, JSON.stringify(kinds[at])).toBe(status)
      expect(answers[2 * at + 1]?.bytes.toString()).toBe('a\r\nb\r\n')
    }
    expect(answers[4]?.bytes.equals(image)).toBe(true)
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'that asks with %s is answered 405 with Allow',
    async (method) => {
      for (const path of ['/files/ten', '/actions/x', '/meta/files/ten']) {
        const answer = await download(server.port, path, { method })
        expect(answer.status).toBe(405)
        expect(answer.headers).toMatchObject({
          allow: 'GET, HEAD',
          'content-type': 'text/html; charset=utf-8',
        })
      }
    },
  )

  test('that closes mid-way leaves no file open', async () => {
    const path = sparse('gone.swi', 64 * MB)
    for (let time = 0; time < 20; time++) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(server.port, '127.0.0.1', () =>
          // the second request waits behind the first
          socket.write('GET /files/gone.swi HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2)),
        )
        socket.once('data', () => {
          socket.destroy()
          resolve()
        })
        socket.on('error', reject)
      })
    }
    await eventually(() => expect(server.timesOpen(path)).toBe(0))
    expect((await get('ten')).status).toBe(200)
  })

  test('that asks a thousand times at once holds one file open at a time', async () => {
    const path = sparse('pipelined.swi', 64 * MB)
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write('GET /files/pipelined.swi HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(1_000)),
    )
    await new Promise((resolve) => socket.once('readable', resolve))
    expect((await get('ten')).status).toBe(200)
    expect(server.timesOpen(path)).toBe(1)
    socket.destroy()
    await eventually(() => {
      expect(server.timesOpen(path)).toBe(0)
      // those that waited are not spoken of
      expect(server.output().match(/not sent whole[^\n]*pipelined\.swi/g)).toHaveLength(1)
    })
    expect((await get('ten')).status).toBe(200)
    expect(server.output().match(/not sent whole[^\n]*pipelined\.swi/g)).toHaveLength(1)
  })
})

/** A large file that takes no room. */
function sparse(name: string, size: number): string {
  const path = inFiles(name)
  writeFileSync(path, '')
  truncateSync(path, size)
  return path
}

/** Starts a download, does something when it has begun, and takes the rest. */
function interrupted(name: string, act: () => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`GET /files/${name} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`),
    )
    socket.once('data', () => {
      // far more than the system keeps for the two of them is missing
      socket.pause()
      act()
      socket.resume()
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') reject(error)
    })
    socket.on('close', () => {
      const all = Buffer.concat(chunks)
      resolve(all.subarray(all.indexOf('\r\n\r\n') + 4))
    })
  })
}

describe('a file that changes while it is sent', () => {
  test('is never whole when it was cut: the connection ends early', async () => {
    const path = sparse('cut.swi', 64 * MB)
    const bytes = await interrupted('cut.swi', () => truncateSync(path, MB))
    expect(bytes.length).toBeLessThan(64 * MB)
    await eventually(() => expect(server.timesOpen(path)).toBe(0))
    await eventually(() =>
      expect(server.output()).toMatch(/not sent whole[^\n]*cut\.swi[^\n]*changed/),
    )
  })

  test('is never whole when it was written over', async () => {
    const path = sparse('over.swi', 64 * MB)
    const bytes = await interrupted('over.swi', () => {
      const file = openSync(path, 'r+')
      writeSync(file, 'new', 64 * MB - 3)
      closeSync(file)
    })
    expect(bytes.length).toBeLessThan(64 * MB)
  })

  test('goes on as it was when it was replaced', async () => {
    const path = sparse('replaced.swi', 64 * MB)
    const bytes = await interrupted('replaced.swi', () => {
      writeFileSync(`${path}.new`, 'the next one')
      renameSync(`${path}.new`, path)
    })
    expect(bytes.length).toBe(64 * MB)
    expect(bytes.equals(Buffer.alloc(64 * MB))).toBe(true)
    expect((await get('replaced.swi')).bytes.toString()).toBe('the next one')
  })
})

describe('many at once', () => {
  test('a hundred clients get 20 MB each, all the same, and others are served meanwhile', async () => {
    const all = Promise.all(
      Array.from({ length: 100 }, () => compareWhole('images/eos.swi', image)),
    )
    let longest = 0
    let over = false
    void all.finally(() => {
      over = true
    })
    while (!over) {
      const began = performance.now()
      expect((await get('ten')).status).toBe(200)
      longest = Math.max(longest, performance.now() - began)
    }
    expect(await all).toEqual(new Array(100).fill('whole'))
    expect(longest).toBeLessThan(10_000)
    await eventually(() => expect(server.timesOpen(inFiles('images/eos.swi'))).toBe(0))
  })

  test('fifty clients that take nothing hold up nobody', async () => {
    const path = sparse('stalled.swi', 64 * MB)
    const sockets = Array.from({ length: 50 }, () => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('GET /files/stalled.swi HTTP/1.1\r\nHost: h\r\n\r\n')
      })
      return socket.pause()
    })
    await eventually(() => expect(server.timesOpen(path)).toBe(50))
    expect((await get('images/eos.swi')).bytes.equals(image)).toBe(true)
    for (const socket of sockets) socket.destroy()
    await eventually(() => expect(server.timesOpen(path)).toBe(0))
  })
})

/** Compares a download with what it should be while it comes. */
function compareWhole(name: string, expected: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let at = -1
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`GET /files/${name} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (chunk) => {
      let body = chunk
      if (at === -1) {
        body = chunk.subarray(chunk.indexOf('\r\n\r\n') + 4)
        at = 0
      }
      if (!body.equals(expected.subarray(at, at + body.length))) {
        socket.destroy()
        resolve(`different after ${at} bytes`)
      }
      at += body.length
    })
    socket.on('error', reject)
    socket.on('end', () => resolve(at === expected.length ? 'whole' : `only ${at} bytes`))
  })
}

test('a client that takes no byte for too long is given up', async () => {
  const path = sparse('idle.swi', 64 * MB)
  const sender = new FileSender(200)
  const ended = new Promise<SendEnd>((resolve) => {
    const http = createServer(async (_incoming, outgoing) => {
      const file = await openServedFile(path)
      if ('kind' in file) throw new Error(file.reason)
      const range = { first: 0, last: file.size - 1 }
      resolve(await sender.send(outgoing, { file, range, status: 200, headers: {} }))
      http.close()
    }).listen(0, '127.0.0.1', () => {
      const { port } = http.address() as AddressInfo
      const socket = connect(port, '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'),
      )
      socket.pause()
    })
  })
  expect(await ended).toBe('client-gone')
})

test('nothing of the server or of the request is in an error', async () => {
  mkdirSync(inFiles('c0ffee-folder'))
  for (const path of ['c0ffee-marker', '../c0ffee-marker', 'c0ffee-folder']) {
    const answer = await get(path, { Range: 'bytes=c0ffee' })
    expect(JSON.stringify({ ...answer, bytes: answer.bytes.toString() })).not.toMatch(
      /c0ffee|ztpush-test/,
    )
  }
  expect(readFileSync(inFiles('ten'), 'utf8')).toBe('0123456789')
})
