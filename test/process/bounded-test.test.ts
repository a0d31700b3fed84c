import { expect, test } from 'vitest'
import { compileExpression } from '../../src/core/matcher.ts'
import { createBoundedTest } from '../../src/process/bounded-test.ts'

const subject = `${'a'.repeat(60)}!`

test('twenty expressions without end do not hold up others for longer than a few of them may', async () => {
  const bounded = createBoundedTest(() => performance.now())
  const started = performance.now()
  for (let each = 0; each < 20; each++) {
    expect(bounded(compileExpression(`(a+)+${each}$`), subject)).toBeUndefined()
  }
  // a second without the bound; this machine may be busy
  expect(performance.now() - started).toBeLessThan(700)
  expect(bounded(compileExpression('(a|b)+!'), subject)).toBe(true)
  await new Promise((resolve) => setImmediate(resolve))
  expect(bounded(compileExpression('(a|b)+!'), subject)).toBe(true)
})
