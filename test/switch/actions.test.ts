/** What all actions have in common, and the one to copy. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { configured, expectFailure, expectSuccess, Provisioning } from './provisioned.ts'

const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]

/** What each action needs: all of it right. */
const needed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  add_config: { url: 'files/one' },
  replace_config: { url: 'files/one' },
  copy_file: { src_url: 'files/one', dst_url: '/mnt/flash' },
  install_image: { url: 'files/one', version: '4.32.5.1M' },
  install_extension: { url: 'files/one' },
  install_cli_plugin: { url: 'files/one' },
  run_bash_script: { url: 'files/one' },
  run_cli_commands: { url: 'files/one' },
  send_email: { smarthost: '127.0.0.1:9', sender: 'a@b.example', receivers: ['c@d.example'] },
}

/** Every attribute that is needed, each time not set in another way. */
const unset = Object.entries(needed)
  .flatMap(([action, attributes]) => Object.keys(attributes).map((name) => ({ action, name })))
  .map((one, at) => {
    const [how, value] = [
      ['is absent', undefined],
      ['is null', null],
      ['is empty', ''],
      ['is blank', '  '],
    ][at % 4] as [string, unknown]
    return { ...one, how, value }
  })

/** What goes to flash is asked for its size and hash first, and what is not there has none. */
const toFlash = 'metadata not found on server (status=404): There is no such file.'
const elsewhere =
  'resource URL not found on server (status=404): There is no such file. (SERVER/files/none)'
const downloads = [
  ['add_config', 'url', 'config', elsewhere],
  ['replace_config', 'url', 'config', toFlash],
  ['copy_file', 'src_url', 'file', toFlash],
  ['install_image', 'url', 'image file', toFlash],
  ['install_extension', 'url', 'extension', toFlash],
  ['install_cli_plugin', 'url', 'CliPlugin', toFlash],
  ['run_bash_script', 'url', 'config', elsewhere],
  ['run_cli_commands', 'url', 'config', elsewhere],
] as const

describe.skipIf(fakeEosImpossible() !== undefined)('an action', () => {
  let site: Provisioning

  beforeAll(async () => {
    site = await Provisioning.start()
  })
  afterEach(() => site.removeSwitches())
  afterAll(() => site.stop())

  test.each(unset)(
    '$action fails before it downloads anything when its $name $how',
    async ({ action, name, value }) => {
      const attributes = { ...needed[action], [name]: value }
      const run = await site.run({
        actions: [{ action, attributes }],
        files: { one: 'hostname leaf2\n' },
      })
      expectFailure(run, action, `Missing attribute('${name}')`)
      expect(run.log.filter((line) => line.startsWith('GET SERVER/files/'))).toEqual([])
    },
  )

  test.each(downloads)(
    '%s fails when the server has no such %s',
    async (action, name, what, reason) => {
      const run = await site.run({
        actions: [{ action, attributes: { ...needed[action], [name]: 'files/none' } }],
        files: { one: '' },
      })
      expectFailure(run, action, `Unable to retrieve ${what} from files/none: ${reason}`)
    },
  )

  test.each(pythons)(
    'says names that are not ASCII as they are (Python $minor)',
    async (python) => {
      const url = 'files/grün'
      const run = await site.run({
        actions: [{ action: 'add_config', attributes: { url } }],
        python,
      })
      const reason = elsewhere.replace('none', 'grün')
      expectFailure(run, 'add_config', `Unable to retrieve config from ${url}: ${reason}`)
    },
  )

  test.each([
    ['a list', ['files/one'], "['files/one']"],
    ['a mapping', { one: 1 }, "{'one': 1}"],
    ['a boolean', true, 'True'],
  ])('takes not %s for text', async (_what, url, shown) => {
    const run = await site.run({ actions: [{ action: 'add_config', attributes: { url } }] })
    expectFailure(run, 'add_config', `Invalid attribute('url'): found ${shown}, expected text`)
  })

  test('takes a number for text, and drops white space around text', async () => {
    const run = await site.run({
      actions: [
        { action: 'copy_file', attributes: { src_url: '  files/5 ', dst_url: ' /mnt/flash\n' } },
        { action: 'install_image', attributes: { url: 'files/5', version: 5 } },
      ],
      files: { 5: 'five' },
    })
    expectSuccess(run, {
      ...configured,
      5: 'five',
      'EOS-5.swi': 'five',
      'boot-config': 'SWI=flash:/EOS-5.swi\n',
    })
  })

  test.each([
    ['copy_file', 'src_url', 'files/', 'in a file name'],
    ['copy_file', 'src_url', 'files/?name=one', 'in a file name'],
    ['install_cli_plugin', 'url', 'files/..', 'in a file name'],
    ['install_extension', 'url', 'files/', 'in a file name without blanks'],
    ['install_extension', 'url', 'files/two words.rpm', 'in a file name without blanks'],
  ])('%s fails on %s %s, which has no name for the file', async (action, name, url, expected) => {
    const attributes = { ...needed[action], [name]: url }
    const run = await site.run({ actions: [{ action, attributes }] })
    const text = `Invalid attribute('${name}'): found ${url}, expected an address that ends ${expected}`
    expectFailure(run, action, text)
  })

  test('downloads from another server too, and fails when that has nothing', async () => {
    const other = createServer((request, response) => {
      const isThere = request.url === '/motd?of=today'
      response.writeHead(isThere ? 200 : 404, { 'Content-Type': 'application/x-anything' })
      response.end(isThere ? 'from elsewhere\n' : '')
    }).listen(0, '127.0.0.2')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const url = `http://127.0.0.2:${port}`
    const copy = (path: string) =>
      site.run({
        actions: [
          { action: 'copy_file', attributes: { src_url: url + path, dst_url: '/mnt/flash' } },
        ],
      })
    expectSuccess(await copy('/motd?of=today'), { ...configured, motd: 'from elsewhere\n' })
    expectFailure(
      await copy('/none'),
      'copy_file',
      `Unable to retrieve file from ${url}/none: resource URL not found on server (status=404) (${url}/none)`,
    )
    other.close()
  })

  test('that fails is the last one, and what those before it did is taken back', async () => {
    const copy = (name: string, dst_url = '/mnt/flash') => ({
      action: 'copy_file',
      attributes: { src_url: `files/${name}`, dst_url },
    })
    const run = await site.run({
      actions: [
        copy('boot-config'),
        copy('one', '/mnt/flash/new/folder'),
        copy('one', '/home'),
        { action: 'install_extension', attributes: { url: 'files/one' } },
        { action: 'run_bash_script', attributes: { url: 'files/script' } },
        { action: 'install_cli_plugin', attributes: { url: 'files/none' } },
        copy('two', '/persist/local'),
      ],
      files: {
        one: '1',
        two: '2',
        'boot-config': 'SWI=flash:/other.swi\n',
        script: '#!/bin/bash\necho changed >> /mnt/flash/persist/notes\nmkdir /mnt/flash/made\n',
      },
    })
    expectFailure(run, 'install_cli_plugin', /^Unable to retrieve CliPlugin from files\/none: /)
    expect([...run.eos.flashListing().keys()]).toEqual(['boot-config', 'persist', 'persist/notes'])
    expect(run.eos.file('/persist/local/two')).toBeUndefined()
  })

  test('of no such name is said to be missing', async () => {
    const run = await site.run({ actions: [{ action: 'brew_coffee' }] })
    expectFailure(run, 'brew_coffee', /^action not found on server \(status=404\)/)
  })

  test.each(pythons)(
    '"template" logs its message and its attributes (Python $minor)',
    async (python) => {
      const run = await site.run({
        actions: [
          { action: 'template' },
          { action: 'template', attributes: { message: 'good morning', colour: 'grün', size: 7 } },
        ],
        python,
      })
      expectSuccess(run, configured)
      expect(run.log.filter((line) => line.startsWith('template: '))).toEqual([
        'template: hello',
        'template: good morning',
        'template: colour=grün',
        'template: size=7',
      ])
      expect(run.log.filter((line) => line === 'Downloading action template')).toHaveLength(1)
    },
  )
})
