import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { ProblemJson } from '../../src/core/problem.ts'
import { makeFolder, runCommand, writeIn } from '../running-server.ts'

const sound = {
  'swinfo.json': { defaults: { domain: 'lab' }, '00:1c:73:00:00:01': { hostname: 'sw1' } },
  'templates/config.njk': 'hostname {{ hostname }}\n',
  'data_root/bootstrap/bootstrap': '# client\n',
  'data_root/neighbordb': `patterns:
- {name: leaf, definition: leaf, interfaces: [{Ethernet1: spine1}]}
- {name: rest, definition: leaf, config-handler: save.sh, interfaces: []}
`,
  'data_root/config-handlers/save.sh': '#!/bin/sh\n',
  'data_root/definitions/leaf': `name: leaf
attributes: {ntp: 10.0.0.1}
actions:
- action: add_config
  attributes: {url: files/leaf.tpl, server: $ntp, domain: $domain, ip: allocate('mgmt')}
`,
  'data_root/files/leaf.tpl': 'hostname\n',
  'data_root/resources/mgmt': 'a: null\nb: null\n',
  'data_root/nodes/N1/definition': 'actions: []\n',
  'data_root/nodes/N1/pattern': 'interfaces: [{Ethernet1: spine1}]\n',
  'data_root/nodes/N1/.node': {
    serialnumber: 'N1',
    neighbors: { Ethernet1: [{ device: 'spine1', port: 'x' }] },
  },
}
const folder = makeFolder({})

beforeEach(() => {
  rmSync(join(folder.path, 'data_root'), { recursive: true, force: true })
  for (const [name, content] of Object.entries(sound)) writeIn(folder.path, name, content)
})
afterAll(() => folder.remove())

interface Report {
  readonly problems: readonly ProblemJson[]
  readonly errors: number
}

async function validate(): Promise<Report> {
  const { stdout } = await runCommand(folder.path, ['validate', '--json'])
  return JSON.parse(stdout) as Report
}

/** `code file:line:column (key)` of every problem, sorted. */
async function places(): Promise<string[]> {
  const { problems } = await validate()
  return problems
    .map(({ code, file, line, column, key }) => {
      const place = [file, line, column].filter((part) => part !== null).join(':')
      return `${code} ${place}${key === null ? '' : ` (${key})`}`
    })
    .sort()
}

describe('ztpush validate', () => {
  test('has nothing to say of a data root that is right', async () => {
    expect(await places()).toEqual([])
  })

  test('has one thing to say of a file where the data root should be', async () => {
    writeIn(folder.path, 'FILE', 'x')
    const flags = ['validate', '--json', '--data-root', 'FILE']
    const { stdout } = await runCommand(folder.path, flags)
    const { problems } = JSON.parse(stdout) as Report
    expect(problems.map(({ code, key }) => [code, key])).toEqual([
      ['data-root-missing', '--data-root'],
    ])
  })

  test('tells of patterns with file, line, column and key', async () => {
    writeIn(
      folder.path,
      'data_root/neighbordb',
      `patterns:
- {name: all, definition: leaf, interfaces: []}
- {name: late, definition: gone, interfaces: [{Ethernet1: spine1}]}
- {name: bogus, definition: leaf, config-handler: no.sh, interfaces: [{any: none}]}
- {name: odd, definition: leaf, colour: red, interfaces: [{Vlan1: x}]}
`,
    )
    expect(await places()).toEqual([
      'pattern-bogus data_root/neighbordb:4:77 (patterns[2].interfaces[0])',
      'pattern-invalid data_root/neighbordb:5:33 (patterns[3].colour)',
      'pattern-invalid data_root/neighbordb:5:67 (patterns[3].interfaces[0])',
    ])
    writeIn(
      folder.path,
      'data_root/neighbordb',
      `patterns:
- {name: all, definition: leaf, interfaces: []}
- {name: late, definition: gone, config-handler: no.sh, interfaces: [{Ethernet1: spine1}]}
`,
    )
    expect(await places()).toEqual([
      'definition-missing data_root/neighbordb',
      'handler-missing data_root/neighbordb',
      'pattern-unreachable data_root/neighbordb:3:3 (patterns[1])',
    ])
    writeIn(folder.path, 'data_root/neighbordb', 'patterns: [\n')
    expect(await places()).toEqual(['neighbordb-syntax data_root/neighbordb:2:1'])
  })

  test('tells of what definitions need and is not there', async () => {
    writeIn(
      folder.path,
      'data_root/definitions/leaf',
      `actions:
- action: own_action
- action: add_config
  attributes:
    url: files/no.tpl
    ip: allocate('nopool')
    rack: rack('x')
    who: $nobody
    domain: $domain
`,
    )
    writeIn(folder.path, 'data_root/definitions/broken', 'actions: {a: b}\n')
    expect(await places()).toEqual([
      'action-missing data_root/definitions/leaf:2:11 (actions[0].action)',
      'attribute-unset data_root/definitions/leaf:8:10 (actions[1].attributes.who)',
      'definition-shape data_root/definitions/broken:1:10 (actions)',
      'file-missing data_root/definitions/leaf:5:10 (actions[1].attributes.url)',
      'plugin-missing data_root/definitions/leaf:7:11 (actions[1].attributes.rack)',
      'pool-missing data_root/definitions/leaf:6:9 (actions[1].attributes.ip)',
    ])
  })

  test('tells of pools that are used up, malformed, or hold texts that mean free', async () => {
    writeIn(folder.path, 'data_root/resources/used', 'a: N1\nb: N2\n')
    writeIn(folder.path, 'data_root/resources/list', '- a\n')
    writeIn(folder.path, 'data_root/resources/cleared', "a: None\nb: 'null'\n")
    expect(await places()).toEqual([
      'pool-holder-text data_root/resources/cleared:1:4 (a)',
      'pool-holder-text data_root/resources/cleared:2:4 (b)',
      'pool-low data_root/resources/used',
      'pool-shape data_root/resources/list:1:1',
    ])
  })

  test('tells of nodes that are refused, or stand elsewhere than they did', async () => {
    writeIn(folder.path, 'data_root/nodes/N2/attributes', 'a: 1\n')
    writeIn(folder.path, 'data_root/nodes/N3/definition', 'actions: [\n')
    writeIn(folder.path, 'data_root/nodes/N3/config-handler', '#!/bin/sh\n')
    chmodSync(join(folder.path, 'data_root/nodes/N3/config-handler'), 0o644)
    writeIn(folder.path, 'data_root/nodes/N1/pattern', 'interfaces: [{Ethernet1: spine2}]\n')
    expect(await places()).toEqual([
      'definition-syntax data_root/nodes/N3/definition:2:1',
      'handler-not-executable data_root/nodes/N3/config-handler',
      'node-unfinished data_root/nodes/N2',
      'pattern-mismatch data_root/nodes/N1/pattern',
      'pattern-mismatch data_root/nodes/N3/pattern',
    ])
    const { problems } = await validate()
    expect(problems.find(({ switch: name }) => name === 'N3')).toMatchObject({
      message: 'there is no pattern to validate the topology by',
      fix: 'write one, or set disable_topology_validation',
    })
  })

  test('has nothing to say of patterns of nodes when topology is not validated', async () => {
    rmSync(join(folder.path, 'data_root/nodes/N1/pattern'))
    const file = 'data_root/nodes/N2/pattern'
    writeIn(folder.path, 'data_root/nodes/N2/startup-config', 'end\n')
    writeIn(folder.path, file, 'interfaces: [\n')
    const env = { ZTPUSH_DEFAULT_DISABLE_TOPOLOGY_VALIDATION: 'yes' }
    expect(await runCommand(folder.path, ['validate'], env)).toMatchObject({ code: 0 })
    expect(await places()).toContainEqual(expect.stringContaining(file))
  })
})

test('a mistake in each of very many patterns is told with its place', {
  timeout: 30_000,
}, async () => {
  const count = 40_000
  const pattern = (at: number) =>
    `- {name: leaf ${at}, definition: leaf, interfaces: [{Ethernet1: 'sw${at}', Ethernet2: '$none:x'}]}\n`
  const all = Array.from({ length: count }, (_, at) => pattern(at)).join('')
  writeIn(folder.path, 'data_root/neighbordb', `patterns:\n${all}`)
  const { problems } = await validate()
  expect(problems).toHaveLength(count)
  const column = pattern(count - 1).indexOf("'$none") + 1
  expect(problems.at(-1)).toMatchObject({ code: 'pattern-invalid', line: count + 1, column })
})
