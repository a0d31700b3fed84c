import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeFolder, runCommand, writeIn } from '../running-server.ts'

let folder: ReturnType<typeof makeFolder>
beforeEach(() => {
  folder = makeFolder({
    'data_root/resources/mgmt': 'a: null # first\nb: SER1\n',
    'data_root/resources/site/loopback': 'c: null\n',
  })
})
afterEach(() => folder.remove())

const run = (...args: string[]) => runCommand(folder.path, ['resources', ...args])
const text = (name: string) => readFileSync(join(folder.path, 'data_root/resources', name), 'utf8')

test('list shows every pool, and the holders of one', async () => {
  expect(await run('list')).toEqual({
    code: 0,
    stdout:
      'POOL           VALUES  HELD  FREE\nmgmt           2       1     1\nsite/loopback  1       0     1\n',
    stderr: '',
  })
  expect(await run('list', 'mgmt')).toEqual({ code: 0, stdout: 'a  -\nb  SER1\n', stderr: '' })
})

test('list shows characters that would command the terminal as escapes', async () => {
  writeIn(folder.path, 'data_root/resources/odd', '"a\\e[2Jb": null\n')
  const { stdout } = await run('list', 'odd')
  expect(stdout).toBe('a\\u001b[2Jb  -\n')
})

test('list --json tells everything, broken pools as problems', async () => {
  writeIn(folder.path, 'data_root/resources/broken', '- a\n')
  const { code, stdout } = await run('list', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    pools: [
      {
        name: 'mgmt',
        values: 2,
        held: 1,
        free: 1,
        entries: [
          { value: 'a', holder: null },
          { value: 'b', holder: 'SER1' },
        ],
      },
      { name: 'site/loopback', values: 1, held: 0, free: 1 },
    ],
    problems: [{ code: 'pool-shape', file: 'data_root/resources/broken', line: 1 }],
  })
})

test('allocate gives a node its value, the same again, and writes a MAC as the server does', async () => {
  for (const mac of ['52:54:00:00:11:11', '5254.0000.1111']) {
    expect(await run('allocate', 'mgmt', mac)).toEqual({ code: 0, stdout: 'a\n', stderr: '' })
  }
  expect(text('mgmt')).toBe("a: '525400001111' # first\nb: SER1\n")
  const full = await run('allocate', 'mgmt', 'SER9')
  expect(full).toMatchObject({ code: 1, stdout: '' })
  expect(full.stderr).toMatch(
    /data_root\/resources\/mgmt: the pool "mgmt" has no free value for SER9/,
  )
})

describe('a switch that holds a value under another of its ids', () => {
  const mac = '52:54:00:00:11:11'

  test.each(['b: SER1', 'b: 525400001111', 'b: 5254.0000.1111'])(
    'is given no second one where its report is kept: %s',
    async (held) => {
      writeIn(folder.path, 'data_root/resources/mgmt', `a: null\n${held}\n`)
      const report = { serialnumber: 'SER1', systemmac: '525400001111', neighbors: {} }
      writeIn(folder.path, 'data_root/nodes/SER1/.node', report)
      writeIn(folder.path, 'data_root/nodes/SER1/definition', 'actions: []\n')
      for (const name of [mac, '525400001111', 'SER1', 'ser1']) {
        expect(await run('allocate', 'mgmt', name)).toEqual({ code: 0, stdout: 'b\n', stderr: '' })
      }
      expect(text('mgmt')).toBe(`a: null\n${held}\n`)
      expect(await run('release', 'mgmt', '--node', mac)).toMatchObject({ stdout: 'b\n' })
    },
  )

  test('is given no second one where the inventory knows both, and is written as the server writes it', async () => {
    writeIn(folder.path, 'site.json', {
      [mac]: { serial: 'SER1' },
      SER2: { mac: '5254.0000.2222' },
    })
    writeIn(folder.path, 'ztpush.conf', '[dynconfig]\ninventory = site.json\n')
    expect(await run('allocate', 'mgmt', mac)).toEqual({ code: 0, stdout: 'b\n', stderr: '' })
    expect(await run('allocate', 'mgmt', '5254.0000.2222')).toMatchObject({ stdout: 'a\n' })
    expect(text('mgmt')).toBe('a: SER2 # first\nb: SER1\n')
  })

  test('is told what is wrong with an inventory that may know it', async () => {
    writeIn(folder.path, 'swinfo.json', '{"a": ')
    const { code, stderr } = await run('allocate', 'mgmt', mac)
    expect(code).toBe(0)
    expect(stderr).toMatch(/swinfo\.json:1:\d+: /)
  })
})

test('release frees a value, or what a node holds', async () => {
  expect(await run('release', 'mgmt', '--value', 'b')).toMatchObject({ code: 0, stdout: 'b\n' })
  await run('allocate', 'mgmt', '52:54:00:00:11:11')
  expect(await run('release', 'mgmt', '--node', '525400001111')).toMatchObject({ stdout: 'a\n' })
  expect(text('mgmt')).toBe('a: null # first\nb: null\n')
  expect(await run('release', 'mgmt', '--value', 'b')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'nothing was held\n',
  })
})

describe('clear', () => {
  test('frees all values of all pools, comments and order stay', async () => {
    expect(await run('clear', '--yes')).toEqual({
      code: 0,
      stdout: 'mgmt: 1 value freed\nsite/loopback: 0 values freed\n',
      stderr: '',
    })
    expect(text('mgmt')).toBe('a: null # first\nb: null\n')
  })

  test('changes nothing without --yes, nor when a pool is broken', async () => {
    expect(await run('clear')).toMatchObject({ code: 2, stdout: '' })
    writeIn(folder.path, 'data_root/resources/z', 'a: "x\n')
    expect(await run('clear', '--yes')).toMatchObject({ code: 1, stdout: '' })
    expect(text('mgmt')).toBe('a: null # first\nb: SER1\n')
  })
})

test.each([
  [['list', '--data-root', 'nowhere'], 1, /nowhere: there is no such folder/],
  [['list', '--data-root', 'data_root/resources/mgmt'], 1, /mgmt: there is no such folder/],
  [['list', 'nothing'], 1, /there is no such pool/],
  [['list', '../x'], 1, /there cannot be a pool "\.\.\/x"/],
  [['release', 'mgmt'], 2, /--value VALUE or --node ID/],
  [['release', 'mgmt', '--value', 'a', '--node', 'b'], 2, /--value VALUE or --node ID/],
  [['allocate', 'mgmt'], 2, /missing required argument/],
  [['nonsense'], 2, /unknown command/],
])('%j ends with code %i', async (args, code, message) => {
  const result = await run(...args)
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.stderr).toMatch(message)
})

test.each([['list'], ['allocate'], ['release'], ['clear']])(
  '%s --help shows an example',
  async (name) => {
    expect((await run(name, '--help')).stdout).toMatch(/Examples:\n {2}ztpush resources /)
  },
)

test('each command speaks JSON with machines', async () => {
  const json = async (...args: string[]): Promise<unknown> => {
    const { code, stdout } = await run(...args, '--json')
    expect(code).toBe(0)
    return JSON.parse(stdout)
  }
  const allocated = { pool: 'mgmt', node: '525400001111', value: 'a' }
  expect(await json('allocate', 'mgmt', '5254.0000.1111')).toEqual(allocated)
  const released = { pool: 'mgmt', released: ['a'] }
  expect(await json('release', 'mgmt', '--node', '52:54:00:00:11:11')).toEqual(released)
  const none = { pool: 'mgmt', released: [] }
  expect(await json('release', 'mgmt', '--value', 'a')).toEqual(none)
  expect(await json('clear', '--yes')).toEqual({
    cleared: [
      { pool: 'mgmt', freed: 1 },
      { pool: 'site/loopback', freed: 0 },
    ],
  })
})

test('a switch is known by the serial number of its report, whatever its folder is called', async () => {
  const report = { serialnumber: 'SER7', systemmac: '52:54:00:00:77:77', neighbors: {} }
  writeIn(folder.path, 'data_root/nodes/leaf7/.node', report)
  writeIn(folder.path, 'data_root/resources/mgmt', 'a: leaf7\nb: null\n')
  for (const name of ['ser7', '5254.0000.7777', 'leaf7']) {
    expect(await run('allocate', 'mgmt', name)).toMatchObject({ code: 0, stdout: 'a\n' })
  }
})
