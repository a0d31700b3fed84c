/**
 * The start of `ztps`: hands the command line to the drop-in for ZTPServer, and sets the exit code.
 * @module
 */
import { processTerminal } from './cli/process-terminal.ts'
import { runZtps } from './cli/ztps-program.ts'

process.exitCode = await runZtps(process.argv.slice(2), processTerminal())
