import { defineConfig } from 'vitest/config'
import type { Reporter, TestCase } from 'vitest/node'

/** Ends the output with one plain line: `N passed, N failed`. */
function closingLine(): Reporter {
  const count = { passed: 0, failed: 0, skipped: 0 }
  return {
    onTestCaseResult(test: TestCase) {
      const { state } = test.result()
      if (state !== 'pending') count[state]++
    },
    onTestRunEnd() {
      const { passed, failed, skipped } = count
      // after the summary of the default reporter
      process.on('exit', () => {
        console.log(
          `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
        )
      })
    },
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', closingLine()],
  },
})
