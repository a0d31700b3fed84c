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
import { tryWrite } from './try-write.ts'

/** The examples: what each is made of, as paths of the package and of the folder that is made. */
const examples: ReadonlyMap<string, readonly (readonly [string, string])[]> = new Map([
  ['lab', ['swinfo.json', 'templates', 'dhcp'].map((part) => [part, part] as const)],
  [
    'leaf-spine',
    ['ztpush.conf', 'swinfo.json', 'templates', 'data_root'].map(
      (part) => [`examples/leaf-spine/${part}`, part] as const,
    ),
  ],
])

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
    .addOption(
      new Option(
        '--example <name>',
        'lab, or leaf-spine: a data root of ZTPServer with two spines and four leaves',
      ).default('lab'),
    )
    .addHelpText(
      'after',
      `
Examples:
  ztpush init
  ztpush init lab && cd lab && ztpush serve
  ztpush init --example leaf-spine pod1 && cd pod1 && ztpush serve`,
    )
    .action((folder: string, { example }: { example: string }, command: Command) => {
      const parts = examples.get(example)
      if (parts === undefined) {
        const there = [...examples.keys()].join(', ')
        command.error(`error: there is no example "${example}"; there are: ${there}`, {
          exitCode: exitCode.usage,
        })
        return
      }
      finish(init(terminal, folder, parts))
    })
}

function init(
  terminal: Terminal,
  folder: string,
  parts: readonly (readonly [string, string])[],
): number {
  const target = resolve(terminal.cwd, folder)
  const names = parts.map(([, name]) => name)
  const present = names.filter((part) => existsSync(join(target, part)))
  if (present.length > 0) {
    throw new Problem('output-unwritable', `there is already: ${present.join(', ')}`, {
      at: { file: target },
      fix: 'name an empty folder',
    })
  }
  tryWrite(target, 'name a folder that can be made and written to', () => {
    makeFolder(target)
    for (const [from, to] of parts) {
      cpSync(assetPath(from), join(target, to), { recursive: true })
    }
  })
  const change = folder === '.' ? '' : `cd ${pasteable(folder)} && `
  terminal.stdout.write(`Made ${names.join(', ')} in ${target}\nNext: ${change}ztpush serve\n`)
  return exitCode.fine
}

/** A path as a shell takes it behind `cd`. */
function pasteable(path: string): string {
  const word = path.startsWith('-') ? `./${path}` : path
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
