import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFolder, type RunningServer, startServer, writeIn } from '../running-server.ts'

/** Runs SQL with python3's own SQLite; gives the rows of the last statement. */
function sql(file: string, ...statements: string[]): unknown[][] {
  const script = `
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
rows = []
for statement in json.load(sys.stdin):
    rows = database.execute(statement).fetchall()
database.commit()
print(json.dumps(rows))
`
  const { stdout, stderr } = spawnSync('python3', ['-c', script, file], {
    input: JSON.stringify(statements),
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as unknown[][]
}

const folder = makeFolder({
  'data_root/definitions/x': 'actions: []\n',
  'swinfo.json': {},
  'templates/config.njk': 'x',
})
const root = join(folder.path, 'data_root')
const file = join(root, 'db/resources.db')
let server: RunningServer

beforeAll(async () => {
  mkdirSync(join(root, 'db'))
  sql(
    file,
    'CREATE TABLE mgmt (key TEXT, node_id TEXT)',
    "INSERT INTO mgmt VALUES ('10.0.0.9', 'OTHER'), ('10.0.0.2', NULL), ('10.0.0.1', NULL), ('10.0.0.3', NULL)",
  )
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

async function get(id: string, call: string, method = 'GET'): Promise<Response> {
  writeIn(root, `nodes/${id}/definition`, `actions: [{action: a, attributes: {x: "${call}"}}]\n`)
  writeIn(root, `nodes/${id}/pattern`, 'interfaces: []\n')
  writeIn(root, `nodes/${id}/.node`, JSON.stringify({ serialnumber: id }))
  return fetch(`http://127.0.0.1:${server.port}/nodes/${id}`, { method })
}

async function valueFor(id: string): Promise<unknown> {
  const answer = await get(id, "sqlite('mgmt')")
  const { actions } = (await answer.json()) as { actions: { attributes: { x: unknown } }[] }
  return actions[0]?.attributes.x
}

describe("the sqlite plugin gives a table's values", () => {
  test('in the order of the rows, and the same one again', async () => {
    expect((await get('A', "sqlite('mgmt')", 'HEAD')).status).toBe(200)
    expect(sql(file, "SELECT key FROM mgmt WHERE node_id = 'A'")).toEqual([])
    expect(await valueFor('A')).toBe('10.0.0.2')
    expect(await valueFor('A')).toBe('10.0.0.2')
    expect(sql(file, 'SELECT key, node_id FROM mgmt ORDER BY rowid')).toEqual([
      ['10.0.0.9', 'OTHER'],
      ['10.0.0.2', 'A'],
      ['10.0.0.1', null],
      ['10.0.0.3', null],
    ])
  })

  test('each to one node, however many ask at once, until none is free', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, at) => get(`N${at}`, "sqlite('mgmt')")),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 400, 400, 400, 400])
    const holders = sql(file, 'SELECT node_id FROM mgmt').flat()
    expect(new Set(holders).size).toBe(4)
  })

  test('to whom an operator has released one', async () => {
    sql(file, "UPDATE mgmt SET node_id = NULL WHERE key = '10.0.0.9'")
    expect(await valueFor('LATE')).toBe('10.0.0.9')
  })

  test.each(["sqlite('nowhere')", "sqlite('a;b')", "sqlite('../x')"])(
    '%s is refused',
    async (call) => {
      const answer = await get('BAD', call)
      expect(answer.status).toBe(400)
      expect(await answer.text()).not.toContain(folder.path)
    },
  )
})
