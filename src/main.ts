/**
 * Hands the command line to the program; the sole reader of `process.argv` and setter of the exit code.
 * @module
 */
import { runProgram } from './cli/program.ts'

// whoever reads the output may stop reading (| head); that is no reason to stop serving, nor to print a stack
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

process.exitCode = await runProgram(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
})
