import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect, test } from 'vitest'
import { eventually, freePorts, makeFolder, writeIn } from '../running-server.ts'
import { plainEnvironment, type StartedProgram, startProgram } from './started-program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = {
  'ztpush.conf': '',
  'swinfo.json': { '52:54:00:00:11:11': { hostname: 'sw1' } },
  'templates/config.njk': 'hostname {{ hostname }}\n',
  'data_root/neighbordb': 'patterns: []\n',
}
const folder = makeFolder(files)
afterAll(() => folder.remove())

const started: StartedProgram[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((program) => program.stop('SIGKILL')))
})

const missing = [
  ['systemd-notify', '--version'],
  ['python3', '--version'],
].flatMap(([program = '', ...args]) => (spawnSync(program, args).status === 0 ? [] : [program]))
if (missing.length > 0) {
  if (process.env['CI'] !== undefined) throw new Error(`needs ${missing.join(', ')}`)
  console.warn(`skipped: what systemd is told (there is no ${missing.join(', ')})`)
}

/** Who listens in the place of systemd, and what it has been told. */
async function listenAsSystemd(name: string) {
  const path = join(folder.path, name)
  const program = startProgram('python3', [join(import.meta.dirname, 'notify-socket.py'), path], {})
  started.push(program)
  await program.waitFor(/"bound"\n/)
  const messages = () =>
    program
      .output()
      .split('\n')
      .filter((line) => line !== '' && line !== '"bound"')
      .map((line) => JSON.parse(line) as string)
      // systemd-notify asks with this whether the one before has been read
      .filter((message) => message !== 'BARRIER=1')
  return { path, messages }
}

async function serve(bin: string, args: readonly string[], env: Record<string, string>) {
  const [port = 0] = await freePorts(1)
  const program = startProgram(process.execPath, [join(root, 'bin', bin), ...args], {
    cwd: folder.path,
    env: {
      ...plainEnvironment(),
      ZTPUSH_SERVER_INTERFACE: '127.0.0.1',
      ZTPUSH_SERVER_PORT: String(port),
      ZTPUSH_OPERATOR_LISTEN: 'off',
      ...env,
    },
  })
  started.push(program)
  return { program, port }
}

const programs = [
  ['ztpush', ['serve']],
  ['ztps', ['--conf', 'ztpush.conf']],
] as const

test.skipIf(missing.length > 0).each(programs)(
  '%s %s tells systemd when it is ready, reloads and stops',
  async (bin, args) => {
    const systemd = await listenAsSystemd(`${bin}.sock`)
    const { program, port } = await serve(bin, args, {
      NOTIFY_SOCKET: systemd.path,
      ZTPUSH_DEFAULT_DATA_ROOT: 'data_root',
    })
    await eventually(() => expect(systemd.messages()).toEqual(['READY=1']), 15_000)
    // it listens when it says so
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)

    program.process.kill('SIGHUP')
    const reloading = expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/)
    await eventually(() => expect(systemd.messages().slice(1)).toEqual([reloading, 'READY=1']))

    expect(await program.stop()).toBe(0)
    await eventually(() => expect(systemd.messages().slice(3)).toEqual(['STOPPING=1']))
  },
)

test.skipIf(missing.length > 0)('a server that cannot listen is never ready', async () => {
  const systemd = await listenAsSystemd('refused.sock')
  const { port } = await serve('ztpush', ['serve'], {})
  await eventually(async () => {
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  })
  const { program } = await serve('ztpush', ['serve', '--port', String(port)], {
    NOTIFY_SOCKET: systemd.path,
  })
  await program.waitFor(/something else listens there already/)
  // by itself: a signal here could come before its own end
  expect(await program.ended).toBe(1)
  expect(systemd.messages()).toEqual([])
})

test.each([
  ['is not there', undefined, /systemd is not told READY=1: systemd-notify: .*ENOENT/],
  ['fails', '#!/bin/sh\necho no socket >&2\nexit 3\n', /systemd-notify: it ended with 3/],
  ['hangs', '#!/bin/sh\necho "called $$" >&2\nexec sleep 60\n', /called \d/],
])('a systemd-notify that %s stops nothing', async (what, script, said) => {
  const bin = `bin-${what.replaceAll(' ', '-')}`
  writeIn(folder.path, `${bin}/readme`, '')
  if (script !== undefined) {
    writeIn(folder.path, `${bin}/systemd-notify`, script)
    chmodSync(join(folder.path, bin, 'systemd-notify'), 0o755)
  }
  const path = script === undefined ? join(folder.path, bin) : `${join(folder.path, bin)}:/bin`
  const { program, port } = await serve('ztpush', ['serve'], {
    NOTIFY_SOCKET: join(folder.path, 'nobody.sock'),
    PATH: path,
  })
  await program.waitFor(said)
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  program.process.kill('SIGHUP')
  await program.waitFor(/SIGHUP/)
  const before = performance.now()
  expect(await program.stop()).toBe(0)
  expect(performance.now() - before).toBeLessThan(5_000)
  const left = /called (\d+)/.exec(program.output())?.[1]
  if (left !== undefined) process.kill(Number(left), 'SIGKILL')
  // told once, however often it fails
  expect(program.output().split('systemd is not told').length - 1).toBe(what === 'hangs' ? 0 : 1)
})
