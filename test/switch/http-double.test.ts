import { afterEach, expect, test } from 'vitest'
import { askRaw } from '../running-server.ts'
import { HttpDouble, type HttpScript } from './http-double.ts'

const opened: HttpDouble[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((double) => double.close()))
})

async function open(scripts: Readonly<Record<string, HttpScript>>): Promise<HttpDouble> {
  const double = await HttpDouble.open(scripts)
  opened.push(double)
  return double
}

function get(double: HttpDouble, path: string, headers: Readonly<Record<string, string>> = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = `GET ${path} HTTP/1.1\r\nHost: double\r\n${lines.join('')}\r\n`
  return askRaw(double.port, Buffer.from(request))
}

test('answers come one after the other, the last one stays, and each request is kept', async () => {
  const double = await open({
    '/a': [{ status: 500 }, { body: 'well', headers: { 'Content-Type': 'text/x-python' } }],
    '/b': ({ body }) => ({ status: 201, body: `got ${body}` }),
  })
  const statuses = [await get(double, '/a'), await get(double, '/a?q=1'), await get(double, '/a')]
  expect(statuses.map(({ status }) => status)).toEqual([500, 200, 200])
  expect(statuses[1]).toMatchObject({ body: 'well', headers: { 'content-type': 'text/x-python' } })
  const posted = await fetch(`${double.url}/b`, { method: 'POST', body: 'x' })
  expect([posted.status, await posted.text()]).toEqual([201, 'got x'])
  expect((await get(double, '/none')).status).toBe(404)
  expect(double.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    ...['GET /a', 'GET /a?q=1', 'GET /a', 'POST /b', 'GET /none'],
  ])
  expect(double.requestsFor('/b')[0]?.body.toString()).toBe('x')
})

test('a body that was cut goes on where the client has it, unless the file is another', async () => {
  const whole = { body: '0123456789', etag: '"v1"' }
  const double = await open({ '/image': [{ ...whole, cutAfter: 4 }, whole] })
  const first = await get(double, '/image')
  expect(first).toMatchObject({ body: '0123', headers: { 'content-length': '10', etag: '"v1"' } })
  const range = { Range: 'bytes=4-' }
  expect(await get(double, '/image', { ...range, 'If-Range': '"v1"' })).toMatchObject({
    ...{ status: 206, body: '456789' },
    headers: { 'content-range': 'bytes 4-9/10', 'content-length': '6' },
  })
  expect(await get(double, '/image', { ...range, 'If-Range': '"v0"' })).toMatchObject({
    ...{ status: 200, body: '0123456789' },
  })
  expect((await get(double, '/image', { Range: 'bytes=10-' })).status).toBe(416)
})

test('a connection is reset, before the answer or in its middle', async () => {
  const double = await open({
    '/at-once': { isReset: true },
    '/later': { isReset: true, body: '0123456789', cutAfter: 3 },
  })
  await expect(get(double, '/at-once')).rejects.toThrow('ECONNRESET')
  const answer = await fetch(`${double.url}/later`)
  await expect(answer.text()).rejects.toThrow()
})

test('a body comes slowly, late, without its length or with a wrong one', async () => {
  const double = await open({
    '/slow': { body: 'abcd', bytesPerSecond: 50 },
    '/late': { body: 'x', delayMs: 60 },
    '/old': { body: 'until the end', isWithoutLength: true },
    '/wrong': { body: 'abc', headers: { 'Content-Length': '2000' } },
    '/loop': { status: 302, headers: { Location: '/loop' } },
  })
  const begin = performance.now()
  expect((await get(double, '/slow')).body).toBe('abcd')
  expect(performance.now() - begin).toBeGreaterThan(55)
  expect((await get(double, '/late')).body).toBe('x')
  expect(performance.now() - begin).toBeGreaterThan(110)
  const old = await get(double, '/old')
  expect([old.body, old.headers['content-length']]).toEqual(['until the end', undefined])
  expect((await get(double, '/wrong')).headers['content-length']).toBe('2000')
  expect((await get(double, '/loop')).headers['location']).toBe('/loop')
})

test('one that is silent can be closed, and nobody listens there then', async () => {
  const double = await open({ '/': { hangs: true } })
  const asked = get(double, '/').catch((error: Error) => error)
  while (double.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await double.close()
  await asked
  await expect(get(double, '/')).rejects.toThrow('ECONNREFUSED')
})
