import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ValueFault } from '../../../src/render/python/fault.ts'
import { power } from '../../../src/render/python/power.ts'

/** What the machine's Python gives for each pair. */
function pythonPowers(pairs: readonly (readonly [number, number])[]): readonly number[] {
  const program =
    'import json, sys; print(json.dumps([float(x) ** float(y) for x, y in json.load(sys.stdin)]))'
  const input = JSON.stringify(pairs)
  const { stdout } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' })
  return JSON.parse(stdout) as number[]
}

/** Numbers of all sizes, the same ones each time. */
function* numbers(): Generator<number> {
  let seed = 20_000
  for (;;) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    yield seed / 2_147_483_648
  }
}

test('a power is the one that Python gives to the last digit, or is refused', () => {
  const random = numbers()
  const next = () => random.next().value as number
  const exponents = [1 / 3, 0.5, 0.1, 1.1, -0.25, 2, 3, -1, 1 / 7, 1.5]
  const pairs = Array.from({ length: 2_000 }, (_, at) => {
    const base = at % 3 === 0 ? 10 ** (next() * 40 - 20) : Math.ceil(next() * 10_000)
    const exponent = at % 2 === 0 ? (exponents[at % exponents.length] ?? 1) : next() * 8 - 4
    return [base, exponent] as const
  })
  const expected = pythonPowers(pairs)
  let refused = 0
  for (const [at, [base, exponent]] of pairs.entries()) {
    try {
      expect(power(base, exponent), `${base} ** ${exponent}`).toBe(expected[at])
    } catch (error) {
      if (!(error instanceof ValueFault)) throw error
      refused++
    }
  }
  expect(refused).toBeLessThan(pairs.length * 0.06)
})
