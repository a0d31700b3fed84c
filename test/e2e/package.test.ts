import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { canInstall } from '../packaging/registry.ts'
import {
  plainEnvironment,
  type StartedProgram,
  startProgram,
} from '../packaging/started-program.ts'
import { freePorts, makeFolder, writeIn } from '../running-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const npm = (cwd: string, ...args: string[]) =>
  execFileSync('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 180_000,
  })

interface Packed {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

const folder = makeFolder({ 'work/package.json': { private: true } })
afterAll(() => {
  execFileSync('chmod', ['-R', 'u+w', folder.path])
  folder.remove()
})

describe.runIf(canInstall('the package in an empty folder'))(
  'the package',
  { timeout: 60_000 },
  () => {
    const work = join(folder.path, 'work')
    const lab = join(work, 'lab')
    const started: StartedProgram[] = []
    // as root one may write wherever it says that one may not
    const isRoot = process.getuid?.() === 0
    const somebody = isRoot ? { uid: 65_534, gid: 65_534 } : {}
    const here = {
      env: { ...plainEnvironment(), HOME: work },
      encoding: 'utf8',
      ...somebody,
    } as const
    let packed: Packed

    beforeAll(() => {
      const json = npm(
        root,
        'pack',
        '--json',
        '--ignore-scripts',
        '--pack-destination',
        folder.path,
      )
      // npm 12 has the package's name before each
      ;[packed] = Object.values(JSON.parse(json) as Packed[] | Record<string, Packed>) as [Packed]
      npm(work, 'install', '--prefer-offline', join(folder.path, packed.filename))
      execFileSync('chmod', ['-R', 'a+rX', folder.path])
      chmodSync(work, 0o777)
    }, 240_000)
    afterEach(async () => {
      await Promise.all(started.splice(0).map((program) => program.stop('SIGKILL')))
    })

    const paths = () => packed.files.map(({ path }) => path)

    test('holds what is needed at run time, and nothing of what it is made of', () => {
      const tops = new Set(paths().map((path) => path.split('/')[0]))
      const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        files: string[]
      }
      const stated = files.filter((name) => !name.startsWith('!')).map((name) => name.split('/')[0])
      expect([...tops].sort()).toEqual([...stated, 'LICENSE', 'README.md', 'package.json'].sort())
      expect(paths()).toEqual(
        expect.arrayContaining([
          'bin/ztps',
          'bin/ztpush',
          'dhcp/dnsmasq.conf',
          'dist/main.js',
          'dist/ztps.js',
          'docs/how-to/first-switch.md',
          'examples/leaf-spine/data_root/neighbordb',
          'packaging/systemd/ztpush.service',
          'swinfo.json',
          'switch/bootstrap',
          'templates/config.njk',
        ]),
      )
      const actions = readdirSync(join(root, 'switch/actions')).filter(
        (name) => name !== '__pycache__',
      )
      expect(paths()).toEqual(
        expect.arrayContaining(actions.map((name) => `switch/actions/${name}`)),
      )
      const odd =
        /(?:^|\/)(?:src|test|bench|node_modules|__pycache__|\.ztpush|\.ci)\/|\.(?:map|ts|pyc|tgz)$|\.test\./
      expect(paths().filter((path) => odd.test(path))).toEqual([])
    })

    test('has programs that can be run, and keeps its size', () => {
      const modes = packed.files.filter(({ path }) => path.startsWith('bin/'))
      expect(modes.map(({ mode }) => mode & 0o111)).toEqual([0o111, 0o111])
      expect(packed.size).toBeLessThan(1_500_000)
      expect(packed.unpackedSize).toBeLessThan(5_000_000)
    })

    test('makes a lab, renders it and serves it, from a folder that cannot be written to', async () => {
      const installed = join(work, 'node_modules')
      execFileSync('chmod', ['-R', 'a-w', installed])
      const before = snapshotOf(installed)
      const npx = (cwd: string, ...args: string[]) =>
        execFileSync('npx', ['--no-install', ...args], { cwd, ...here })
      npx(work, 'ztpush', 'init', 'lab')
      expect(readFileSync(join(lab, 'swinfo.json'), 'utf8')).toBe(
        readFileSync(join(root, 'swinfo.json'), 'utf8'),
      )
      expect(npx(lab, 'ztpush', 'validate', '--strict')).toMatch(/0 errors, 0 warnings/)
      expect(npx(lab, 'ztpush', 'render', '52:54:00:00:11:11')).toContain('hostname floor1-sw1\n')
      const [port = 0] = await freePorts(1)
      const flags = ['--port', String(port), '--operator', 'off']
      // a group of its own: npx does not pass signals on
      const server = startProgram('npx', ['--no-install', 'ztpush', 'serve', ...flags], {
        cwd: lab,
        ...here,
        detached: true,
      })
      started.push(server)
      await server.waitFor(/DHCP option 67/)
      const headers = { 'X-Arista-SystemMAC': '52:54:00:00:11:11' }
      const answer = await fetch(`http://127.0.0.1:${port}/dynconfig`, { headers })
      expect(await answer.text()).toContain('hostname floor1-sw1\n')
      await server.stop()
      // npx is gone at once, the server when it has written everything
      await expect.poll(() => server.output(), { timeout: 15_000 }).toMatch(/"stopped"/)
      expect(snapshotOf(installed)).toEqual(before)
    })

    test('has ztps, which serves a data root with the client and the actions of the package', async () => {
      const [port = 0] = await freePorts(1)
      writeIn(work, 'root/neighbordb', 'patterns: []\n')
      writeIn(
        work,
        'ztps.conf',
        `[default]\ndata_root = root\n[server]\ninterface = 127.0.0.1\nport = ${port}\n`,
      )
      const ztps = join(work, 'node_modules/.bin/ztps')
      expect(execFileSync(ztps, ['--version'], here)).toMatch(/^ZTPServer version \d/)
      const server = startProgram(ztps, ['--conf', 'ztps.conf'], { cwd: work, ...here })
      started.push(server)
      await server.waitFor(/serves as ZTPServer/)
      const bootstrap = await fetch(`http://127.0.0.1:${port}/bootstrap`)
      expect(await bootstrap.text()).toMatch(/^#!/)
      const action = await fetch(`http://127.0.0.1:${port}/actions/add_config`)
      expect(action.status).toBe(200)
      expect(await server.stop()).toBe(0)
    })
  },
)

/** Every file with its size and time of change. */
function snapshotOf(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => {
    const { size, mtimeMs } = statSync(join(path, name))
    return `${name} ${size} ${mtimeMs}`
  })
}

test.each(['ztpush', 'ztps'])('bin/%s can be run as a file', (name) => {
  expect(statSync(join(root, 'bin', name)).mode & 0o111).toBe(0o111)
  expect(execFileSync(join(root, 'bin', name), ['--version'], { encoding: 'utf8' })).toMatch(/ \d/)
})
