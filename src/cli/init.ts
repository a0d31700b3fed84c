/**
 * `ztpush init`: a working folder to start from.
 * @module
 */
import { cpSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { assetPath } from '../assets.ts'
import { Problem } from '../core/problem.ts'
import { makeFolder } from './make-folder.ts'
import { exitCode, type Terminal } from './terminal.ts'

const parts = ['swinfo.json', 'templates', 'dhcp']

export function addInit(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  program
    .command('init')
    .description(
      'Make a working folder: an inventory, templates, DHCP server files. Nothing is overwritten.',
    )
    .argument('[folder]', 'where', '.')
    .addOption(new Option('--example <name>', 'which example: lab').default('lab'))
    .addHelpText(
      'after',
      `
Examples:
  ztpush init
  ztpush init lab && cd lab && ztpush serve`,
    )
    .action((folder: string, { example }: { example: string }, command: Command) => {
      if (example !== 'lab') {
        command.error(
          example === 'leaf-spine'
            ? 'error: the example "leaf-spine" needs ZTPServer\'s routes, which this version does not have'
            : `error: there is no example "${example}"; there is: lab`,
          {
            exitCode: exitCode.usage,
          },
        )
      }
      finish(init(terminal, folder))
    })
}

function init(terminal: Terminal, folder: string): number {
  const target = resolve(terminal.cwd, folder)
  const present = parts.filter((part) => existsSync(join(target, part)))
  if (present.length > 0) {
    throw new Problem('output-unwritable', `there is already: ${present.join(', ')}`, {
      at: { file: target },
      fix: 'name an empty folder',
    })
  }
  try {
    makeFolder(target)
    for (const part of parts) cpSync(assetPath(part), join(target, part), { recursive: true })
  } catch (error) {
    throw new Problem('output-unwritable', `cannot write: ${(error as Error).message}`, {
      at: { file: target },
      cause: error,
    })
  }
  const change = folder === '.' ? '' : `cd ${folder} && `
  terminal.stdout.write(`Made ${parts.join(', ')} in ${target}\nNext: ${change}ztpush serve\n`)
  return exitCode.fine
}
