/** The actions that make startup-config: add_config and replace_config. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { before, configured, expectFailure, expectSuccess, Provisioning } from './provisioned.ts'

const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]
const substitution = 'Unable to perform variable substitution - '

describe.skipIf(fakeEosImpossible() !== undefined)('startup-config', () => {
  let site: Provisioning

  beforeAll(async () => {
    site = await Provisioning.start({
      'swinfo.json': {
        defaults: { domain: 'lab.example' },
        '52:54:00:00:11:11': { hostname: 'leaf1' },
        '52:54:00:00:22:22': { hostname: 'leaf2' },
      },
      'templates/config.njk': 'hostname {{ hostname }}.{{ domain }}\nvlan 10 # $domain\n',
    })
  })
  afterEach(() => site.removeSwitches())
  afterAll(() => site.stop())

  const addConfig = (attributes: object) => ({
    action: 'add_config',
    attributes: { url: 'files/config', ...attributes },
  })
  const replaceConfig = (attributes: object = {}) => ({
    action: 'replace_config',
    attributes: { url: 'files/config', ...attributes },
  })

  test.each(pythons)(
    'is made of several add_config in their order (Python $minor)',
    async (python) => {
      const run = await site.run({
        actions: [
          addConfig({ variables: { vlan: 10, name: 'grün' } }),
          addConfig({ url: '/files/more' }),
          addConfig({ variables: { vlan: 20, name: null }, substitution_mode: 'strict' }),
        ],
        files: { config: `vlan $vlan\n   name $\{name}_$$\n`, more: 'ip routing' },
        python,
        isBare: true,
      })
      const text = 'vlan 10\n   name grün_$\n\nip routing\nvlan 20\n   name None_$\n'
      expectSuccess(run, {
        ...before,
        'startup-config': Buffer.from(text).toString('latin1'),
      })
    },
  )

  test('has a line end between what was there and what is added', async () => {
    const run = await site.run({ actions: [addConfig({})], files: { config: 'vlan 10' } })
    expectSuccess(run, { ...configured, 'startup-config': 'hostname leaf1\nvlan 10' })
  })

  test.each([
    ['a name without a value, as it is', { a: 1 }, '$a $b $c-', '1 $b $c-'],
    ['a dollar sign alone, as it is', { a: 1 }, '$a costs 5 $ or $5', '1 costs 5 $ or $5'],
    ['$$ as a dollar sign, without variables too', undefined, '$$a $b', '$a $b'],
    ['$$ as a dollar sign, variables null', null, '$$a', '$a'],
    ['values as they are', { a: 'x$b \\1 "y"', b: 2 }, '$a', 'x$b \\1 "y"'],
    ['numbers and booleans as text', { a: 1.5, b: true }, '$a $b', '1.5 True'],
    [
      'names that end where others than letters, digits and _ begin',
      { a: 'x' },
      '$a-$a.$$b',
      'x-x.$b',
    ],
  ])('that is added loosely has %s', async (_what, variables, config, expected) => {
    const run = await site.run({
      actions: [addConfig({ variables })],
      files: { config },
    })
    expectSuccess(run, { ...configured, 'startup-config': `hostname leaf1\n${expected}` })
  })

  test.each([
    ['loose, said so', { substitution_mode: 'loose' }, '$missing'],
    ['loose when the mode is null', { substitution_mode: null }, '$missing'],
    ['strict with all values', { substitution_mode: 'strict', variables: { missing: 1 } }, '1'],
  ])('that is added is %s', async (_what, attributes, expected) => {
    const run = await site.run({ actions: [addConfig(attributes)], files: { config: '$missing' } })
    expectSuccess(run, { ...configured, 'startup-config': `hostname leaf1\n${expected}` })
  })

  test.each([
    ['no value for a name', { a: 1 }, 'x $b', "'b' missing from list of substitutions"],
    ['no variables', undefined, '$b', "'b' missing from list of substitutions"],
    [
      'a dollar sign alone',
      { a: 1 },
      '$a\nin $ ',
      'Invalid placeholder in string: line 2, col 4 (a dollar sign is written $$)',
    ],
  ])('cannot be added strictly with %s', async (_what, variables, config, expected) => {
    const run = await site.run({
      actions: [addConfig({ variables, substitution_mode: 'strict' })],
      files: { config },
    })
    expectFailure(run, 'add_config', substitution + expected)
  })

  test.each([
    ['a list', ['a', 'b'], "['a', 'b']"],
    ['text', 'a=b', 'a=b'],
    ['a number', 7, '7'],
  ])(
    'cannot be added with %s for variables, which the log shows',
    async (_what, variables, shown) => {
      const run = await site.run({ actions: [addConfig({ variables })], files: { config: 'x' } })
      const text = `invalid variables: found ${shown}, expected a mapping`
      expectFailure(run, 'add_config', substitution + text)
      expect(run.log).toContain(`Variables: ${shown}`)
      expect(run.log).not.toContain('GET SERVER/files/config')
    },
  )

  test('cannot be added in a mode that there is not', async () => {
    const run = await site.run({
      actions: [addConfig({ substitution_mode: 'Strictly' })],
      files: { config: 'x' },
    })
    expectFailure(
      run,
      'add_config',
      "Invalid option specified for substitution_mode attribute: found 'Strictly', expected 'loose' or 'strict'",
    )
  })

  test.each([
    ['CRLF become LF', 'vlan 10\r\n   name x\r\n', 'vlan 10\n   name x\n'],
    ['a byte order mark go', Buffer.from('\ufeffvlan 10\n'), 'vlan 10\n'],
    ['ISO 8859-1 become UTF-8', Buffer.from('name gr\xfcn\n', 'latin1'), 'name gr\xc3\xbcn\n'],
    [
      'UTF-8 stay',
      Buffer.from('name grün 日本\n'),
      Buffer.from('name grün 日本\n').toString('latin1'),
    ],
    ['no text stay none', '', ''],
  ])('that is added has %s', async (_what, config, expected) => {
    const run = await site.run({ actions: [addConfig({})], files: { config } })
    expectSuccess(run, { ...configured, 'startup-config': `hostname leaf1\n${expected}` })
  })

  test.each(pythons)(
    'is replaced byte for byte, without variables (Python $minor)',
    async (python) => {
      const bytes = Buffer.from('\xef\xbb\xbfhostname $a\r\n$$ \xff\x00\n\n', 'latin1')
      const run = await site.run({
        actions: [replaceConfig({ variables: { a: 1 } })],
        files: { config: bytes },
        python,
      })
      expectSuccess(run, { ...before, 'startup-config': bytes.toString('latin1') })
    },
  )

  test('is replaced and then added to, as the definition has it', async () => {
    const run = await site.run({
      actions: [addConfig({}), replaceConfig(), addConfig({})],
      files: { config: 'vlan 10' },
    })
    expectSuccess(run, { ...before, 'startup-config': 'vlan 10\nvlan 10' })
  })

  test.each(pythons)(
    'is the rendered configuration of that very switch with url /dynconfig (Python $minor)',
    async (python) => {
      const actions = [replaceConfig({ url: '/dynconfig' })]
      for (const [systemMac, hostname] of [
        ['52:54:00:00:22:22', 'leaf2'],
        ['52:54:00:00:11:11', 'leaf1'],
      ] as const) {
        const run = await site.run({ actions, eos: { systemMac }, python })
        expectSuccess(run, {
          ...before,
          'startup-config': `hostname ${hostname}.lab.example\nvlan 10 # $domain\n`,
        })
      }
    },
  )

  test('can have the rendered configuration added to it, and its variables filled in', async () => {
    const run = await site.run({
      actions: [addConfig({ url: 'dynconfig', variables: { domain: 'of the lab' } })],
    })
    expectSuccess(run, {
      ...before,
      'startup-config': 'hostname leaf1\nhostname leaf1.lab.example\nvlan 10 # of the lab\n',
    })
  })

  test('cannot be the rendered configuration of a switch that the inventory does not have', async () => {
    const run = await site.run({
      actions: [replaceConfig({ url: '/dynconfig' })],
      eos: { systemMac: '52:54:00:00:99:99' },
    })
    expectFailure(run, 'replace_config', /^Unable to retrieve config from \/dynconfig: /)
  })

  test('of the node on the server comes first, and only what is always done comes after it', async () => {
    const copy = {
      action: 'copy_file',
      attributes: { src_url: 'files/motd', dst_url: '/mnt/flash' },
    }
    const run = await site.run({
      actions: [addConfig({}), { ...copy, always_execute: true }],
      files: { config: 'not this', motd: 'welcome\n' },
      node: { 'startup-config': 'hostname kept\n' },
    })
    expectSuccess(run, { ...before, 'startup-config': 'hostname kept\n', motd: 'welcome\n' })
  })
})
