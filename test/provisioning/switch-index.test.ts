import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byName, indexSwitches, sortKeyOf } from '../../src/provisioning/switch-index.ts'
import { Turns } from '../../src/provisioning/turns.ts'
import { inventoryOf, tableOf } from '../core/inventory-source.ts'

const turns = new Turns({ monotonic: () => performance.now() })
const sortedNames = (names: readonly string[]) =>
  names
    .map((name) => ({ name, sortKey: sortKeyOf(name) }))
    .sort(byName)
    .map(({ name }) => name)

test('names are sorted as people sort them', () => {
  const names = ['leaf10', 'Leaf2', 'leaf1-b', 'spine1', 'leaf002', 'leaf1', '9', '10']
  expect(sortedNames(names)).toEqual([
    '9',
    '10',
    'leaf1',
    'leaf1-b',
    'Leaf2',
    'leaf002',
    'leaf10',
    'spine1',
  ])
})

test('numbers in names compare as numbers, however long they are', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 40n }),
      fc.bigInt({ min: 0n, max: 10n ** 40n }),
      (one, other) => {
        const [first, second] = [one, other].map((number) => sortKeyOf(`leaf${number}.lab`))
        expect((first ?? '') < (second ?? '')).toBe(one < other)
      },
    ),
  )
})

test('thousands of switches are indexed whole and in order, in stretches', async () => {
  const entries = Object.fromEntries(
    Array.from({ length: 9_999 }, (_, at) => [
      `SN${(at * 7_919) % 9_999}`,
      { hostname: `sw${(at * 7_919) % 9_999}` },
    ]),
  )
  let stops = 0
  const counting = { monotonic: () => (stops += 1) }
  const { switches, byKey } = await indexSwitches(
    inventoryOf(tableOf('json', JSON.stringify(entries))),
    new Turns(counting),
  )
  expect(switches.map(({ name }) => name)).toEqual(
    Array.from({ length: 9_999 }, (_, at) => `sw${at}`),
  )
  expect(byKey.get('SN77')?.name).toBe('sw77')
  const { switches: none } = await indexSwitches(inventoryOf(tableOf('json', '{}')), turns)
  expect(none).toEqual([])
})
