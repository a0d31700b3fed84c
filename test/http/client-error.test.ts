/**
 * What never becomes a request: garbage, headers without end, clients that stop half-way.
 */
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerClientErrors } from '../../src/http/client-error.ts'
import type { Log } from '../../src/ports.ts'
import {
  ask,
  askRaw,
  makeFolder,
  parseAnswer,
  type RunningServer,
  startServer,
} from '../running-server.ts'

const folder = makeFolder({
  'swinfo.json': {},
  'templates/config.njk': 'x\n',
  'data_root/files/a': 'a\n',
})
let server: RunningServer

beforeAll(async () => {
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const head = 'GET /files/a HTTP/1.1\r\nHost: x\r\n'

describe.each(['port', 'operatorPort'] as const)('at the %s', (door) => {
  test.each([
    ['garbage', '\u0016\u0003\u0001garbage\r\n\r\n', 400, /^The request is no HTTP: .+\.\n$/],
    ['a method that nobody knows', 'FETCH /files/a HTTP/1.1\r\n\r\n', 404, /such a method/],
    ['a method without a request', 'FETCH me a file\r\n\r\n', 400, /no HTTP: Invalid method/],
    ['a length that is none', `${head}Content-Length: 1x\r\n\r\n`, 400, /Content-Length/],
    ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400, /no HTTP/],
    ['a chunk that is none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, /no HTTP/],
    ['a control character in a header', `${head}X-Arista-Serial: a\u0001b\r\n\r\n`, 400, /no HTTP/],
    ['headers of 20 kB', `${head}X-A: ${'x'.repeat(20_000)}\r\n\r\n`, 431, /larger than 16 kB/],
    ['headers without end', `${head}X-A: ${'x'.repeat(2_000_000)}`, 431, /larger than 16 kB/],
    ['an expectation', `${head}Expect: more\r\nConnection: close\r\n\r\n`, 417, /expectation/],
  ])('%s is answered with a line that says why', async (_name, request, status, line) => {
    const answer = await askRaw(server[door], Buffer.from(request, 'latin1'))
    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'text/html; charset=utf-8', connection: 'close' },
    })
    expect(answer.body).toMatch(line)
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
  })
})

test('a body that breaks off its coding is refused while the route still waits for it', async () => {
  const request = 'POST /nodes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}'
  const answer = await askRaw(server.port, Buffer.from(`${request}zz\r\n`))
  expect(answer).toMatchObject({ status: 400, body: expect.stringMatching(/no HTTP/) })
})

test('a flood of garbage is told by the second, and the next request is served', async () => {
  const lines = () => server.output().match(/no HTTP: /g)?.length ?? 0
  const before = lines()
  const began = performance.now()
  await Promise.all(
    Array.from({ length: 200 }, () => askRaw(server.port, Buffer.from('NOTHING\r\n\r\n'))),
  )
  const seconds = (performance.now() - began) / 1_000
  expect((await ask(server.port, '/files/a')).body).toBe('a\n')
  await server.waitFor(/no HTTP: /)
  expect(lines() - before).toBeLessThanOrEqual(2 + seconds)
})

describe('a server with short limits', () => {
  const told: string[] = []
  const log = { warn: (message: string) => told.push(message) } as unknown as Log
  const small = createServer(
    { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 },
    (incoming, outgoing) => {
      if (incoming.url === '/begun') outgoing.write('begun')
      else if (incoming.method === 'GET') outgoing.end('done')
    },
  )
  answerClientErrors(small, log)
  beforeAll(() => new Promise<void>((resolve) => small.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise((resolve) => small.close(resolve)))
  const port = () => (small.address() as AddressInfo).port

  test.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['a body', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'],
  ])('answers 408 when %s do not arrive in time', async (_name, request) => {
    const answer = await askRaw(port(), Buffer.from(request))
    expect(answer).toMatchObject({ status: 408, body: 'The request did not arrive in time.\n' })
  })

  test('writes nothing into an answer that has begun', async () => {
    const request = 'GET /begun HTTP/1.1\r\nHost: x\r\n\r\n'
    const bytes = await new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = []
      const socket = connect(port(), '127.0.0.1', () => socket.write(request))
      socket.on('data', (chunk) => {
        if (chunks.length === 0) socket.write('NOTHING\r\n\r\n')
        chunks.push(chunk)
      })
      socket.on('error', () => {}).on('close', () => resolve(Buffer.concat(chunks)))
    })
    expect(parseAnswer(bytes).status).toBe(200)
    expect(bytes.toString()).not.toContain('400')
  })

  test('takes it when the client has gone', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(port(), '127.0.0.1', () => {
        socket.write('NOTHING\r\n\r\n')
        socket.resetAndDestroy()
      })
      socket.on('close', () => resolve())
    })
    expect((await ask(port(), '/')).body).toContain('done')
  })
})
