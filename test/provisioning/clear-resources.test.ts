import { expect, test } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import { clearResources } from '../../src/provisioning/clear-resources.ts'

/** Clears the pools of a data root with these files; `full` cannot be cleared. */
async function clear(files: Readonly<Record<string, string>>) {
  const cleared: string[] = []
  const lines: string[] = []
  const isSound = await clearResources({
    dataRoot: '/srv/data',
    files: {
      read: async (path) => (path in files ? Buffer.from(files[path] ?? '') : undefined),
      list: async () => Object.keys(files).sort(),
      has: async (path) => path in files,
      isExecutable: async () => false,
    },
    pools: {
      clear: async (pool) => {
        if (pool === 'full') throw new Problem('data-root-unwritable', 'the disk is full')
        cleared.push(pool)
        return 1
      },
    },
    print: (line) => lines.push(line),
  })
  return { isSound, cleared, text: lines.join('\n') }
}

test('every pool is cleared after all have been checked, those in folders too', async () => {
  const { isSound, cleared, text } = await clear({
    'resources/a': 'x: N1\n',
    'resources/sub/b': 'y: N2\n',
  })
  expect(isSound).toBe(true)
  expect(cleared).toEqual(['a', 'sub/b'])
  expect(text).toBe(`Validating resources...
Validating /srv/data/resources/a...
Ok!
Validating /srv/data/resources/sub/b...
Ok!

Clearing resources...
Clearing /srv/data/resources/a...
Ok!
Clearing /srv/data/resources/sub/b...
Ok!`)
})

test('nothing is cleared where one of them is malformed', async () => {
  const { isSound, cleared, text } = await clear({
    'resources/a': 'x: N1\n',
    'resources/b': 'y: [\n',
  })
  expect(isSound).toBe(false)
  expect(cleared).toEqual([])
  expect(text).toMatch(/\n\nERROR: Unable to clear resources because of validation error$/)
})

test('a pool that cannot be written is told, and the others are cleared', async () => {
  const { isSound, cleared, text } = await clear({
    'resources/full': 'x: N1\n',
    'resources/other': 'y: N2\n',
  })
  expect(isSound).toBe(false)
  expect(cleared).toEqual(['other'])
  expect(text).toContain(
    'Clearing /srv/data/resources/full...\n\nERROR: Failed to clear /srv/data/resources/full\nthe disk is full\n',
  )
})

test.each(['', '\n', '# nothing yet\n', '---\n', '~\n'])(
  'a file with nothing in it has nothing to free: %j',
  async (text) => {
    expect(await clear({ 'resources/new': text })).toMatchObject({ isSound: true, cleared: [] })
  },
)
