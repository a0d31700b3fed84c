/**
 * A progress bar for people: on a terminal only, on the standard error, gone when it is done.
 * @module
 */
import type { Terminal } from './terminal.ts'

export interface Progress {
  step(): void
  done(): void
}

const width = 30

/** Shows how many of `total` are done; draws ten times a second at most. */
export function startProgress(terminal: Terminal, what: string, total: number): Progress {
  const { stderr } = terminal
  if (stderr.isTTY !== true || total < 2) return { step: () => {}, done: () => {} }
  let count = 0
  let drawn = 0
  const draw = () => {
    const filled = Math.round((count / total) * width)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
    stderr.write(`\r${what} ${bar} ${count}/${total}`)
  }
  return {
    step: () => {
      count++
      const now = performance.now()
      if (now - drawn < 100 && count < total) return
      drawn = now
      draw()
    },
    done: () => {
      stderr.write('\r\u001b[2K')
    },
  }
}
