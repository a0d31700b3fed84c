import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SwitchStates } from '../../src/core/switch-states.ts'
import { LiveUpdates } from '../../src/http/operator/live-updates.ts'
import type { Snapshot } from '../../src/ports.ts'
import { makeFolder, type RunningServer, startServer, writeIn } from '../running-server.ts'

let folder: ReturnType<typeof makeFolder>
let server: RunningServer
const sockets: Socket[] = []
beforeEach(async () => {
  folder = makeFolder({
    'swinfo.json': { '52:54:00:00:11:11': { hostname: 'sw1' } },
    'templates/config.njk': 'hostname x\n',
  })
  server = await startServer(folder.path)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.stop()
  folder.remove()
})

const headersOf = (number: number) => ({
  'X-Arista-SystemMAC': `52:54:00:00:${String(Math.floor(number / 100)).padStart(2, '0')}:${String(number % 100).padStart(2, '0')}`,
})
const askAs = async (number: number): Promise<void> => {
  await (
    await fetch(`http://127.0.0.1:${server.port}/dynconfig`, { headers: headersOf(number) })
  ).arrayBuffer()
}

interface Listener {
  readonly socket: Socket
  text(): string
  waitFor(pattern: RegExp): Promise<void>
}

async function listen(lastEventId?: string): Promise<Listener> {
  const socket = connect(server.operatorPort, '127.0.0.1')
  sockets.push(socket)
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  socket.on('error', () => {})
  const last = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`
  socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n${last}\r\n`)
  const waitFor = async (pattern: RegExp): Promise<void> => {
    const end = performance.now() + 5_000
    while (!pattern.test(received)) {
      if (performance.now() > end) throw new Error(`no ${pattern} in ${received.slice(0, 2_000)}`)
      await wait(10)
    }
  }
  await waitFor(/retry: 2000/)
  return { socket, text: () => received, waitFor }
}

const lastId = (text: string): string => [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? ''

test('what a switch does is told within a second, with the counts', async () => {
  const listener = await listen()
  await askAs(1111)
  await listener.waitFor(
    /event: changes\ndata: \{"changed":\[\{"id":"52:54:00:00:11:11","name":"sw1".*"state":"config-served"/,
  )
  expect(listener.text()).toContain('"config-served":1')
  expect(listener.text()).toContain('text/event-stream')
})

test('a thousand changes are told in batches of fifty, and the others are counted', async () => {
  const listener = await listen()
  await Promise.all(Array.from({ length: 1_000 }, (_, number) => askAs(number)))
  await wait(1_500)
  const batches = [...listener.text().matchAll(/^data: (\{"changed".*)$/gm)].map(
    ([, data = '']) => JSON.parse(data) as { changed: object[]; more: number },
  )
  expect(Math.max(...batches.map(({ changed }) => changed.length))).toBeLessThanOrEqual(50)
  const told = batches.reduce((sum, { changed, more }) => sum + changed.length + more, 0)
  expect(told).toBeGreaterThanOrEqual(1_000)
  expect(batches.length).toBeLessThan(20)
})

test('who comes back gets what it has missed, once', async () => {
  const stays = await listen()
  const leaves = await listen()
  await askAs(1)
  await leaves.waitFor(/event: changes/)
  const id = lastId(leaves.text())
  leaves.socket.destroy()
  await askAs(2)
  await stays.waitFor(/52:54:00:00:00:02/)
  const back = await listen(id)
  await back.waitFor(/52:54:00:00:00:02/)
  expect(back.text()).not.toContain('52:54:00:00:00:01')
})

test.each(['0000-1', 'garbage', '-', `${'x'.repeat(300)}`])(
  'who comes back with %s is told to look anew',
  async (id) => {
    const listener = await listen(id)
    await listener.waitFor(/event: resync/)
  },
)

test('a new revision is told', async () => {
  const listener = await listen()
  writeIn(folder.path, 'templates/config.njk', 'hostname y\n')
  await listener.waitFor(/event: snapshot\ndata: \{"revision":"[0-9a-f]+","problems":0\}/)
})

test('one that never reads is given up, and the others get everything', async () => {
  let publish: (next: Snapshot) => void = () => {}
  const updates = new LiveUpdates({
    journal: { states: new SwitchStates() } as never,
    directory: {} as never,
    snapshot: {
      current: () => ({}) as never,
      subscribe: (listener) => {
        publish = listener
        return () => {}
      },
    },
    log: {} as never,
  })
  const door = createServer((incoming, outgoing) => void updates.attach(incoming, outgoing))
  await once(door.listen(0, '127.0.0.1'), 'listening')
  const { port } = door.address() as AddressInfo
  try {
    const [deaf, other] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    sockets.push(deaf, other)
    let received = 0
    other.on('data', (bytes: Buffer) => {
      received += bytes.length
    })
    for (const socket of [deaf, other]) socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    while (updates.count < 2) await wait(5)
    const revision = 'x'.repeat(100_000)
    for (let number = 0; number < 300 && updates.count === 2; number += 1) {
      publish({ revision, problems: [] } as never)
      await wait(5)
    }
    expect(updates.count).toBe(1)
    await wait(200)
    const before = received
    publish({ revision, problems: [] } as never)
    await wait(200)
    expect(received - before).toBeGreaterThan(100_000)
  } finally {
    updates.close()
    door.close()
  }
})

test('the streams end when the server does', async () => {
  const listener = await listen()
  const ended = new Promise<void>((resolve) => listener.socket.on('close', () => resolve()))
  const begun = performance.now()
  expect(await server.stop()).toBe(0)
  await ended
  expect(performance.now() - begun).toBeLessThan(4_000)
})
