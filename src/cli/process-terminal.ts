/**
 * The terminal of this process.
 * @module
 */
import type { Terminal } from './terminal.ts'

/** Where this process stands and writes. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  // whoever reads the output may stop reading (| head); that is no reason to stop serving, nor to print a stack
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  return { cwd: process.cwd(), env: process.env, stdout, stderr }
}
