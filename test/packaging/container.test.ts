import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually, freePorts, makeFolder } from '../running-server.ts'
import { inStage, parseDockerfile, replayDockerfile, type Stage } from './dockerfile.ts'
import { canInstall } from './registry.ts'
import { plainEnvironment, type StartedProgram, startProgram } from './started-program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const instructions = parseDockerfile(readFileSync(join(root, 'packaging/Dockerfile'), 'utf8'))
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
const textOf = (name: string) => last.filter((each) => each.name === name).map(({ text }) => text)
const words = (name: string) => JSON.parse(textOf(name).at(-1) ?? '[]') as string[]
const ignored = readFileSync(join(root, 'packaging/Dockerfile.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

const folder = makeFolder({ 'context/package.json': '' })
// who runs in the image is not who runs the tests
chmodSync(folder.path, 0o755)
afterAll(() => folder.remove())

test('the image is handed what is named, and nothing else', () => {
  const [first, ...named] = ignored
  expect(first).toBe('*')
  expect(named.filter((line) => !line.startsWith('!'))).toEqual([])
  expect(named.filter((line) => !existsSync(join(root, line.slice(1))))).toEqual([])
})

test('the image runs as a user of a fixed number, and is stopped by SIGTERM', () => {
  const [, user] = /--uid (\d+) --gid \d+/.exec(textOf('RUN').join('\n')) ?? []
  expect(textOf('USER')).toEqual([`${user}:${user}`])
  expect(Number(user)).toBeGreaterThan(1000)
  expect(textOf('STOPSIGNAL')).toEqual(['SIGTERM'])
  expect(textOf('EXPOSE')).toEqual(['8080'])
  expect(words('ENTRYPOINT')).toEqual(['tini', '--'])
  expect(words('CMD')).toEqual(['ztpush', 'serve'])
  // every pinned major of Node is one that the package takes
  const [, node] = /^NODE=(\d+)-/.exec(instructions[0]?.text ?? '') ?? []
  expect(Number(node)).toBeGreaterThanOrEqual(20)
})

const isRoot = process.getuid?.() === 0
const missing = [
  ...(isRoot ? [] : ['root']),
  ...['tini', 'unshare', 'setpriv'].filter((name) => spawnSync(name, ['--version']).status !== 0),
]
if (missing.length > 0) {
  if (process.env['CI'] !== undefined) throw new Error(`needs ${missing.join(', ')}`)
  console.warn(`skipped: the image's command as process 1 (needs ${missing.join(', ')})`)
}

describe.runIf(missing.length === 0 && canInstall('the steps of the image'))(
  'its steps',
  {
    timeout: 60_000,
  },
  () => {
    const started: StartedProgram[] = []
    let image: Stage
    const lab = join(folder.path, 'somewhere')
    const bytes = 64 * 1_048_576

    beforeAll(() => {
      const context = join(folder.path, 'context')
      for (const name of ignored.slice(1).map((line) => line.slice(1))) {
        cpSync(join(root, name), join(context, name), { recursive: true })
      }
      const stages = replayDockerfile(instructions, {
        folder: folder.path,
        context,
        needsImage: /^(?:apt-get|groupadd) /,
      })
      expect(stages.map(({ left }) => left.length)).toEqual([0, 2])
      image = stages.at(-1) as Stage
      for (const name of ['swinfo.json', 'templates']) {
        cpSync(join(root, name), join(lab, name), { recursive: true })
      }
      mkdirSync(join(lab, 'data_root/files'), { recursive: true })
      cpSync(join(root, 'LICENSE'), join(lab, 'data_root/files/EOS.swi'))
      truncateSync(join(lab, 'data_root/files/EOS.swi'), bytes)
    }, 300_000)
    afterEach(async () => {
      await Promise.all(started.splice(0).map((program) => program.stop('SIGKILL')))
    })

    const environment = (port: number) => ({
      PATH: `${join(image.root, 'usr/local/bin')}:${plainEnvironment()['PATH']}`,
      HOME: '/',
      ...Object.fromEntries(
        Object.entries(image.env).map(([key, value]) => [key, inStage(image.root, value)]),
      ),
      ZTPUSH_SERVER_PORT: String(port),
      ZTPUSH_SERVER_INTERFACE: '127.0.0.1',
      // a container has its ports for itself
      ZTPUSH_OPERATOR_LISTEN: 'off',
    })

    const health = (port: number) => {
      const [, check = '[]'] = /CMD (\[.*\])$/.exec(textOf('HEALTHCHECK')[0] ?? '') ?? []
      const [command = '', ...args] = JSON.parse(check) as string[]
      const here = { cwd: lab, env: environment(port), uid: 10_001, gid: 10_001 }
      return spawnSync(command, args, { ...here, encoding: 'utf8' })
    }

    /** As process 1 of a namespace, like in a container. */
    const runImage = async (port: number) => {
      const user = ['--reuid', '10001', '--regid', '10001', '--clear-groups']
      const command = [...words('ENTRYPOINT'), ...words('CMD')]
      const program = startProgram(
        'unshare',
        ['--pid', '--fork', '--kill-child', 'setpriv', ...user, ...command],
        { cwd: lab, env: environment(port) },
      )
      started.push(program)
      await program.waitFor(/DHCP option 67/)
      const { pid } = program.process
      const first = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
      return { program, first }
    }

    test('give the program and its own packages, and nothing to build with', () => {
      const installed = join(image.root, 'opt/ztpush')
      expect(readdirSync(installed).sort()).not.toEqual(
        expect.arrayContaining(['src', 'test', 'package-lock.json']),
      )
      const packages = readdirSync(join(installed, 'node_modules'))
      expect(packages).toContain('hono')
      expect(packages).not.toContain('typescript')
      const { stdout } = spawnSync('du', ['-sm', installed], { encoding: 'utf8' })
      expect(Number.parseInt(stdout, 10)).toBeLessThan(32)
    })

    test('its command serves the folder that it is started in, and the check of its health follows the port', async () => {
      const [port = 0, other = 0] = await freePorts(2)
      expect(health(port).status).toBe(1)
      const { program, first } = await runImage(port)
      const answer = await fetch(`http://127.0.0.1:${port}/dynconfig`, {
        headers: { 'X-Arista-SystemMAC': '52:54:00:00:11:11' },
      })
      expect(await answer.text()).toContain('hostname floor1-sw1\n')
      expect(health(port)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`:${port}/`),
      })
      expect(health(other)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('ECONNREFUSED'),
      })
      // what the server writes for itself is in the volume, not in the folder that may be read-only
      const state = inStage(image.root, '/var/lib/ztpush')
      await eventually(() => expect(readdirSync(state)).toContain('journal'))
      expect(statSync(join(state, 'journal')).uid).toBe(10_001)
      expect(readdirSync(lab).sort()).toEqual(['data_root', 'swinfo.json', 'templates'])
      process.kill(first, 'SIGTERM')
      expect(await program.ended).toBe(0)
      expect(health(port).status).toBe(1)
    })

    test('SIGTERM to process 1 lets a download end', async () => {
      const [port = 0] = await freePorts(1)
      const { program, first } = await runImage(port)
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path: '/files/EOS.swi' }, resolve).on('error', reject)
      })
      process.kill(first, 'SIGTERM')
      await program.waitFor(/SIGTERM: letting requests end/)
      await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
      let received = 0
      for await (const chunk of response) received += (chunk as Buffer).length
      expect(received).toBe(bytes)
      expect(await program.ended).toBe(0)
    })
  },
)
