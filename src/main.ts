/**
 * The start of `ztpush`: hands the command line to the program, and sets the exit code.
 * @module
 */
import { processTerminal } from './cli/process-terminal.ts'
import { runProgram } from './cli/program.ts'

process.exitCode = await runProgram(process.argv.slice(2), processTerminal())
