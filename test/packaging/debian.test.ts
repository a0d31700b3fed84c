import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually, freePorts, makeFolder, writeIn } from '../running-server.ts'
import { canInstall } from './registry.ts'
import { plainEnvironment, type StartedProgram, startProgram } from './started-program.ts'
import { unitSection } from './unit-file.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}

/** What is not on this machine, and what is skipped for it; with CI set that is an error. */
function lacks(what: string, programs: readonly string[]): boolean {
  const missing = programs.filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  )
  if (process.getuid?.() !== 0 && programs.includes('unshare')) missing.push('root')
  if (missing.length === 0) return false
  if (process.env['CI'] !== undefined) throw new Error(`needs ${missing.join(', ')}`)
  console.warn(`skipped: ${what} (needs ${missing.join(', ')})`)
  return true
}

const isSkipped = lacks('the Debian package', ['dpkg-deb', 'tar', 'gzip', 'realpath'])
const isInstalled = !lacks('the Debian package, installed', ['dpkg', 'useradd', 'unshare'])
const isConfined = !lacks('the server under its unit', [
  'unshare',
  'systemd-analyze',
  'python3',
  'git',
])

const folder = makeFolder({})
chmodSync(folder.path, 0o755)
afterAll(() => folder.remove())

test.each(['build.sh', 'postinst', 'prerm', 'postrm'])('%s is a script that can be run', (name) => {
  const path = join(root, 'packaging/debian', name)
  expect(statSync(path).mode & 0o111).toBe(0o111)
  expect(spawnSync('sh', ['-n', path], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  })
})

describe.runIf(!isSkipped && canInstall('the Debian package'))(
  'the Debian package',
  {
    timeout: 60_000,
  },
  () => {
    const extracted = join(folder.path, 'extracted')
    const program = join(extracted, 'usr/bin/ztpush')
    let deb = ''
    const started: StartedProgram[] = []

    const env = { ...plainEnvironment(), npm_config_prefer_offline: 'true' }
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: folder.path, env, encoding: 'utf8', stdio: 'pipe' })

    beforeAll(() => {
      // the checkout is built already
      run('npm', 'pack', root, '--ignore-scripts', '--silent')
      const build = join(root, 'packaging/debian/build.sh')
      deb = run(build, '--package', `ztpush-${version}.tgz`, '.').trim()
      run('dpkg-deb', '--extract', deb, extracted)
    }, 240_000)
    afterEach(async () => {
      await Promise.all(started.splice(0).map((each) => each.stop('SIGKILL')))
    })

    test('says what it is and what it needs', () => {
      expect(deb).toBe(join(folder.path, `ztpush_${version}_all.deb`))
      const info = run('dpkg-deb', '--field', deb)
      expect(info).toContain('Package: ztpush\n')
      expect(info).toContain(`Version: ${version}\n`)
      const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        engines: { node: string }
      }
      expect(info).toContain(`Depends: nodejs (${engines.node.replace('>=', '>= ')}), passwd\n`)
      expect(info).not.toMatch(/@[A-Z]+@/)
      expect(run('dpkg-deb', '--info', deb, 'conffiles')).toBe('/etc/ztpush/ztpush.conf\n')
    })

    test('holds the program, its packages, the unit and its pages, all of root and readable', () => {
      const lines = run('dpkg-deb', '--contents', deb).trimEnd().split('\n')
      const rows = lines.map((line) => line.split(/ +/))
      const paths = rows.map(([, , , , , path]) => path)
      expect(paths).toEqual(
        expect.arrayContaining([
          './etc/ztpush/ztpush.conf',
          './usr/bin/ztps',
          './usr/bin/ztpush',
          './usr/lib/systemd/system/ztpush.service',
          './usr/lib/ztpush/node_modules/hono/package.json',
          './usr/lib/ztpush/switch/bootstrap',
          './usr/share/doc/ztpush/changelog.gz',
          './usr/share/doc/ztpush/copyright',
        ]),
      )
      expect(
        paths.filter((path) => /node_modules\/(?:typescript|vitest|\.cache)\//.test(path ?? '')),
      ).toEqual([])
      expect(rows.filter(([, owner]) => owner !== 'root/root')).toEqual([])
      expect(lines.filter((line) => !/^[-dl]r.[-x]r-[-x]r-[-x] |^l/.test(line))).toEqual([])
      expect(statSync(deb).size).toBeLessThan(6_000_000)
    })

    test('its settings are settings, and its program runs from where it lies', async () => {
      const lab = join(folder.path, 'lab')
      const here = { cwd: folder.path, env, encoding: 'utf8' } as const
      expect(execFileSync(program, ['--version'], here)).toBe(`ztpush ${version}\n`)
      execFileSync(program, ['init', 'lab'], here)
      const [port = 0] = await freePorts(1)
      const conf = join(folder.path, 'checked.conf')
      const shipped = readFileSync(join(extracted, 'etc/ztpush/ztpush.conf'), 'utf8')
      writeFileSync(conf, shipped.replace('/var/lib/ztpush/state', join(folder.path, 'state')))
      // each of those that are commented out too
      writeFileSync(`${conf}.all`, shipped.replace(/^#(?=\w+ = )/gm, ''))
      for (const file of [conf, `${conf}.all`]) {
        const { stderr } = spawnSync(program, ['validate', '--conf', file], { ...here, cwd: lab })
        expect(stderr).not.toMatch(/settings-/)
      }
      const server = startProgram(
        program,
        ['serve', '--conf', conf, '--port', String(port), '--operator', 'off'],
        { cwd: lab },
      )
      started.push(server)
      await server.waitFor(/DHCP option 67/)
      const headers = { 'X-Arista-SystemMAC': '52:54:00:00:11:11' }
      const answer = await fetch(`http://127.0.0.1:${port}/dynconfig`, { headers })
      expect(await answer.text()).toContain('hostname floor1-sw1\n')
      expect(await server.stop()).toBe(0)
    })

    test.runIf(isInstalled)('dpkg installs it with its user, and keeps settings and state', () => {
      const target = join(folder.path, 'target')
      for (const name of ['info', 'updates'])
        mkdirSync(join(target, 'var/lib/dpkg', name), { recursive: true })
      writeIn(target, 'var/lib/dpkg/status', '')
      writeIn(target, 'etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
      writeIn(target, 'etc/group', 'root:x:0:\n')
      writeIn(target, 'var/lib/ztpush/data_root/resources/mgmt', '10.0.0.1: JPE1\n')
      const dpkg = (...args: string[]) =>
        run(
          'dpkg',
          `--root=${target}`,
          '--force-script-chrootless',
          '--force-depends',
          '--force-confdef',
          ...args,
        )
      dpkg('--install', deb)
      const passwd = () => readFileSync(join(target, 'etc/passwd'), 'utf8')
      expect(passwd()).toMatch(/^ztpush:[^:]:\d+:\d+:.*:\/var\/lib\/ztpush:\/usr\/sbin\/nologin$/m)
      const conf = join(target, 'etc/ztpush/ztpush.conf')
      writeFileSync(conf, '[server]\nport = 80\n')
      dpkg('--install', deb)
      expect(readFileSync(conf, 'utf8')).toBe('[server]\nport = 80\n')
      expect(passwd().match(/^ztpush:/gm)).toHaveLength(1)
      dpkg('--remove', 'ztpush')
      expect(existsSync(join(target, 'usr/lib/ztpush'))).toBe(false)
      expect(existsSync(conf)).toBe(true)
      dpkg('--purge', 'ztpush')
      expect(existsSync(conf)).toBe(false)
      expect(existsSync(join(target, 'var/lib/ztpush/data_root/resources/mgmt'))).toBe(true)
    })

    test.runIf(isConfined)(
      'its server and the programs of a data root work under its unit',
      async () => {
        const state = join(folder.path, 'confined')
        const handler = [
          '#!/bin/sh',
          'set -e',
          'git init -q --template= backup',
          'cp -p startup-config backup/config',
          'cd backup',
          'git add config',
          'git -c user.name=a -c user.email=a@localhost commit -q -m saved',
          'touch /usr/lib/was-here 2>../outside || echo refused >>../outside',
          'echo done >../ran',
        ]
        writeIn(state, 'swinfo.json', { '52:54:00:00:11:11': { hostname: 'sw1' } })
        writeIn(
          state,
          'templates/config.njk',
          '{{ hostname }} {{ "a" | password_hash("sha512", "b", rounds=5000) }}\n',
        )
        writeIn(state, 'data_root/definitions/one', 'actions: []\n')
        writeIn(state, 'data_root/resources/mgmt', '10.0.0.1: null\n')
        writeIn(state, 'data_root/plugins/site', '#!/bin/sh\necho north\n')
        writeIn(
          state,
          'data_root/nodes/JPE1/definition',
          "actions:\n  - {action: add_config, attributes: {ip: allocate('mgmt'), site: site('x')}}\n",
        )
        writeIn(state, 'data_root/nodes/JPE1/.node', {
          serialnumber: 'JPE1',
          systemmac: '525400001111',
          model: 'vEOS',
          version: '4.24.0F',
          neighbors: {},
        })
        writeIn(state, 'data_root/nodes/JPE1/config-handler', handler.join('\n'))
        writeIn(state, 'ztpush.conf', '[default]\ndisable_topology_validation = true\n')
        for (const name of ['plugins/site', 'nodes/JPE1/config-handler'])
          chmodSync(join(state, 'data_root', name), 0o755)
        const nobody = 65_534
        run('chown', '-R', `${nobody}:${nobody}`, state)

        const text = readFileSync(join(extracted, 'usr/lib/systemd/system/ztpush.service'), 'utf8')
        const unit = Object.fromEntries(unitSection(text, 'Service'))
        const [port = 0] = await freePorts(1)
        const confinement = JSON.stringify({ ...unit, uid: nobody, gid: nobody, writable: [state] })
        const script = join(import.meta.dirname, 'confined.py')
        const confined = ['python3', script, confinement, '--', program, 'serve']
        const server = startProgram(
          'unshare',
          [
            '--mount',
            '--propagation',
            'private',
            ...confined,
            '--port',
            String(port),
            '--operator',
            'off',
          ],
          { cwd: state, env: { ...plainEnvironment(), HOME: state } },
        )
        started.push(server)
        await server.waitFor(/DHCP option 67/)

        const ask = (path: string, options: RequestInit = {}) =>
          fetch(`http://127.0.0.1:${port}${path}`, options)
        const config = await ask('/dynconfig', {
          headers: { 'X-Arista-SystemMAC': '52:54:00:00:11:11' },
        })
        expect(await config.text()).toMatch(/^sw1 \$6\$(rounds=5000\$)?b\$/)
        const definition = await ask('/nodes/JPE1')
        expect(await definition.json()).toMatchObject({
          actions: [{ attributes: { ip: '10.0.0.1', site: 'north' } }],
        })
        const saved = await ask('/nodes/JPE1/startup-config', {
          method: 'PUT',
          body: 'hostname sw1\n',
          headers: { 'Content-Type': 'text/plain' },
        })
        expect(saved.status).toBe(200)
        const node = join(state, 'data_root/nodes/JPE1')
        await eventually(() =>
          expect(readFileSync(join(node, 'ran'), 'utf8'), server.output()).toBe('done\n'),
        )
        expect(readFileSync(join(node, 'outside'), 'utf8')).toMatch(
          /Read-only file system[\s\S]*refused/,
        )
        expect(
          run('git', '-c', 'safe.directory=*', '-C', join(node, 'backup'), 'log', '--format=%s'),
        ).toBe('saved\n')
        expect(await server.stop()).toBe(0)
        expect(existsSync(join(state, 'data_root/.ztpush/journal'))).toBe(true)
      },
    )
  },
)
