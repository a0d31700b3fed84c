/** From neighbordb to flash: one definition with all nine actions, the real server, the real client. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFolder, type RunningServer, startServer } from '../running-server.ts'
import { createFakeEos, type FakeEos, type FakeEosOptions, fakeEosImpossible } from './fake-eos.ts'
import { findInterpreters, newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { type MailHost, startMailHost } from './mail-host.ts'
import type { ScriptResult } from './running-script.ts'

const image = Buffer.alloc(3 * 1_048_576, 'image ')
const extension = Buffer.from([0xed, 0xab, 0xee, 0xdb, 0, 255, 10, 13])

const definition = (mailHost: string) => `
name: leaf
attributes:
  ntp: 10.34.0.1
actions:
  - {action: install_image, attributes: {url: files/EOS.swi, version: 4.32.5.1M}}
  - action: replace_config
    onstart: its own configuration
    attributes: {url: /dynconfig}
  - action: add_config
    attributes:
      url: files/management
      variables: {address: allocate('mgmt'), ntp: $ntp}
  - action: copy_file
    attributes: {src_url: files/motd, dst_url: /mnt/flash, mode: "644", overwrite: replace}
  - action: copy_file
    attributes: {src_url: files/motd, dst_url: /etc/motd, overwrite: if-missing}
  - {action: install_extension, attributes: {url: files/tools.rpm, force: true}}
  - {action: install_cli_plugin, attributes: {url: files/plugin.py}}
  - {action: run_bash_script, attributes: {url: files/script.sh, variables: {word: done}}}
  - {action: run_cli_commands, attributes: {url: files/commands, variables: {name: ops}}}
  - action: send_email
    attributes:
      smarthost: ${mailHost}
      sender: ztp@example.com
      receivers: [ops@example.com, noc@example.com]
      body: $bye
`

/** What makes each action fail, by what is missing: the text of the definition, and what takes its place. */
const faults: readonly (readonly [
  action: string,
  right: string,
  wrong: string,
  message: string,
])[] = [
  ['install_image', 'files/EOS.swi', 'files/none', 'Unable to retrieve image file from files/none'],
  ['replace_config', '/dynconfig', '/none', 'Unable to retrieve config from /none'],
  ['add_config', 'files/management', 'files/none', 'Unable to retrieve config from files/none'],
  ['copy_file', 'files/motd', 'files/none', 'Unable to retrieve file from files/none'],
  [
    'install_extension',
    'files/tools.rpm',
    'files/none',
    'Unable to retrieve extension from files/none',
  ],
  [
    'install_cli_plugin',
    'files/plugin.py',
    'files/none',
    'Unable to retrieve CliPlugin from files/none',
  ],
  [
    'run_bash_script',
    'files/script.sh',
    'files/bad.sh',
    'Running /tmp/tmp-run-script in bash failed',
  ],
  ['run_cli_commands', 'files/commands', 'files/bad-commands', 'Running CLI commands'],
  [
    'send_email',
    'smarthost: 127.0.0.1',
    'smarthost: 127.0.0.2',
    'Unable to connect to mail server',
  ],
]

/** Two Pythons, the oldest and the newest; only one where there is only one. */
const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]

const failures = pythons.flatMap(({ path, minor }) =>
  faults.map(([action, right, wrong, message]) => ({
    action,
    right,
    wrong,
    message,
    python: path,
    minor,
    serialNumber: `${action}-${minor}`,
  })),
)

/** The node of each failure is known beforehand, with a definition of its own. */
const failingNodes = (mailHost: string) =>
  Object.fromEntries(
    failures.flatMap(({ right, wrong, serialNumber }) => [
      [
        `data_root/nodes/${serialNumber}/definition`,
        definition(mailHost).replaceAll(right, wrong).replace("allocate('mgmt')", "test('mgmt')"),
      ],
      [`data_root/nodes/${serialNumber}/pattern`, 'interfaces: []\n'],
    ]),
  )

/** One address is taken; one for each Python is free. */
const poolText = `10.34.0.9/24: taken\n${findInterpreters()
  .map((_, at) => `10.34.0.${at + 10}/24: null\n`)
  .join('')}`

const dataRoot = (mailHost: string) => ({
  ...failingNodes(mailHost),
  'swinfo.json': {
    defaults: { domain: 'lab.example' },
    '52:54:00:00:11:11': { hostname: 'leaf1' },
  },
  'templates/config.njk': 'hostname {{ hostname }}.{{ domain }}\n',
  'data_root/neighbordb': `
variables: {spine: "spine1"}
patterns:
  - name: leaf
    definition: leaf
    interfaces: [{Ethernet1: "$spine:Ethernet3"}]
`,
  'data_root/definitions/leaf': definition(mailHost),
  'data_root/bootstrap/bootstrap.conf': 'client: {retries: 1, timeout: 5}\n',
  'data_root/resources/mgmt': poolText,
  'data_root/files/EOS.swi': image,
  'data_root/files/management': 'ntp server $ntp\ninterface Management1\n   ip address $address\n',
  'data_root/files/motd': 'authorised people only\r\n',
  'data_root/files/tools.rpm': extension,
  'data_root/files/plugin.py': 'def Plugin(ctx): pass\n',
  'data_root/files/script.sh': '#!/bin/bash\necho "$word $$HOME" > /mnt/flash/script-was-here\n',
  'data_root/files/bad.sh': '#!/bin/bash\necho half > /mnt/flash/script-was-here\nexit 3\n',
  'data_root/files/bad-commands': 'show nothing of the kind\n',
  'data_root/files/commands': 'configure\nusername $name nopassword\n',
})

/** What was on flash before anybody came. */
const before = {
  'startup-config': 'hostname old\n',
  'rc.eos': '#!/bin/bash\necho old\n',
  'boot-extensions': 'old.rpm\n',
  '.extensions/old.rpm': 'old',
  'boot-config': 'SWI=flash:/EOS-4.28.3M.swi\n',
  'EOS-4.28.3M.swi': Buffer.alloc(2 * 1_048_576, 'old image '),
  motd: 'the former one\n',
  'persist/log': 'kept\n',
}
const moved = ['startup-config', 'rc.eos', 'boot-extensions', '.extensions/old.rpm']

const switchOptions: FakeEosOptions = {
  neighbors: [{ port: 'Ethernet1', neighborDevice: 'spine1', neighborPort: 'Ethernet3' }],
  flash: before,
}

/** Everything on the switch's flash as text, images by their size. */
function flashOf(eos: FakeEos): Record<string, string> {
  return textOf(Object.fromEntries(eos.flash()))
}

function textOf(files: Readonly<Record<string, string | Buffer>>): Record<string, string> {
  const entries = Object.entries(files).map(([path, content]): [string, string] => {
    const bytes = Buffer.from(content)
    return [path, bytes.length > 1_048_576 ? `${bytes.length} bytes` : bytes.toString('latin1')]
  })
  return Object.fromEntries(entries)
}

const untouched = () => {
  const left = Object.entries(before).filter(([path]) => !moved.includes(path))
  return textOf(Object.fromEntries(left))
}

console.log(
  `Python: ${findInterpreters()
    .map(({ version }) => version)
    .join(', ')}`,
)

describe.skipIf(fakeEosImpossible() !== undefined)('a definition with all nine actions', () => {
  let folder: ReturnType<typeof makeFolder>
  let server: RunningServer
  let mailHost: MailHost
  let client: string

  beforeAll(async () => {
    mailHost = await startMailHost()
    folder = makeFolder(dataRoot(mailHost.address))
    server = await startServer(folder.path)
    client = await (await fetch(`http://127.0.0.1:${server.port}/bootstrap`)).text()
  })
  afterAll(async () => {
    await server.stop()
    mailHost.close()
    folder.remove()
  })

  const boot = async (
    options: FakeEosOptions,
    look: (eos: FakeEos, result: ScriptResult) => void | Promise<void>,
    { words = [] as string[], script = client } = {},
  ) => {
    const eos = await createFakeEos({ ...switchOptions, ...options })
    try {
      await look(eos, await eos.run(script, words))
    } finally {
      await eos.close()
    }
  }

  test.each(findInterpreters())(
    'is carried out under Python $version',
    async ({ path, minor }) => {
      const serialNumber = `JPE-${minor}`
      await boot({ python: path, serialNumber }, (eos, { code, stdout, stderr }) => {
        expect(stdout).toContain(`${serialNumber}: ZTP bootstrap completed successfully!`)
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        const address = /ip address (\S+)/.exec(flashOf(eos)['startup-config'] ?? '')?.[1]
        expect(flashOf(eos)).toEqual({
          ...untouched(),
          'startup-config': `hostname leaf1.lab.example\n\nntp server 10.34.0.1\ninterface Management1\n   ip address ${address}\n`,
          'boot-config': 'SWI=flash:/EOS-4.32.5.1M.swi\n',
          'EOS-4.32.5.1M.swi': `${image.length} bytes`,
          motd: 'authorised people only\r\n',
          '.ztp-files/motd': 'authorised people only\r\n',
          'rc.eos': expect.stringMatching(
            /^#!\/bin\/bash\n\[ ! -f \/etc\/motd \] && sudo cp \/mnt\/flash\/\.ztp-files\/motd \/etc\/motd\nsudo cp \/mnt\/flash\/\.ztp-plugins\/plugin\.py \/usr\/lib\/python2\.7\/site-packages\/CliPlugin\n/,
          ),
          'boot-extensions': 'tools.rpm force',
          '.extensions/tools.rpm': extension.toString('latin1'),
          '.ztp-plugins/plugin.py': 'def Plugin(ctx): pass\n',
          'script-was-here': 'done /root\n',
        })
        expect(eos.runningConfig).toContain('username ops nopassword')
        expect(eos.users.has('ztps')).toBe(false)
      })
    },
    60_000,
  )

  test('is told step by step to the server, whose journal has it', async () => {
    const at = `http://127.0.0.1:${server.operatorPort}/api/v1/switches/JPE-${pythons[0]?.minor}`
    const { events } = (await (await fetch(`${at}/events`)).json()) as {
      events: { kind: string; action: string | null }[]
    }
    const reports = events.toReversed().filter(({ kind }) => /^(?:client|action)-/.test(kind))
    // all these switches have one MAC, and so they are one: the last of its runs
    const told = reports.slice(reports.findLastIndex(({ kind }) => kind === 'client-started'))
    const actions = [...definition('').matchAll(/action: (\w+)/g)].map(([, name]) => name)
    expect(told.map(({ kind, action }) => `${kind} ${action ?? ''}`.trim())).toEqual([
      'client-started',
      'client-definition',
      ...actions.flatMap((name) => [`action-started ${name}`, `action-succeeded ${name}`]),
      'client-done',
    ])
    expect(await (await fetch(at)).json()).toMatchObject({ state: 'provisioned', problem: null })
  })

  test('gives no address twice', () => {
    const pool = readFileSync(join(folder.path, 'data_root/resources/mgmt'), 'utf8')
    const holders = pool.split('\n').map((line) => line.split(': ')[1])
    expect(holders).toEqual([
      'taken',
      ...findInterpreters().map(({ minor }) => `JPE-${minor}`),
      undefined,
    ])
  })

  test.each(failures)(
    'that fails at $action leaves nothing of the run on flash (Python $minor)',
    async ({ action, message, python, serialNumber }) => {
      await boot({ python, serialNumber }, (eos, { code, stdout, stderr }) => {
        expect(stdout).toContain(
          `ERROR: ${serialNumber}: Bootstrap process failed: executing action failed (${action}): ${message}`,
        )
        expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
        expect(flashOf(eos)).toEqual(untouched())
        expect([...eos.flashListing().keys()].filter((path) => /ztp/.test(path))).toEqual([])
        expect(eos.users.has('ztps')).toBe(false)
      })
    },
  )

  test.each(pythons)(
    'with -n puts the former configuration back (Python $minor)',
    async ({ path, minor }) => {
      const serialNumber = `send_email-${minor}`
      await boot(
        { python: path, serialNumber },
        (eos, { code }) => {
          expect(code).toBe(1)
          const flash = flashOf(eos)
          for (const name of moved) expect(flash[name]).toBe(textOf(before)[name])
          expect(flash['startup-config.ztp']).toContain('hostname leaf1.lab.example')
          expect(flash['boot-extensions.ztp']).toBe('tools.rpm force')
          expect(flash['.extensions.ztp/tools.rpm']).toBe(extension.toString('latin1'))
          expect(flash['rc.eos.ztp']).toContain('sudo cp /mnt/flash/.ztp-plugins/plugin.py')
          expect(flash).toMatchObject(untouched())
        },
        { words: ['-n'] },
      )
    },
  )

  test('is refused to a switch for which no address is left, which says so', async () => {
    await boot({ serialNumber: 'one-too-many' }, (eos, { code, stdout }) => {
      expect(stdout).toMatch(/Bootstrap process failed: no definition \(status=400\): .*mgmt/)
      expect(code).toBe(1)
      expect(flashOf(eos)).toEqual(untouched())
    })
  })
})
