import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/node-report.ts'
import { createNodeStore } from '../../src/store/node-store.ts'
import { makeFolder, writeIn } from '../running-server.ts'

let root: ReturnType<typeof makeFolder>
beforeEach(() => {
  root = makeFolder({})
})
afterEach(() => root.remove())

const id = (text: string) => text as NodeId
const definition = { name: 'definition', bytes: Buffer.from('name: d\nactions: []\n') } as const

test('a folder is never seen half made, at whatever moment it is looked at', async () => {
  const store = createNodeStore(root.path)
  for (let round = 0; round < 300; round += 1) {
    const node = id(`NODE${round}`)
    const seen = new Set<string>()
    let made = false
    const making = store.create(node, [definition]).then(() => {
      made = true
    })
    while (!made) {
      for (let looks = 0; looks < 200; looks += 1) seen.add(store.state(node))
      await setImmediate()
    }
    await making
    seen.add(store.state(node))
    expect([...seen].filter((state) => state !== 'absent')).toEqual(['known'])
  }
})

test('a folder that an operator has prepared without a definition is unfinished', () => {
  writeIn(root.path, 'nodes/NODE1/attributes', 'a: 1\n')
  expect(createNodeStore(root.path).state(id('NODE1'))).toBe('unfinished')
  writeIn(root.path, 'nodes/NODE1/startup-config', '')
  expect(createNodeStore(root.path).state(id('NODE1'))).toBe('known')
})
