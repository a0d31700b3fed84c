/**
 * Where the mistakes of single switches are said to stand.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ProblemJson } from '../../src/core/problem.ts'
import { eventually, makeFolder, runCommand, startServer, writeIn } from '../running-server.ts'

let folder: ReturnType<typeof makeFolder>
beforeEach(() => {
  folder = makeFolder({ 'templates/config.njk': 'x\n', 'data_root/resources/mgmt': 'a: null\n' })
})
afterEach(() => folder.remove())

const placed = ({ code, file, line, column, key }: ProblemJson) =>
  `${code} ${file}:${line}:${column} ${key}`

async function validated(inventory: string): Promise<string[]> {
  const args = ['validate', '--json', '--inventory', inventory]
  const { stdout } = await runCommand(folder.path, args)
  return (JSON.parse(stdout) as { problems: ProblemJson[] }).problems.map(placed)
}

/** Writes a file without its mark, and gives the place of what the mark stands before. */
function writeMarked(name: string, text: string): string {
  const [before = '', after = '', ...more] = text.split('¦')
  if (more.length > 0) throw new Error('two marks')
  writeIn(folder.path, name, `${before}${after}`)
  const lines = before.split('\n')
  return `${name}:${lines.length}:${[...(lines.at(-1) ?? '')].length + 1}`
}

const inYaml: [string, string, string, string][] = [
  ['an unknown group', 'groups: {g: {}}\nA:\n  groups: [g, ¦gone]\n', 'group-unknown', 'A.groups'],
  ['one of a list in lines', 'A:\n  groups:\n    - ¦gone\n', 'group-unknown', 'A.groups'],
  ['groups that are a text', 'A:\n  x: 1\n  ¦groups: g\n', 'group-unknown', 'A.groups'],
  [
    'a group that is a number',
    'groups: {g: {}}\nA:\n  groups: [g, ¦1]\n',
    'group-unknown',
    'A.groups',
  ],
  ['a template', '# ä\nA:\n  x: ä\n  ¦template: gone.njk\n', 'template-missing', 'template'],
  [
    'a template of its group',
    'groups:\n  h: {}\n  g: {x: 1, ¦template: gone.njk}\nA: {groups: [h, g]}\n',
    'template-missing',
    'template',
  ],
  [
    'a template of defaults',
    'A: {}\ndefaults:\n  ¦template: gone.njk\n',
    'template-missing',
    'template',
  ],
  [
    'a template over that of defaults',
    'defaults: {template: config.njk}\nA: {¦template: gone.njk}\n',
    'template-missing',
    'template',
  ],
  ['a reserved name', 'A:\n  x: 1\n  ¦sw: 2\n', 'variable-reserved', 'A.sw'],
  ['a model', 'A:\n  ¦model: [a]\n', 'switch-value', 'A.model'],
  ['a MAC', 'A: {x: 🐘, ¦mac: zz}\n', 'switch-id', 'A.mac'],
  ['no mapping', 'B: {}\n¦A: 5\n', 'switch-value', 'A'],
  ['a pool', 'A:\n  a:\n    b: [1, {¦c: "allocate(\'gone\')"}]\n', 'pool-missing', 'a.b[1].c'],
  [
    'a pool of its group',
    "groups:\n  g:\n    x:\n      ¦y: allocate('gone')\nA: {groups: [g], x: {z: 1}}\n",
    'pool-missing',
    'x.y',
  ],
  ['an odd pool', 'A:\n  a.b:\n    ¦c: allocate(gone)\n', 'allocation-form', 'a.b.c'],
  ['an odd pool in a list', 'A:\n  a:\n  - ¦allocate(gone)\n', 'allocation-form', 'a[0]'],
  [
    'an odd pool of its group',
    'groups: {g: {¦z: allocate(no)}}\nA: {groups: [g]}\n',
    'allocation-form',
    'z',
  ],
  [
    'two ids',
    'A:\n  mac: 525400001111\nB:\n  x: 1\n  ¦mac: 5254.0000.1111\n',
    'switch-contradiction',
    'B.mac',
  ],
  ['a key and an id', 'A:\n  serial: b\n¦B:\n  x: 1\n', 'switch-contradiction', 'B'],
  ['the same key', 'A: {}\n¦"a": {}\n', 'switch-duplicate', 'a'],
  [
    'what an anchor lends',
    'x1: &x\n  model: [a]\nA:\n  <<: *x\n  ¦model: [b]\n',
    'switch-value',
    'A.model',
  ],
  ['flow style', '{X: {}, A: {y: 1,\n  ¦sw: 2}}\n', 'variable-reserved', 'A.sw'],
]

test.each(inYaml)('%s is told where it stands in YAML', async (_what, text, code, key) => {
  const place = writeMarked('site.yaml', text)
  expect(await validated('site.yaml')).toContain(`${code} ${place} ${key}`)
})

const inJson: [string, string, string, string][] = [
  [
    'an unknown group',
    '{"A": {"x": 1,\n  "groups": ["g", ¦"gone"]}, "groups": {"g": {}}}',
    'group-unknown',
    'A.groups',
  ],
  [
    'a template of its group',
    '{"A": {"groups": ["g"]}, "groups": {\n "g": {\n  ¦"template": "gone.njk"}}}',
    'template-missing',
    'template',
  ],
  ['a pool', '{"A": {"a": {"ä": [1, {¦"c": "allocate(\'gone\')"}]}}}', 'pool-missing', 'a.ä[1].c'],
  [
    'two ids',
    '{"A": {"serial": "S"},\n"B": {\n  ¦"serial": "s"}}',
    'switch-contradiction',
    'B.serial',
  ],
]

test.each(inJson)('%s is told where it stands in JSON', async (_what, text, code, key) => {
  const place = writeMarked('site.json', text)
  expect(await validated('site.json')).toEqual([`${code} ${place} ${key}`])
})

test('in a folder it is told in the file that states it', async () => {
  const place = writeMarked('site/groups.yaml', 'groups:\n  g:\n    ¦template: gone.njk\n')
  writeIn(folder.path, 'site/one.json', { A: { serial: 'S' } })
  const second = writeMarked('site/two.yaml', 'B:\n  ¦serial: S\nC:\n  groups: [g]\n')
  expect((await validated('site')).sort()).toEqual([
    `switch-contradiction ${second} B.serial`,
    `template-missing ${place} template`,
  ])
})

test.each([
  ['with anchors', 'lent: &x {x: 1}\n', 'A:\n  <<: *x\n  y: *x\n  ¦sw: 1\n', ''],
  ['in flow style', '{', 'A: {x: 1, ¦sw: 1}\n', '}'],
])('a large YAML file %s is not read as a whole for it', async (_how, begin, entry, end) => {
  const comma = end === '' ? '' : ','
  const many = Array.from({ length: 5_000 }, (_, at) => `S${at}: {x: ä}${comma}\n`).join('')
  const place = writeMarked('site.yaml', `${begin}${many}${entry}${end}`)
  expect(await validated('site.yaml')).toContain(`variable-reserved ${place} A.sw`)
})

test('the running server and explain tell the same place', async () => {
  const place = writeMarked('swinfo.json', '{"A": {"x": 1,\n "groups": [¦"gone"]}, "B": {}}')
  const explained = await runCommand(folder.path, ['explain', 'A', '--json'])
  const { entry } = JSON.parse(explained.stdout) as { entry: { problem: ProblemJson } }
  expect(placed(entry.problem)).toBe(`group-unknown ${place} A.groups`)
  const server = await startServer(folder.path)
  try {
    await eventually(async () => {
      const answer = await fetch(`http://127.0.0.1:${server.operatorPort}/api/v1/problems`)
      const { problems } = (await answer.json()) as { problems: ProblemJson[] }
      expect(problems.map(placed)).toEqual([`group-unknown ${place} A.groups`])
    })
  } finally {
    await server.stop()
  }
})

test('a number among the groups is told how to write it as a name', async () => {
  writeIn(folder.path, 'swinfo.yaml', 'groups: {1: {}}\nA: {groups: [1]}\n')
  const args = ['validate', '--inventory', 'swinfo.yaml']
  const { stdout } = await runCommand(folder.path, args)
  expect(stdout).toContain(`a group's name is a text, not the number 1 [A]. Fix: write "1"`)
})
