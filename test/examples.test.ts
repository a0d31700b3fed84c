import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, makeFolder, type RunningServer, runCommand, startServer } from './running-server.ts'

const canCommit = ['git', 'flock'].every((name) => spawnSync(name, ['--version']).status === 0)
if (!canCommit) {
  if (process.env['CI'] !== undefined) throw new Error('git or flock is not installed')
  console.warn('skipped: the config-handler of the example needs git and flock')
}

const example = fileURLToPath(new URL('../examples/leaf-spine', import.meta.url))

describe('the example of two spines and four leaves', () => {
  const folder = makeFolder({})
  let server: RunningServer

  beforeAll(async () => {
    cpSync(example, folder.path, { recursive: true })
    server = await startServer(folder.path)
  })
  afterAll(async () => {
    await server.stop()
    folder.remove()
  })

  const url = (path: string) => `http://127.0.0.1:${server.port}${path}`

  const path = (name: string) => join(folder.path, 'data_root', name)

  interface Action {
    readonly name: string
    readonly action: string
    readonly attributes: Record<string, unknown>
    readonly [key: string]: unknown
  }

  interface Definition {
    readonly name: string
    readonly actions: readonly Action[]
  }

  /** Reports a switch with its neighbours, given as `spine1 Ethernet1`. */
  function report(serialnumber: string, neighbors: Record<string, string>, model = 'vEOS-lab') {
    const seen = Object.entries(neighbors).map(([local, peer]) => {
      const [device, port] = peer.split(' ')
      return [local, [{ device, port }]]
    })
    const body = JSON.stringify({ serialnumber, model, neighbors: Object.fromEntries(seen) })
    return fetch(url('/nodes'), { method: 'POST', body })
  }

  /** What a leaf sees that is cabled to port `at` of both spines. */
  const uplinks = (at: number, domain = '') => ({
    Ethernet49: `spine1${domain} Ethernet${at}`,
    Ethernet50: `spine2${domain} Ethernet${at}`,
  })

  async function definition(serial: string): Promise<Definition> {
    const answer = await fetch(url(`/nodes/${serial}`))
    expect(answer.status).toBe(200)
    return (await answer.json()) as Definition
  }

  const actionOf = ({ actions }: Definition, name: string) =>
    actions.find((action) => action.name === name)
  const variablesOf = (found: Definition, name: string) =>
    actionOf(found, name)?.attributes['variables']

  test('is served with the option that makes switches run definitions', async () => {
    await server.waitFor(/^or: +http:\/\/127\.0\.0\.1:\d+\/bootstrap /m)
  })

  test('has nothing wrong', async () => {
    const { stdout, code } = await runCommand(folder.path, ['validate', '--json', '--strict'])
    expect(JSON.parse(stdout)).toMatchObject({ problems: [] })
    expect(code).toBe(0)
  })

  test('uses each of the shipped actions', () => {
    const shipped = readdirSync(new URL('../switch/actions', import.meta.url))
    const definitions = ['definitions/leaf', 'definitions/spine']
      .map((name) => readFileSync(path(name), 'utf8'))
      .join('')
    const used = new Set([...definitions.matchAll(/^ {4}action: (\w+)$/gm)].map(([, name]) => name))
    expect([...used].sort()).toEqual(shipped.filter((name) => name !== 'template').sort())
  })

  test('states the addresses of image and mail server in one file', () => {
    const naming = readdirSync(folder.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => /(?:images|mail)\.pod1/.test(readFileSync(file, 'utf8')))
    expect(naming).toEqual([path('site')])
  })

  test.each([
    ['files/management.tpl', ['hostname', 'address', 'service_host']],
    ['files/leaf.tpl', ['asn', 'spine_asn', 'loopback', 'gateway']],
    ['files/note.sh', ['hostname', 'place']],
    ['files/clock.cmds', ['ntp_server']],
  ])('%s has no dollar sign but of its variables and doubled ones', (file, names) => {
    const text = readFileSync(path(file), 'utf8').replaceAll('$$', '')
    const found = new Set([...text.matchAll(/\$(\w*)/g)].map(([, name]) => name))
    expect([...found].sort()).toEqual([...names].sort())
  })

  test('tells the client to wait for LLDP', async () => {
    const config = await (await fetch(url('/bootstrap/config'))).json()
    expect(config).toMatchObject({ client: { timeout: 30, retries: 5, lldp_wait: 60 } })
  })

  test('knows the spines by their serial numbers, and renders their configuration', async () => {
    for (const [at, serial] of ['JPE24440001', 'JPE24440002'].entries()) {
      expect((await report(serial, {})).status).toBe(201)
      const found = await definition(serial)
      expect(found.actions.map(({ action }) => action)).toEqual([
        'run_cli_commands',
        'install_image',
        'replace_config',
        'copy_file',
      ])
      expect(variablesOf(found, 'clock')).toEqual({ ntp_server: '10.34.8.254' })
      expect(actionOf(found, 'image')?.attributes).toEqual({
        url: 'http://images.pod1.lab.example/EOS64-4.32.5.1M.swi',
        version: '4.32.5.1M',
      })
      expect(actionOf(found, 'rendered configuration')?.attributes).toEqual({ url: '/dynconfig' })
      expect(actionOf(found, 'backup script')?.attributes).toMatchObject({ mode: '755' })
      const { body } = await ask(server.port, '/dynconfig', { 'X-Arista-Serial': serial })
      expect(body).toContain(`hostname spine${at + 1}\n`)
      expect(body).toContain(`   ip address 10.34.8.${11 + at}/24\n`)
      expect(body).toContain(`   ip address 10.34.255.${1 + at}/32\n`)
      expect(body).toMatch(/ secret sha512 \$6\$eoslab\$/)
    }
  })

  test('tells leaves by their uplinks, with a domain in the names or without, and gives each values of its own', async () => {
    for (const [at, domain] of ['.pod1.lab.example', '', '.pod1.lab.example'].entries()) {
      const serial = `JPE2444000${3 + at}`
      expect((await report(serial, uplinks(at + 1, domain), 'DCS-7020TR-48-F')).status).toBe(201)
      const found = await definition(serial)
      expect(variablesOf(found, 'management')).toEqual({
        hostname: `leaf${at + 1}`,
        address: `10.34.8.${13 + at}/24`,
        service_host: '10.34.8.254',
      })
      expect(variablesOf(found, 'underlay')).toEqual({
        asn: String(65101 + at),
        spine_asn: 65000,
        loopback: `10.34.255.${3 + at}/32`,
        gateway: `10.34.${16 + at}.1/24`,
      })
      expect(variablesOf(found, 'note')).toEqual({ hostname: `leaf${at + 1}`, place: 'pod 1' })
      expect(actionOf(found, 'image')).toMatchObject({
        onstart: 'looking at the image',
        onsuccess: 'the image is right',
        onfailure: 'is the image at the address that data_root/site has for it?',
      })
      expect(actionOf(found, 'tell the NOC')?.attributes).toMatchObject({
        smarthost: 'mail.pod1.lab.example',
        receivers: ['noc@pod1.lab.example'],
      })
    }
  })

  test('has no fifth leaf: the names are used up', async () => {
    expect((await report('JPE24440007', uplinks(4))).status).toBe(201)
    expect((await fetch(url('/nodes/JPE24440007'))).status).toBe(400)
    rmSync(path('nodes/JPE24440007'), { recursive: true })
  })

  const spine2 = '"Ethernet50: $spine2:$spine_port": Ethernet50 does not satisfy it '
  test.each([
    [
      'with both uplinks to one spine',
      { Ethernet49: 'spine1.pod1.lab.example Ethernet1', Ethernet50: 'spine1 Ethernet2' },
      `${spine2}(Ethernet50 sees spine1:Ethernet2)`,
    ],
    ['with one uplink', { Ethernet49: 'spine1 Ethernet1' }, `${spine2}(nothing is seen there)`],
    [
      'with its uplinks swapped',
      { Ethernet49: 'spine2 Ethernet1', Ethernet50: 'spine1 Ethernet1' },
      '"Ethernet49: $spine1:$spine_port": Ethernet49 does not satisfy it',
    ],
    [
      'beside a spine10',
      { Ethernet49: 'spine10 Ethernet1', Ethernet50: 'spine2 Ethernet1' },
      'Ethernet49 does not satisfy it (Ethernet49 sees spine10:Ethernet1)',
    ],
    [
      'at a port of the spines that is not for leaves',
      uplinks(40),
      'Ethernet49 does not satisfy it (Ethernet49 sees spine1:Ethernet40)',
    ],
    [
      'beside another leaf',
      { ...uplinks(1), Ethernet1: 'leaf2.pod1.lab.example Ethernet1' },
      `Ethernet1 sees leaf2.pod1.lab.example:Ethernet1, which "none: $leaf:excludes('Management')" forbids`,
    ],
  ])('refuses a leaf %s, and says why', async (_how, neighbors, reason) => {
    const answer = await report('JPE24440099', neighbors)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain(`pattern leaf: `)
    expect(await (await report('JPE24440099', neighbors)).text()).toContain(reason)
    expect(existsSync(path('nodes/JPE24440099'))).toBe(false)
  })

  test('refuses another model', async () => {
    const answer = await report('JPE24440099', uplinks(1), 'DCS-7050SX3-48YC8')
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('model "DCS-7050SX3-48YC8" does not match')
  })

  test('lets a leaf see another one in the management network', async () => {
    const neighbors = { ...uplinks(1), Management1: 'leaf2 Management1' }
    expect((await report('JPE24440098', neighbors)).status).toBe(201)
    rmSync(path('nodes/JPE24440098'), { recursive: true })
  })

  test('has a leaf that is kept by hand: its configuration, then what is always to be done', async () => {
    expect((await report('JPE24440006', { Ethernet50: 'spine1 Ethernet4' })).status).toBe(409)
    const found = await definition('JPE24440006')
    expect(found.name).toBe('Autogenerated definition')
    expect(found.actions.map(({ name }) => name)).toEqual([
      'install static startup-config file',
      'image',
      'note',
    ])
    expect(found.actions[0]?.attributes).toEqual({ url: url('/nodes/JPE24440006/startup-config') })
    expect(variablesOf(found, 'note')).toEqual({
      hostname: 'leaf4',
      place: 'rack A4, beside the firewalls',
    })
  })

  test('gives the leaf that is kept by hand what the templates give', () => {
    const values: Record<string, string> = {
      hostname: 'leaf4',
      service_host: '10.34.8.254',
      spine_asn: '65000',
      ...Object.fromEntries(
        ['mgmt address', 'loopback loopback', 'leaf_asn asn', 'server_gateway gateway'].map(
          (pair) => {
            const [pool = '', name = ''] = pair.split(' ')
            const held = /^(\S+): JPE24440006/m.exec(
              readFileSync(path(`resources/${pool}`), 'utf8'),
            )
            return [name, held?.[1] ?? '']
          },
        ),
      ),
    }
    const made = ['management', 'leaf']
      .map((name) => readFileSync(path(`files/${name}.tpl`), 'utf8'))
      .join('')
      .replace(/^event-handler[\s\S]*?^!\n/m, '')
      .replace(/\$(\$|\w+)/g, (_all, name: string) => (name === '$' ? '$' : (values[name] ?? '')))
    const commands = (text: string) => text.split('\n').filter((line) => !line.startsWith('!'))
    expect(commands(readFileSync(path('nodes/JPE24440006/startup-config'), 'utf8'))).toEqual(
      commands(made),
    )
  })

  describe.skipIf(!canCommit)('the config-handler', () => {
    const save = async (serial: string, body: string) => {
      const answer = await fetch(url(`/nodes/${serial}/startup-config`), { method: 'PUT', body })
      expect(answer.status).toBe(200)
    }
    const git = (...args: string[]) =>
      execFileSync('git', ['--git-dir', path('backups'), ...args], { encoding: 'utf8' })
    const subjects = () => git('log', '--format=%s').trim().split('\n')

    test('keeps every version in git, out of reach of switches', async () => {
      for (const text of ['hostname leaf1\n', 'hostname leaf1\n', 'hostname leaf-one\n']) {
        await save('JPE24440003', text)
      }
      expect(subjects()).toEqual(Array(2).fill('startup-config of JPE24440003'))
      expect(git('show', 'HEAD~1:JPE24440003/startup-config')).toBe('hostname leaf1\n')
      expect(readdirSync(path('nodes/JPE24440003'))).not.toContain('.git')
    })

    test('loses none of those that are saved at the same time', async () => {
      const serials = ['JPE24440001', 'JPE24440002', 'JPE24440004', 'JPE24440005']
      await Promise.all(serials.map((serial) => save(serial, `! ${serial}\n`)))
      expect(subjects().slice(0, 4).sort()).toEqual(serials.map((id) => `startup-config of ${id}`))
      for (const serial of serials) {
        expect(git('show', `HEAD:${serial}/startup-config`)).toBe(`! ${serial}\n`)
      }
    })

    test('mends what a kill in the middle leaves behind', async () => {
      writeFileSync(path('backups/HEAD'), '')
      writeFileSync(path('backups/index'), 'DIRC')
      for (const name of ['index', 'HEAD', 'refs/heads/main']) {
        writeFileSync(path(`backups/${name}.lock`), '')
      }
      const before = 6
      await save('JPE24440003', 'hostname leaf1\n')
      expect(subjects()).toHaveLength(before + 1)

      rmSync(path('backups'), { recursive: true })
      mkdirSync(path('backups/objects'), { recursive: true })
      await save('JPE24440003', 'hostname leaf-one\n')
      expect(subjects()).toEqual(['startup-config of JPE24440003'])
    })

    test('says that git is missing', () => {
      const handler = path('config-handlers/commit.sh')
      const result = spawnSync('/bin/sh', [handler], {
        cwd: path('nodes/JPE24440003'),
        env: { PATH: '/nonexistent' },
        encoding: 'utf8',
      })
      expect(result).toMatchObject({ status: 1, stderr: 'commit.sh: git is not installed\n' })
    })
  })

  test('gives a leaf that was backed up its own configuration again, and what is always to be done', async () => {
    const put = { method: 'PUT', body: 'hostname leaf3\n' }
    await fetch(url('/nodes/JPE24440005/startup-config'), put)
    const { actions } = await definition('JPE24440005')
    expect(actions.map(({ action }) => action)).toEqual([
      'replace_config',
      'install_image',
      'copy_file',
      'install_extension',
      'install_cli_plugin',
      'run_bash_script',
    ])
  })

  test('serves the bootstrap client to everybody, and configurations to the spines alone', async () => {
    const script = await ask(server.port, '/bootstrap')
    expect(script.headers['content-type']).toBe('text/x-python')
    expect(script.body).toContain(`SERVER = "${url('')}"`)
    const leaf = { 'X-Arista-Serial': 'JPE24440003' }
    expect((await ask(server.port, '/dynconfig', leaf)).status).toBe(404)
  })
})
