/**
 * The commands of `ztpush`.
 * @module
 */
import { Command, CommanderError } from 'commander'
import { packageVersion } from '../assets.ts'
import { Problem } from '../core/problem.ts'
import { SettingsRefused } from '../settings.ts'
import { addDiff } from './diff.ts'
import { addExplain } from './explain.ts'
import { addHealth } from './health.ts'
import { addInit } from './init.ts'
import { addRender } from './render.ts'
import { addResources } from './resources.ts'
import { addServe } from './serve.ts'
import { exitCode, printProblems, type Terminal } from './terminal.ts'
import { addValidate } from './validate.ts'

/** Commands that are announced; who meets them is told. */
const laterCommands = new Set(['dhcp', 'simulate'])

/** Runs one command line; gives its exit code: 0 fine, 1 a problem was found, 2 wrong usage. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCode.fine
  const program = new Command('ztpush')
    .description(
      'Zero-touch provisioning for Arista EOS: one bootfile URL, every switch its own configuration.',
    )
    .version(`ztpush ${packageVersion()}`, '-v, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .showHelpAfterError('Run "ztpush --help" for what there is.')
    .helpCommand(false)
  const finish = (result: number) => {
    code = result
  }
  for (const add of [
    addServe,
    addRender,
    addValidate,
    addExplain,
    addDiff,
    addResources,
    addInit,
    addHealth,
  ])
    add(program, terminal, finish)
  program.addHelpText(
    'after',
    `
Examples:
  ztpush init lab && cd lab && ztpush serve      a lab to look at
  ztpush render 52:54:00:00:11:11                what that switch gets
  ztpush explain 52:54:00:00:11:11               why it gets that
  ztpush validate --strict                       check everything, as CI does`,
  )
  if (args.length === 0) {
    terminal.stderr.write(program.helpInformation())
    return exitCode.usage
  }
  const [command = ''] = args
  if (laterCommands.has(command)) {
    terminal.stderr.write(`error: "ztpush ${command}" is not in this version\n`)
    return exitCode.usage
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return failed(error, terminal)
  }
}

function failed(error: unknown, terminal: Terminal): number {
  // commander has printed its message, or the help that was asked for
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.usage
  if (error instanceof SettingsRefused)
    printProblems(terminal, [...error.warnings, ...error.problems])
  else if (error instanceof Problem) printProblems(terminal, [error])
  else throw error
  return exitCode.problem
}
