/**
 * What is wrong with neighbordb, among the problems of a running server.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  eventually,
  makeFolder,
  type RunningServer,
  runCommand,
  startServer,
  writeIn,
} from '../running-server.ts'

const folder = makeFolder({
  'data_root/definitions/base': 'actions: []\n',
  'data_root/neighbordb': 'patterns: []\n',
})
let server: RunningServer
beforeAll(async () => {
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

interface List {
  readonly problems: readonly { readonly code: string }[]
  readonly complete: boolean
}

const texts = ({ problems }: Pick<List, 'problems'>) =>
  problems.map((problem) => JSON.stringify(problem)).sort()

async function live(): Promise<List> {
  const answer = await fetch(`http://127.0.0.1:${server.operatorPort}/api/v1/problems`)
  return (await answer.json()) as List
}

async function validated(): Promise<List> {
  const { stdout } = await runCommand(folder.path, ['validate', '--json'])
  return JSON.parse(stdout) as List
}

const leaf = (at: number) => `- {name: leaf ${at}, definition: base, node: N${at}}\n`
const leaves = (count: number) => Array.from({ length: count }, (_, at) => leaf(at)).join('')
const faults = `- {name: again, definition: gone, node: N0}
- {name: all, definition: base, config-handler: gone.sh, interfaces: []}
- {name: bogus, definition: base, interfaces: [{any: none}]}
- {name: shadowed, definition: ../outside, interfaces: [{Ethernet1: spine1}]}
`

test.each([
  ['small', 3],
  ['large', 5_000],
])(
  'of a %s one they are those that validate finds, until they are mended',
  async (_size, count) => {
    const text = `patterns:\n${leaves(count)}`
    writeIn(folder.path, 'data_root/neighbordb', `${text}${faults}`)
    const all = await validated()
    expect(all.problems.map(({ code }) => code).sort()).toEqual([
      'definition-missing',
      'definition-missing',
      'handler-missing',
      'pattern-bogus',
      'pattern-unreachable',
      'pattern-unreachable',
    ])
    await eventually(async () => expect(texts(await live())).toEqual(texts(all)), 10_000)
    writeIn(folder.path, 'data_root/neighbordb', text)
    await eventually(async () => expect((await live()).problems).toEqual([]), 10_000)
  },
)

test.each([
  ['no YAML', 'patterns: [\n'],
  ['no mapping', '- a\n'],
  ['a mistake', `patterns:\n${leaves(2_000)}- {name: x, definition: gone, nide: y}\n`],
])(
  'of one that cannot be used (%s) they are the same, each told once, and in the log too',
  async (_what, text) => {
    const before = server.output().length
    writeIn(folder.path, 'data_root/neighbordb', text)
    const all = await validated()
    expect(all.problems).not.toEqual([])
    await eventually(async () => expect(texts(await live())).toEqual(texts(all)), 10_000)
    const [{ code } = { code: '' }] = all.problems
    expect(server.output().slice(before).split(code)).toHaveLength(1 + all.problems.length)
  },
)

test('a fault in each of very many patterns leaves the first ones to be told, and switches are served meanwhile', async () => {
  const pattern = (at: number) =>
    `- {name: leaf ${at}, definition: gone${at}, config-handler: ../${at}, model: x}\n`
  const all = Array.from({ length: 30_000 }, (_, at) => pattern(at)).join('')
  writeIn(folder.path, 'data_root/neighbordb', `patterns:\n${all}`)
  await eventually(async () => {
    const { problems } = await live()
    expect(problems).toHaveLength(500)
    expect(problems.at(-1)).toMatchObject({ code: 'pattern-unreachable', line: 502 })
  }, 20_000)
  const answer = await fetch(`http://127.0.0.1:${server.port}/healthz`)
  expect(answer.status).toBe(200)
}, 30_000)
