import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Explanation, explanationSchema } from '../../src/core/explanation.ts'
import { mask } from '../../src/core/secrets.ts'
import { makeFolder, runCommand, writeIn } from '../running-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pod = makeFolder({})
const own = makeFolder({})
afterAll(() => {
  pod.remove()
  own.remove()
})

/** Runs explain and gives its data, which has to be of the shape that is documented. */
async function explained(cwd: string, ...args: string[]): Promise<Explanation> {
  const { stdout, stderr, code } = await runCommand(cwd, ['explain', ...args, '--json'])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const data = JSON.parse(stdout) as Explanation
  expect(explanationSchema.strict().parse(data)).toEqual(data)
  return data
}

test('the shape is a JSON Schema', () => {
  const schema = z.toJSONSchema(explanationSchema)
  expect(schema.$defs?.['Explanation']?.required).toContain('variables')
  expect(JSON.stringify(schema)).toContain('"$ref":"#/$defs/Place"')
})

describe('the lab that is shipped', () => {
  test('tells where each variable stands, in text', async () => {
    const { stdout, code } = await runCommand(root, ['explain', 'floor2-sw2'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^floor2-sw2\n {2}inventory {3}52:54:00:00:22:22 {2}swinfo\.json:60 /)
    expect(stdout).toMatch(/^ {2}domain +lab\.example\.net +defaults +swinfo\.json:3$/m)
    expect(stdout).toMatch(/^ {2}vlans\.210\.name +floor2-users +groups\.floor2 +swinfo\.json:32$/m)
    expect(stdout).toMatch(/^ {2}vlans\.230\.name +floor2-cameras +switch +swinfo\.json:65$/m)
    expect(stdout).toMatch(
      /^ {2}config\.njk {2}the default {2}templates\/config\.njk\n {2}renders \d+ bytes$/m,
    )
    expect(stdout).not.toMatch(/\$6\$|\u001b/)
  })

  test('is found by any of its names', async () => {
    const [first, ...others] = await Promise.all(
      ['floor3-sw2', '52:54:00:00:33:32', '5254.0000.3332', '525400003332'].map((name) =>
        explained(root, name),
      ),
    )
    for (const other of others) expect(other).toEqual(first)
    const ntp = first?.variables.find(({ path }) => path[0] === 'ntp_servers')
    expect(ntp).toMatchObject({
      value: ['10.34.0.1'],
      layer: 'switch',
      overrides: [{ value: ['10.34.0.1', '10.34.0.254'], layer: 'defaults', at: { line: 6 } }],
    })
  })

  test('keeps its secrets until they are asked for', async () => {
    const users = async (...args: string[]) => {
      const { variables } = await explained(root, 'core-sw1', ...args)
      return JSON.stringify(variables.find(({ path }) => path[0] === 'users')?.value)
    }
    expect(await users()).toContain(`"secret":"${mask}"`)
    expect(await users('--show-secrets')).toContain('"secret":"$6$')
  })
})

/** A leaf of the pod with its uplinks. */
function leaf(first: string, second: string): object {
  return {
    serialnumber: 'JPE24440003',
    systemmac: '52:54:00:00:44:03',
    model: 'vEOS-lab',
    version: '4.30.1F',
    neighbors: {
      Ethernet49: [{ device: first, port: 'Ethernet3' }],
      Ethernet50: [{ device: second, port: 'Ethernet3' }],
    },
  }
}

describe('a pod with patterns, definitions and pools', () => {
  beforeAll(() => {
    cpSync(join(root, 'examples/leaf-spine'), pod.path, { recursive: true })
    writeIn(pod.path, 'data_root/plugins/site', '#!/bin/sh\ntouch ran; echo x\n')
    writeIn(pod.path, 'good.json', leaf('spine1.pod1.lab.example', 'spine2'))
    writeIn(pod.path, 'swapped.json', leaf('spine2', 'spine1'))
    writeIn(pod.path, 'hostile.json', leaf('spine1', '\u001b]0;pwned\u0007\u009b31m\u202e'))
    writeIn(pod.path, 'beside.json', {
      ...leaf('spine1', 'spine2'),
      neighbors: {
        ...(leaf('spine1', 'spine2') as { neighbors: object }).neighbors,
        Ethernet1: [{ device: 'leaf9', port: 'Ethernet1' }],
      },
    })
  })

  const patterns = ({ topology }: Explanation) => topology?.neighbordb?.patterns ?? []

  test('tells the pattern, the definition, and where each attribute comes from', async () => {
    const explanation = await explained(pod.path, 'JPE24440003', '--report', 'good.json')
    expect(explanation.topology?.neighbordb?.taken).toBe(2)
    expect(patterns(explanation).map(({ result, reason }) => [result, reason])).toEqual([
      ['not-asked', 'it is for the node JPE24440001'],
      ['not-asked', 'it is for the node JPE24440002'],
      ['match', null],
    ])
    expect(patterns(explanation)[2]?.rules?.map(({ result, by }) => [result, by?.device])).toEqual([
      ['yes', undefined],
      ['yes', 'spine1.pod1.lab.example'],
      ['yes', 'spine2'],
    ])
    const management = explanation.definition?.actions[2]
    const attribute = (...path: string[]) =>
      management?.attributes.find((each) => each.path.join() === path.join())
    expect(attribute('variables', 'address')).toMatchObject({
      value: '10.34.8.11/24',
      isExact: true,
      scope: 'action',
      at: { file: 'data_root/definitions/leaf', line: 36 },
      written: "allocate('mgmt')",
      calls: [{ plugin: 'allocate', argument: 'mgmt', value: '10.34.8.11/24' }],
    })
    expect(attribute('variables', 'service_host')).toMatchObject({
      value: "site('service_host')",
      isExact: false,
      reference: { name: 'service_host', scope: 'definition', at: { line: 9 } },
      calls: [{ plugin: 'site', argument: 'service_host', value: null, problem: null }],
    })
    expect(explanation.definition?.problem).toBeNull()
  })

  test('allocates nothing, writes nothing, and runs no plugin', async () => {
    const files = () =>
      readdirSync(pod.path, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => {
          const path = join(pod.path, name)
          return existsSync(path) && readdirSafe(path)
            ? name
            : `${name} ${readFileSync(path, 'latin1')}`
        })
    const before = files()
    await explained(pod.path, 'JPE24440003', '--report', 'good.json')
    await explained(pod.path, 'spine1')
    expect(files()).toEqual(before)
  })

  test('says what would have to be otherwise', async () => {
    const hint = async (report: string) => {
      const explanation = await explained(pod.path, 'JPE24440003', '--report', report)
      expect(explanation.definition).toBeNull()
      return patterns(explanation)[2]?.wouldMatchIf?.text
    }
    expect(await hint('swapped.json')).toBe('the cables of Ethernet49 and Ethernet50 were swapped')
    expect(await hint('beside.json')).toBe('Ethernet1 did not see leaf9:Ethernet1')
  })

  test('what LLDP tells cannot command a terminal', async () => {
    for (const more of [[], ['--json']]) {
      const args = ['explain', 'JPE24440003', '--report', 'hostile.json', ...more]
      const { stdout, stderr, code } = await runCommand(pod.path, args)
      expect(code).toBe(0)
      expect(stdout).toContain('\\u001b]0;pwned\\u0007\\u009b31m\\u202e')
      expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    }
  })

  test('a switch with a folder is told by that, and what pools would give its variables', async () => {
    const kept = await explained(pod.path, 'jpe24440006')
    expect(kept.node).toMatchObject({ id: 'JPE24440006', state: 'known', startupConfig: true })
    expect(kept.definition?.problem).toMatchObject({ code: 'node-unknown' })
    expect(kept.definition?.actions.map(({ origin }) => origin)).toEqual([
      'startup-config',
      'definition',
      'definition',
    ])
    expect(kept.definition?.actions[2]?.attributes[0]).toMatchObject({
      path: ['place'],
      value: 'rack A4, beside the firewalls',
      scope: 'node',
      overrides: [{ value: 'pod 1', scope: 'definition', at: { line: 5 } }],
    })
    const spine = await explained(pod.path, 'spine1')
    expect(spine.variables.find(({ path }) => path[0] === 'loopback')?.allocations).toEqual([
      { pool: 'loopback', value: '10.34.255.1/32', problem: null },
    ])
    expect(spine.topology?.neighbordb?.taken).toBe(0)
  })
})

function readdirSafe(path: string): boolean {
  try {
    readdirSync(path)
    return true
  } catch {
    return false
  }
}

describe('clumsy and hostile input', () => {
  const node = {
    serialnumber: 'N1',
    model: 'vEOS',
    neighbors: { Ethernet1: [{ device: 's1', port: 'a' }] },
  }

  beforeAll(() => {
    writeIn(
      own.path,
      'swinfo.json',
      '{"N1": {"hostname": "one", "__proto__": {"password": "x", "y": "z"}, "template": "odd.njk"},\n "N2": {"hostname": "two"}, "N3": {"hostname": "two"}, "N4": {"hostname": "four", "groups": ["no"]}}',
    )
    writeIn(own.path, 'templates/config.njk', 'hostname {{ hostname }}\n')
    writeIn(own.path, 'templates/odd.njk', 'x {{ nothing }}\n')
    writeIn(own.path, 'data_root/nodes/N1/.node', node)
    writeIn(
      own.path,
      'data_root/nodes/N1/definition',
      "actions: [{action: a, attributes: {x: 1.0, __proto__: $password, k: nope('a')}}]\n",
    )
    writeIn(own.path, 'data_root/nodes/N1/pattern', 'interfaces: [{Ethernet1: s2}]\n')
    writeIn(own.path, 'data_root/nodes/N9/.node', 'not JSON')
    writeIn(own.path, 'data_root/nodes/N9/definition', 'actions: {}\n')
    writeIn(
      own.path,
      'data_root/neighbordb',
      'patterns:\n- {name: a, definition: d, interfaces: [{any: s1}]}\n- {name: b, definition: d, interfaces: [{Ethernet1: s1}]}\n- {name: c, definition: d, interfaces: [{any: none}]}\n',
    )
  })

  test.each([
    ['nobody', /neither the inventory nor nodes\/ has a switch "nobody"/],
    ['two', /"two" is the hostname of several switches: N2, N3/],
    ['../N1', /neither the inventory/],
    ['\u001b[31m', /switch "\\u001b\[31m"/],
  ])('%j is refused with a reason', async (name, message) => {
    const result = await runCommand(own.path, ['explain', name])
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(message)
  })

  test('a fault of a template, a pattern that does not fit and a plugin that is not there are told', async () => {
    const explanation = await explained(own.path, 'one')
    expect(explanation.template).toMatchObject({
      name: 'odd.njk',
      by: 'variable',
      at: { file: 'swinfo.json', line: 1 },
      renders: false,
      problem: { code: 'template-undefined', file: 'templates/odd.njk', line: 1 },
    })
    expect(explanation.topology?.own).toMatchObject({
      result: 'no-match',
      unmet: 1,
      wouldMatchIf: { text: 'Ethernet1 saw a neighbor such as s2:a instead of s1:a' },
    })
    expect(explanation.topology?.neighbordb).toMatchObject({ counts: false, taken: 0 })
    expect(explanation.topology?.neighbordb?.patterns[1]).toMatchObject({
      result: 'match',
      taken: false,
      wouldMatchIf: {
        text: 'it stood before pattern a',
        change: { kind: 'pattern-order', before: 0 },
      },
    })
    expect(explanation.topology?.neighbordb?.patterns[2]).toMatchObject({
      result: 'no-match',
      at: { line: 4 },
      reason: '"any: none:none" means nothing: the pattern never matches',
      rules: null,
      wouldMatchIf: null,
    })
    expect(explanation.definition?.problem).toMatchObject({ code: 'pattern-mismatch' })
    const [x, proto, k] = explanation.definition?.actions[0]?.attributes ?? []
    expect(x).toMatchObject({ value: '1.0' })
    expect(proto).toMatchObject({ path: ['__proto__'], value: null, reference: { scope: null } })
    expect(k).toMatchObject({ isExact: false, calls: [{ problem: { code: 'plugin-missing' } }] })
    const paths = explanation.variables.map(({ path, value }) => [path.join('.'), value])
    expect(paths).toContainEqual(['__proto__.password', mask])
    expect(paths).toContainEqual(['__proto__.y', 'z'])
  })

  test('an entry with a mistake, a report and a definition that cannot be read are told', async () => {
    const entry = await explained(own.path, 'four')
    expect(entry.entry?.problem).toMatchObject({ code: 'group-unknown' })
    expect(entry.template?.problem).toMatchObject({ code: 'group-unknown' })
    const broken = await explained(own.path, 'N9')
    expect(broken.node?.problem).toMatchObject({
      code: 'node-record',
      file: 'data_root/nodes/N9/.node',
    })
    expect(broken.definition).toMatchObject({ actions: [], problem: { code: 'node-record' } })
  })

  test('a report that is none is refused', async () => {
    writeIn(own.path, 'bad.json', '[1]')
    const result = await runCommand(own.path, ['explain', 'N1', '--report', 'bad.json'])
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(/bad\.json: .*not a JSON object/)
    const missing = await runCommand(own.path, ['explain', 'N1', '--report', 'nix.json'])
    expect(missing.stderr).toMatch(/nix\.json: the report cannot be used: ENOENT/)
  })

  test('a broken neighbordb and a broken inventory are told, and the rest all the same', async () => {
    const folder = makeFolder({
      'swinfo.json': '{"N1": {',
      'data_root/neighbordb': 'patterns: [{name: x}]\n',
      'data_root/nodes/N1/.node': node,
      'data_root/nodes/N1/startup-config': 'x\n',
    })
    const { stdout, stderr, code } = await runCommand(folder.path, ['explain', 'N1'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^error: swinfo\.json:1/)
    expect(stdout).toMatch(/error: data_root\/neighbordb:1:12 .*it is missing/)
    expect(stdout).toMatch(/it cannot be used: a new switch is refused/)
    expect(stdout).toMatch(/install static startup-config file/)
    const unknown = await runCommand(folder.path, ['explain', 'N2'])
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toMatch(/swinfo\.json:1/)
    folder.remove()
  })

  test('500 neighbors and 1,000 patterns take a moment, and the data say for how many hints were looked for', async () => {
    const neighbors = Object.fromEntries(
      Array.from({ length: 500 }, (_each, at) => [
        `Ethernet${at + 1}`,
        [{ device: `d${at}`, port: 'p' }],
      ]),
    )
    const pattern = (at: number) =>
      `- {name: p${at}, definition: d, interfaces: [${Array.from({ length: 12 }, (_each, rule) => `{Ethernet${((at * 7 + rule) % 500) + 1}: d${rule === 3 ? 'x' : (at * 7 + rule) % 500}}`).join(', ')}]}\n`
    const folder = makeFolder({
      'seen.json': { serialnumber: 'N1', neighbors },
      'data_root/neighbordb': `patterns:\n${Array.from({ length: 1_000 }, (_each, at) => pattern(at)).join('')}`,
    })
    const began = performance.now()
    const { topology } = await explained(folder.path, 'N1', '--report', 'seen.json')
    expect(performance.now() - began).toBeLessThan(10_000)
    const found = topology?.neighbordb
    expect(found).toMatchObject({ total: 1_000, taken: null, withHints: 20 })
    expect(found?.patterns).toHaveLength(1_000)
    expect(found?.patterns[0]).toMatchObject({
      unmet: 1,
      wouldMatchIf: { change: { kind: 'neighbor', interface: 'Ethernet4' }, firstMatch: true },
    })
    expect(found?.patterns.filter(({ rules }) => rules !== null)).toHaveLength(
      found?.withRules ?? 0,
    )
    folder.remove()
  })
})
