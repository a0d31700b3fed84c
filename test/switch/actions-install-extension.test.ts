/** What EOS is given beside its image: install_extension and install_cli_plugin. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type FakeEosOptions, fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import {
  before,
  configured,
  expectFailure,
  expectSuccess,
  flashText,
  Provisioning,
} from './provisioned.ts'

const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]
const rpm = '\xed\xab\xee\xdb\x00\r\n'
const files = { 'tools.rpm': Buffer.from(rpm, 'latin1'), 'agent.swix': 'PK' }

const extension = (attributes: object) => ({
  action: 'install_extension',
  attributes: { url: 'files/tools.rpm', ...attributes },
})
const withTools = (bootExtensions?: string) => ({
  ...configured,
  '.extensions/tools.rpm': rpm,
  ...(bootExtensions !== undefined && { 'boot-extensions': bootExtensions }),
})

describe.skipIf(fakeEosImpossible() !== undefined)('install_extension', () => {
  let site: Provisioning

  beforeAll(async () => {
    site = await Provisioning.start({
      // an earlier action may have been another's
      'data_root/actions/preload': `def main(attributes):
    with open(attributes.get("NODE").flash() + "/boot-extensions", "wb") as file:
        file.write(attributes.get("text").encode("ascii"))
`,
    })
  })
  afterEach(() => site.removeSwitches())
  afterAll(() => site.stop())

  test.each(pythons)(
    'puts each extension on flash, and its name in boot-extensions (Python $minor)',
    async (python) => {
      const run = await site.run({
        actions: [
          extension({}),
          extension({ url: '/files/agent.swix?of=today', force: true }),
          extension({ url: 'files/plus+more-1.0.rpm' }),
        ],
        files: { ...files, 'plus+more-1.0.rpm': '' },
        python,
      })
      expectSuccess(run, {
        ...withTools('tools.rpm\nagent.swix force\nplus+more-1.0.rpm'),
        '.extensions/agent.swix': 'PK',
        '.extensions/plus+more-1.0.rpm': '',
      })
    },
  )

  test.each([
    ['true', true, 'tools.rpm force'],
    ['"True", which ZTPServer takes', 'True', 'tools.rpm force'],
    ['"true", which ZTPServer does not take', 'true', 'tools.rpm force'],
    ['"yes"', 'yes', 'tools.rpm force'],
    ['1', 1, 'tools.rpm force'],
    ['false', false, 'tools.rpm'],
    ['"False"', 'False', 'tools.rpm'],
    ['"off"', 'off', 'tools.rpm'],
    ['null', null, 'tools.rpm'],
    ['an empty text', '', 'tools.rpm'],
    ['"None"', 'None', 'tools.rpm'],
  ])('with force: %s', async (_what, force, line) => {
    const run = await site.run({ actions: [extension({ force })], files })
    expectSuccess(run, withTools(line))
  })

  test.each([
    ['true', true, 'tools.rpm'],
    ['"false"', 'false', undefined],
    ['false', false, undefined],
    ['null', null, 'tools.rpm'],
  ])('with autoload: %s', async (_what, autoload, text) => {
    const run = await site.run({ actions: [extension({ autoload })], files })
    expectSuccess(run, withTools(text))
  })

  test.each(['force', 'autoload'])('takes no %s: maybe', async (name) => {
    const run = await site.run({ actions: [extension({ [name]: 'maybe' })], files })
    const text = `Invalid attribute('${name}'): found maybe, expected true or false`
    expectFailure(run, 'install_extension', text)
    expect(run.log).not.toContain('GET SERVER/files/tools.rpm')
  })

  test('takes the name extension_url for url', async () => {
    const attributes = { extension_url: 'files/tools.rpm', force: true }
    const run = await site.run({ actions: [{ action: 'install_extension', attributes }], files })
    expectSuccess(run, withTools('tools.rpm force'))
  })

  test('keeps a line that is there, also the same one, and leaves out blank ones', async () => {
    const run = await site.run({
      actions: [
        { action: 'preload', attributes: { text: 'old.rpm\n\n  \ntools.rpm force \r\n' } },
        extension({}),
        extension({ force: true }),
      ],
      files,
    })
    expectSuccess(run, withTools('old.rpm\ntools.rpm force\ntools.rpm\ntools.rpm force'))
  })

  test('is taken back when the run fails later', async () => {
    const run = await site.run({
      actions: [extension({}), extension({ url: 'files/none' })],
      files,
    })
    expectFailure(
      run,
      'install_extension',
      /^Unable to retrieve extension from files\/none: metadata not found on server/,
    )
    expect([...run.eos.flashListing().keys()]).toEqual(['boot-config', 'persist', 'persist/notes'])
  })
})

describe.skipIf(fakeEosImpossible() !== undefined)('install_cli_plugin', () => {
  let site: Provisioning

  beforeAll(async () => {
    site = await Provisioning.start()
  })
  afterEach(() => site.removeSwitches())
  afterAll(() => site.stop())

  const plugin = 'def Plugin(ctx):\r\n    pass # \xff\n'
  const python2 = '/usr/lib/python2.7/site-packages/CliPlugin'
  const install = (name: string) => ({
    action: 'install_cli_plugin',
    attributes: { url: `files/${name}` },
  })
  const provision = (eos: FakeEosOptions, names = ['Racks.py'], python = newestInterpreter()) =>
    site.run({
      actions: names.map(install),
      files: Object.fromEntries(names.map((name) => [name, Buffer.from(plugin, 'latin1')])),
      eos,
      python,
    })

  test.each(pythons)(
    'keeps the plugin on flash and has rc.eos copy it (Python $minor)',
    async (python) => {
      const run = await provision({}, ['Racks.py', 'Rows.py'], python)
      const lines = run.flash['rc.eos']?.split('\n') ?? []
      expect(lines).toHaveLength(5)
      expect([lines[0], lines[1], lines[3]]).toEqual([
        '#!/bin/bash',
        `sudo cp /mnt/flash/.ztp-plugins/Racks.py ${python2}`,
        `sudo cp /mnt/flash/.ztp-plugins/Rows.py ${python2}`,
      ])
      expectSuccess(run, {
        ...configured,
        '.ztp-plugins/Racks.py': plugin,
        '.ztp-plugins/Rows.py': plugin,
        'rc.eos': expect.any(String),
      })
    },
  )

  test.each([
    ['Python 2.7', [python2]],
    ['Python 3.9', ['/usr/lib/python3.9/site-packages/CliPlugin']],
    ['a Python 3 of 64 bits', ['/usr/lib64/python3.13/site-packages/CliPlugin']],
    ['both', [python2, '/usr/lib/python3.7/site-packages/CliPlugin']],
    [
      'two of Python 3',
      [
        '/usr/lib/python3.9/site-packages/CliPlugin',
        '/usr/lib64/python3.11/site-packages/CliPlugin',
      ],
    ],
  ])('is copied at boot where the release has its plugins: %s', async (_what, cliPluginFolders) => {
    const run = await provision({ cliPluginFolders }, ['Racks.py', "Row's plugin.py"])
    const { code, stdout } = await run.eos.startProgram(['bash', '/mnt/flash/rc.eos']).result
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    for (const folder of cliPluginFolders) {
      for (const name of ['Racks.py', "Row's plugin.py"]) {
        const expected = Buffer.from(plugin, 'latin1').toString('utf8')
        expect(run.eos.file(`${folder}/${name}`)).toBe(expected)
      }
    }
    expect(flashText(run.eos)).toEqual(run.flash)
  })

  test('is taken back when the run fails later', async () => {
    const run = await site.run({
      actions: [install('Racks.py'), install('none.py')],
      files: { 'Racks.py': plugin },
    })
    expectFailure(run, 'install_cli_plugin', /^Unable to retrieve CliPlugin from files\/none\.py: /)
    expect(run.flash).toEqual(before)
  })
})
