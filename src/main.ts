/**
 * Hands the command line to the program; the sole reader of `process.argv` and setter of the exit code.
 * @module
 */
import { runProgram } from './cli/program.ts'

process.exitCode = await runProgram(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
})
