import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ServedQueue } from '../../../src/store/journal/served-queue.ts'

let sent: number[]
let queue: ServedQueue
let count: number

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  count = 0
  queue = new ServedQueue((texts) => sent.push(texts.length))
})

afterEach(() => {
  vi.useRealTimers()
})

function serve(switches: number): void {
  for (let number = 0; number < switches; number += 1) {
    queue.keep({ entry: `SW${count}`, text: `hostname ${count}\n`, at: count })
    count += 1
  }
}

describe('what was served goes to its files', () => {
  test('after a second, each switch once', () => {
    serve(3)
    queue.keep({ entry: 'SW0', text: 'newer\n', at: 10 })
    vi.advanceTimersByTime(999)
    expect(sent).toEqual([])
    vi.advanceTimersByTime(1)
    expect(sent).toEqual([3])
    vi.advanceTimersByTime(60_000)
    expect(sent).toEqual([3])
  })

  test('when a storm is over, and is known before', () => {
    for (let second = 0; second < 4; second += 1) {
      serve(500)
      vi.advanceTimersByTime(1_000)
    }
    expect(sent).toEqual([])
    expect(queue.find('SW1999')?.bytes.toString()).toBe('hostname 1999\n')
    vi.advanceTimersByTime(1_000)
    expect(sent).toEqual([2_000])
    expect(queue.find('SW1999')?.bytes.toString()).toBe('hostname 1999\n')
  })

  test('every ten seconds of a storm that does not end', () => {
    for (let second = 0; second < 25; second += 1) {
      serve(200)
      vi.advanceTimersByTime(1_000)
    }
    expect(sent).toEqual([2_000, 2_000])
  })

  test('at once when it comes to more than 16 MB, or when the server ends', () => {
    queue.keep({ entry: 'SW1', text: 'x'.repeat(17 * 1_048_576), at: 1 })
    expect(sent).toEqual([1])
    serve(5)
    queue.flush()
    expect(sent).toEqual([1, 5])
    vi.advanceTimersByTime(60_000)
    expect(sent).toEqual([1, 5])
  })
})
