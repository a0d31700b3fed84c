import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  freePorts,
  makeFolder,
  type RunningServer,
  runCommand,
  startServer,
} from '../running-server.ts'

const folder = makeFolder({
  'ztpush.conf': '',
  'swinfo.json': { '52:54:00:00:11:11': { hostname: 'sw1' } },
  'templates/config.njk': 'hostname {{ hostname }}\n',
})
let server: RunningServer
beforeAll(async () => {
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const health = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand(folder.path, ['health', ...args], env)

test('the server is asked where flags, environment or file say that it listens', async () => {
  const conf = makeFolder({ 'here.conf': `[server]\nport = ${server.port}\n` })
  const asked = await Promise.all([
    health(['--port', String(server.port)]),
    health([], { ZTPUSH_SERVER_PORT: String(server.port) }),
    health(['--conf', `${conf.path}/here.conf`]),
    health(['--interface', '127.0.0.1', '--port', String(server.port)]),
  ])
  conf.remove()
  const stdout = `http://127.0.0.1:${server.port}/healthz answers\n`
  expect(asked).toEqual(asked.map(() => ({ code: 0, stdout, stderr: '' })))
})

test('where nothing listens the exit code is 1, and the reason is told', async () => {
  const [port = 0] = await freePorts(1)
  const { code, stdout, stderr } = await health(['--port', String(port)])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(
    `error: http://127.0.0.1:${port}/healthz: no answer (connect ECONNREFUSED`,
  )
})

test('what listens and says nothing is not waited for', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as { port: number }
  const { code, stderr } = await health(['--port', String(port)])
  silent.close()
  expect(code).toBe(1)
  expect(stderr).toContain('no answer within 3 s')
})

test('an answer that is not 200 is none', async () => {
  const other = createHttpServer((_request, response) => response.writeHead(503).end())
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const { code, stderr } = await health(['--port', String(port)])
  other.close()
  expect(code).toBe(1)
  expect(stderr).toContain('it answers 503')
})
