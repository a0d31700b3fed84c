import { request as plainRequest } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeFolder, type RunningServer, startServer } from '../running-server.ts'
import { type Asker, operatorAsker, startGuarded, token } from './operator-server.ts'

const site = {
  'swinfo.json': { '52:54:00:00:11:11': { hostname: 'sw1' } },
  'templates/config.njk': 'hostname {{ hostname }}\n',
}

let folder: ReturnType<typeof makeFolder>
let server: RunningServer
let ask: Asker

/** Asks with headers that fetch would not let through. */
function askRaw(
  port: number,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = plainRequest({ host: '127.0.0.1', port, path, headers, method }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    request.on('error', reject).end()
  })
}

describe('on an address that others reach', () => {
  beforeEach(async () => {
    folder = makeFolder(site)
    server = await startGuarded(folder.path)
    ask = operatorAsker(server)
  })
  afterEach(async () => {
    await server.stop()
    folder.remove()
  })

  test('everything but its health asks for the token', async () => {
    for (const path of [
      '/api/v1/switches',
      '/api/v1/events',
      '/metrics',
      '/openapi.json',
      '/api/nothing',
    ]) {
      const answer = await ask(path)
      expect([path, answer.status]).toEqual([path, 401])
      expect(answer.headers.get('WWW-Authenticate')).toContain('Bearer')
      expect(await answer.json()).toMatchObject({ code: 'operator-token', status: 401 })
    }
    expect((await ask('/healthz')).status).toBe(200)
    expect(await (await ask('/readyz')).json()).toEqual({ ready: true, problems: 0 })
  })

  test.each([
    ['the token', `Bearer ${token}`, 200],
    ['the token in another letter case of the scheme', `bearer   ${token}  `, 200],
    ['half of it', `Bearer ${token.slice(0, -1)}`, 401],
    ['more than it', `Bearer ${token}x`, 401],
    ['another scheme', `Basic ${btoa(`x:${token}`)}`, 401],
    ['nothing', 'Bearer ', 401],
    ['a cookie that nobody gave', '', 401],
  ])('%s is answered as it should be', async (_name, authorization, status) => {
    const headers: Record<string, string> =
      authorization === '' ? { Cookie: 'ztpush_session=forged' } : { Authorization: authorization }
    expect((await ask('/api/v1/pools', { headers })).status).toBe(status)
  })

  test('10,000 wrong tokens get nowhere, and the right one is not taken until the minute is over', async () => {
    const tally = new Map<number, number>()
    for (let round = 0; round < 100; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, at) =>
          ask('/api/v1/pools', { headers: { Authorization: `Bearer wrong-${round}-${at}` } }),
        ),
      )
      for (const answer of answers) {
        tally.set(answer.status, (tally.get(answer.status) ?? 0) + 1)
        await answer.arrayBuffer()
      }
    }
    // a minute may have ended in between
    expect(tally.get(401)).toBeLessThanOrEqual(30)
    expect((tally.get(401) ?? 0) + (tally.get(429) ?? 0)).toBe(10_000)
    const late = await ask('/api/v1/pools', { headers: { Authorization: `Bearer ${token}` } })
    expect(late.status).toBe(429)
    expect(late.headers.get('Retry-After')).toBe('60')
    expect(server.output().split('a wrong token').length).toBeLessThanOrEqual(31)
  })

  test('the token is in no log', async () => {
    await ask('/api/v1/pools', { headers: { Authorization: `Bearer ${token}` } })
    await ask('/api/v1/pools', { headers: { Authorization: `Bearer ${token}x` } })
    expect(server.output()).not.toContain(token)
  })

  test('nothing of it is reachable through the switch side', async () => {
    for (const path of ['/api/v1/switches', '/metrics', '/openapi.json', '/readyz', '/']) {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        headers: { Authorization: `Bearer ${token}` },
      })
      expect([path, answer.status]).toEqual([path, 404])
    }
  })
})

describe('on a loopback address', () => {
  beforeAll(async () => {
    folder = makeFolder({ ...site, 'data_root/resources/p': 'a: null\n' })
    server = await startServer(folder.path)
    ask = operatorAsker(server)
  })
  afterAll(async () => {
    await server.stop()
    folder.remove()
  })

  test('nobody is asked for a token', async () => {
    expect((await ask('/api/v1/switches')).status).toBe(200)
  })

  test.each([
    ['localhost', 200],
    ['127.0.0.1:9', 200],
    ['[::1]:9', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['192.0.2.1', 403],
  ])(
    'as %s it answers %i: a name that was made to lead here gets nothing',
    async (host, status) => {
      expect(await askRaw(server.operatorPort, '/api/v1/switches', { Host: host })).toBe(status)
    },
  )

  test('as another name it only tells how many problems there are', async () => {
    const asked = (Host: string) =>
      new Promise<string>((resolve, reject) => {
        const options = {
          host: '127.0.0.1',
          port: server.operatorPort,
          path: '/readyz',
          headers: { Host },
        }
        plainRequest(options, (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          answer.on('end', () => resolve(text))
        })
          .on('error', reject)
          .end()
      })
    expect(JSON.parse(await asked('evil.example'))).toEqual({ ready: true, problems: 0 })
    expect(JSON.parse(await asked('localhost'))).toEqual({ ready: true, problems: [] })
  })

  const change = (headers: Record<string, string>): Promise<Response> =>
    ask('/api/v1/pools/p/release', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"value": "a"}',
    })

  test.each<[string, Record<string, string>]>([
    ['of another origin', { Origin: 'http://evil.example' }],
    ['of another port', { Origin: 'http://127.0.0.1:1' }],
    ['without an origin of its own', { Origin: 'null' }],
    ['of the same site, but another origin', { 'Sec-Fetch-Site': 'same-site' }],
    ['of another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('a change that a page %s asks for is refused', async (_name, headers) => {
    const answer = await change(headers)
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'operator-cross-site' })
  })

  test('a change that its own page or a script asks for is made', async () => {
    expect((await change({})).status).toBe(200)
    expect(
      (
        await change({
          Origin: `http://127.0.0.1:${server.operatorPort}`,
          'Sec-Fetch-Site': 'same-origin',
        })
      ).status,
    ).toBe(200)
  })

  test('a form of another site cannot even be read as a change', async () => {
    const body = new URLSearchParams({ value: 'a' })
    const answer = await ask('/api/v1/pools/p/release', { method: 'POST', body })
    expect(answer.status).toBe(400)
  })

  test('every answer forbids scripts of others, frames and guesses of the type', async () => {
    for (const path of ['/api/v1/switches', '/nothing', '/api/v1/switches?page=0']) {
      const { headers } = await ask(path)
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'")
      expect(headers.get('Content-Security-Policy')).not.toContain('unsafe')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  })
})
