import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { askItself } from '../../src/http/own-requests.ts'
import { silentLog } from '../../src/provisioning/silent-log.ts'
import { freePorts, makeFolder, type RunningServer, startServer } from '../running-server.ts'

const macOf = (at: number) => `52:54:00:00:${Math.floor(at / 90) + 10}:${(at % 90) + 10}`

/** An inventory that is large enough to be rehearsed. */
function site(count: number, template: string, variables: object = {}) {
  const switches = Array.from({ length: count }, (_, at) => [
    macOf(at),
    { hostname: `sw${at}`, ...variables },
  ])
  return { 'swinfo.json': Object.fromEntries(switches), 'templates/config.njk': template }
}

const program = fileURLToPath(new URL('../../bin/ztpush', import.meta.url))

/** `unshare`'s words: a command on a loopback that carries no packet. */
function inDroppingNetwork(...command: readonly string[]): string[] {
  const script =
    'ip link set lo up && tc qdisc add dev lo root tbf rate 8bit burst 1 latency 1ms && exec "$@"'
  return ['-rn', 'sh', '-c', script, 'sh', ...command]
}

const canDrop =
  process.platform === 'linux' && spawnSync('unshare', inDroppingNetwork('true')).status === 0

let running: { folder: ReturnType<typeof makeFolder>; server: RunningServer } | undefined
afterEach(async () => {
  await running?.server.stop()
  running?.folder.remove()
  running = undefined
})

async function start(files: Readonly<Record<string, unknown>>) {
  const folder = makeFolder(files)
  const server = await startServer(folder.path, ['--debug'])
  running = { folder, server }
  const operator = async (path: string) =>
    (await fetch(`http://127.0.0.1:${server.operatorPort}${path}`)).text()
  return { folder: folder.path, server, operator }
}

describe('a server that has just been started serves a part of its inventory to itself', () => {
  test('and nobody learns of it: no line, no count, no state, no event', async () => {
    const { folder, server, operator } = await start(site(150, 'hostname {{ hostname }}\n'))
    // most at least: a slow machine does not come to the end
    await server.waitFor(/"message":"rehearsed","answers":[1-9]/)
    expect(server.output()).not.toContain('configuration served')
    expect(await operator('/metrics')).not.toMatch(/^ztpush_http_requests_total{/m)
    expect(await operator('/api/v1/switches?limit=1')).toMatch(/"state":"never-seen"/)
    expect(existsSync(join(folder, '.ztpush'))).toBe(false)
  })

  test('and takes every third of 2,500', async () => {
    const { server } = await start(site(2_500, 'hostname {{ hostname }}\n'))
    const [, answers = ''] = /"message":"rehearsed","answers":(\d+)/.exec(server.output()) ?? []
    expect(Number(answers)).toBeGreaterThan(0)
    // a slow machine does not come to the end
    expect(Number(answers)).toBeLessThanOrEqual(834)
  })

  test('but takes nothing from a pool', async () => {
    const pool = '10.0.0.1/24: null\n10.0.0.2/24: null\n'
    const { folder, server } = await start({
      ...site(150, 'ip address {{ mgmt }}\n', { mgmt: "allocate('mgmt')" }),
      'data_root/resources/mgmt': pool,
      'ztpush.conf': '[default]\ndata_root = data_root\n',
    })
    await server.waitFor(/"message":"rehearsed","answers":0\b/)
    expect(readFileSync(join(folder, 'data_root/resources/mgmt'), 'utf8')).toBe(pool)
  })

  test('and stops when most are refused, without a word about it', async () => {
    const { server, operator } = await start(site(150, '{{ missing }}\n'))
    await server.waitFor(/"message":"rehearsed","answers":0\b/)
    expect(server.output()).not.toMatch(/"level":"(?:warn|error)"/)
    expect(await operator('/readyz')).toBe('{"ready":true,"problems":[]}')
  })

  test('and goes on though some are refused', async () => {
    const template = "{% if hostname == 'sw0' %}{{ missing }}{% endif %}hostname {{ hostname }}\n"
    const { server } = await start(site(150, template))
    await server.waitFor(/"message":"rehearsed","answers":[1-9]/)
  })

  test('and is not stopped by a SIGHUP meanwhile', async () => {
    const loop =
      '{% for a in range(10000) %}interface Ethernet{{ a }} description x\n{% endfor %}\n'
    const folder = makeFolder(site(1_000, loop))
    const [port] = await freePorts(1)
    const flags = ['--interface', '127.0.0.1', '--port', `${port}`, '--operator', 'off', '--debug']
    const child = spawn(process.execPath, [program, 'serve', ...flags], { cwd: folder.path })
    try {
      const printed = await new Promise<string>((resolve) => {
        let text = ''
        child.stdout.setEncoding('utf8').on('data', (more: string) => {
          text += more
          // the files have been read, and the rehearsal begins
          if (text.includes('looked at the files')) child.kill('SIGHUP')
          if (text.includes('DHCP option 67')) resolve(text)
        })
        child.once('exit', () => resolve(text))
      })
      expect(printed).toContain('DHCP option 67')
    } finally {
      child.kill('SIGKILL')
      folder.remove()
    }
  })

  test('unless there are only a few switches', async () => {
    const { server } = await start(site(99, 'hostname {{ hostname }}\n'))
    const answer = await fetch(`http://127.0.0.1:${server.port}/dynconfig`, {
      headers: { 'X-Arista-SystemMAC': macOf(0) },
    })
    expect(answer.status).toBe(200)
    await server.waitFor(/configuration served/)
    expect(server.output()).not.toContain('rehearsed')
  })

  test('but nothing that has to wait: others would wait behind it', async () => {
    const hashed = "{{ hostname | password_hash('sha512', hostname ~ 'salt', rounds=5000) }}\n"
    const { server } = await start(site(150, hashed))
    await server.waitFor(/"message":"rehearsed","answers":0\b/)
    const answer = await fetch(`http://127.0.0.1:${server.port}/dynconfig`, {
      headers: { 'X-Arista-SystemMAC': macOf(0) },
    })
    expect(await answer.text()).toMatch(/^\$6\$/)
  })

  test.skipIf(process.platform !== 'linux')(
    'nor has a process begin what real switches would wait behind',
    async () => {
      const long = '{% for a in range(1000) %}{% for b in range(300) %}{% endfor %}{% endfor %}'
      const template = `{% if hostname == 'sw50' %}${long}{% endif %}hostname {{ hostname }}\n`
      const { server } = await start(site(100, template))
      // one is refused
      await server.waitFor(/"message":"rehearsed","answers":99\b/)
      const { pid } = server.process
      expect(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')).toBe('')
    },
  )

  test('for a second at most, also where each answer takes its time and much memory', async () => {
    const loop =
      '{% for a in range(10000) %}interface Ethernet{{ a }} description x\n{% endfor %}\n'
    const { server } = await start(site(1_000, loop))
    const [, ms = 'none'] = /"message":"rehearsed",.*"ms":(\d+)/.exec(server.output()) ?? []
    expect(Number(ms)).toBeLessThan(1_500)
  })

  test.skipIf(!canDrop)('nor longer where a firewall drops what it sends to itself', async () => {
    const folder = makeFolder(site(150, 'hostname {{ hostname }}\n'))
    const serve = [program, 'serve', '--interface', '127.0.0.1', '--operator', 'off', '--debug']
    const child = spawn('unshare', inDroppingNetwork(process.execPath, ...serve), {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const line = await new Promise<string>((resolve, reject) => {
        let printed = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          printed += text
          if (/"rehearsed".*\n/.test(printed)) resolve(printed)
        })
        child.once('close', () => reject(new Error(`the server ended:\n${printed}`)))
      })
      const [, answers, ms] = /"rehearsed","answers":(\d+),"ms":(\d+)/.exec(line) ?? []
      expect(answers).toBe('0')
      expect(Number(ms)).toBeLessThan(1_500)
    } finally {
      child.kill('SIGTERM')
      await once(child, 'close')
      folder.remove()
    }
  })
})

describe('requests of a server to itself', () => {
  const heads = Array.from({ length: 100 }, (_, at) => ['X-Arista-SystemMAC', macOf(at)] as const)
  const options = { path: '/', headers: heads, atOnce: 4, log: silentLog }
  const never = new AbortController().signal

  test('name a switch each, and are answered on connections of their own', async () => {
    const asked: (string | null)[] = []
    const app = {
      fetch: (request: Request) => {
        asked.push(request.headers.get('x-arista-systemmac'))
        return new Response('x'.repeat(300_000))
      },
    }
    const answered = await askItself(app, { ...options, signal: never })
    expect(answered).toBe(100)
    expect(asked.sort()).toEqual(heads.map(([, mac]) => mac))
  })

  test('end when they are told to, though an answer never comes', async () => {
    const stop = new AbortController()
    const app = {
      fetch: () => {
        stop.abort()
        return new Promise<Response>(() => {})
      },
    }
    const answered = await askItself(app, {
      ...options,
      signal: stop.signal,
    })
    expect(answered).toBe(0)
  })

  test.each([
    ['when all are answered', [...heads]],
    [
      'when nobody can say who asks next',
      {
        *[Symbol.iterator]() {
          yield* heads
          throw new Error('broken')
        },
      },
    ],
  ])('leave no port open %s', async (_when, headers) => {
    let port = 0
    const app = {
      fetch: (request: Request) => {
        port = Number(new URL(request.url).port)
        return new Response('x')
      },
    }
    await askItself(app, { ...options, headers, signal: never }).catch(() => {})
    const again = createServer()
    await new Promise<void>((resolve, reject) => {
      again.once('error', reject)
      again.listen(port, '127.0.0.1', resolve)
    })
    await new Promise((resolve) => again.close(resolve))
  })
})
