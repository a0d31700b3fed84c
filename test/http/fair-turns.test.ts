import { setImmediate as nextRound } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { FairTurns } from '../../src/http/switch/fair-turns.ts'

test('turns are there at once until a round is full, and then in order, a round at a time', async () => {
  const turns = new FairTurns(100)
  const given: number[] = []
  for (let number = 0; number < 6; number++) {
    const turn = turns.take(60)
    if (turn === undefined) given.push(number)
    else void turn.then(() => given.push(number))
  }
  expect(given).toEqual([0, 1])
  await nextRound()
  expect(given).toEqual([0, 1, 2, 3])
  await nextRound()
  expect(given).toEqual([0, 1, 2, 3, 4, 5])
})

test('who comes while others wait waits behind them', async () => {
  const turns = new FairTurns(100)
  const given: string[] = []
  expect(turns.take(100)).toBeUndefined()
  void turns.take(100)?.then(() => given.push('first'))
  await nextRound()
  void turns.take(10)?.then(() => given.push('second'))
  expect(given).toEqual(['first'])
  await nextRound()
  expect(given).toEqual(['first', 'second'])
  expect(turns.take(1)).toBeUndefined()
})

test('what is larger than a round has one of its own', async () => {
  const turns = new FairTurns(100)
  expect(turns.take(1_000)).toBeUndefined()
  let over = false
  void turns.take(1_000)?.then(() => {
    over = true
  })
  await nextRound()
  expect(over).toBe(true)
})
