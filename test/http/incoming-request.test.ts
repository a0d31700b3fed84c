import { once } from 'node:events'
import { createServer, IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IncomingRequest } from '../../src/http/incoming-request.ts'

const nodeHeaders = Object.getOwnPropertyDescriptor(IncomingMessage.prototype, 'headers')?.get
const server = createServer({ IncomingMessage: IncomingRequest }, (incoming, outgoing) => {
  const both = [incoming.headers, nodeHeaders?.call(incoming)]
  outgoing.end(JSON.stringify(both.map((headers) => Object.entries(headers))))
})

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => void server.close())

/** The headers of a request as it arrives, by ours and by Node's reading. */
async function bothReadings(lines: readonly string[]): Promise<[unknown, unknown]> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.end(['GET / HTTP/1.1', ...lines, 'Host: here', 'Connection: close', '', ''].join('\r\n'))
  const answer = await text(socket)
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
}

const name = fc.oneof(
  fc.constantFrom(
    ...['X-Arista-SystemMAC', 'x-arista-systemmac', 'X-ARISTA-SERIAL', 'Accept', 'User-Agent'],
    ...['Set-Cookie', 'Cookie', 'If-None-Match', 'Referer', 'ETag', 'constructor', 'toString'],
    ...['__proto__', '__defineGetter__', 'X_Y', 'a', "o'clock", 'Range', 'Content-Type', 'age'],
  ),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/),
)
const value = fc.constantFrom('1', '', 'a, b', 'ü', ' blanks ', '"x"')
// a request of its own that changes what the server does with the connection
const isHarmless = (line: string) =>
  !/^(content-length|transfer-encoding|connection|upgrade|expect|host):/i.test(line)

test('headers are what Node makes of them, whatever their names are, however often they come', async () => {
  const line = fc.tuple(name, value).map(([name, value]) => `${name}: ${value}`)
  await fc.assert(
    fc.asyncProperty(fc.array(line.filter(isHarmless), { maxLength: 40 }), async (lines) => {
      const [ours, nodes] = await bothReadings(lines)
      expect(ours).toEqual(nodes)
    }),
    { numRuns: 300 },
  )
})

test('after more names than are remembered, they still are', async () => {
  for (let round = 0; round < 20; round += 1) {
    const lines = Array.from({ length: 20 }, (_, at) => `X-Name-${round}-${at}: ${at}`)
    const [ours, nodes] = await bothReadings(lines)
    expect(ours).toEqual(nodes)
  }
})
