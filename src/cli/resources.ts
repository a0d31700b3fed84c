/**
 * `ztpush resources`: what pools give to whom, by hand. Safe beside a running server.
 * @module
 */
import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { printable, printableJson } from '../core/printable.ts'
import { Problem, problemToJson } from '../core/problem.ts'
import { createDeps, dataRootPools } from '../deps.ts'
import type { Holder, PoolEntries, Pools } from '../ports.ts'
import { holderOfNamed } from '../provisioning/holder.ts'
import { type Settings, statesSources } from '../settings.ts'
import { settingsFor } from './settings-flags.ts'
import { exitCode, printProblems, type Terminal } from './terminal.ts'

interface ResourcesFlags {
  readonly conf?: string
  readonly dataRoot?: string
}

type Finish = (code: number) => void

export function addResources(program: Command, terminal: Terminal, finish: Finish): void {
  const resources = program
    .command('resources')
    .description('List, allocate, release and clear the values of resource pools.')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  ztpush resources list mgmt_subnet
  ztpush resources allocate mgmt_subnet 52:54:00:00:11:11
  ztpush resources release mgmt_subnet --node 52:54:00:00:11:11
  ztpush resources clear mgmt_subnet --yes`,
    )
  const add = (usage: string, description: string, example: string): Command =>
    resources
      .command(usage)
      .description(description)
      .option('-c, --conf <file>', 'configuration file (INI), instead of ./ztpush.conf')
      .option('--data-root <folder>', "ZTPServer's folder (default: ./data_root if it is there)")
      .addHelpText('after', `\nExamples:\n  ztpush resources ${example}`)
  addList(add, terminal, finish)
  addAllocate(add, terminal, finish)
  addRelease(add, terminal, finish)
  addClear(add, terminal, finish)
}

type Add = (usage: string, description: string, example: string) => Command

function addList(add: Add, terminal: Terminal, finish: Finish): void {
  add('list [pool]', 'Print every pool, or the values of one with their holders.', 'list --json')
    .option('--json', 'for machines, holders included')
    .action(async (name: string | undefined, flags: ResourcesFlags & { json?: true }) => {
      const { pools } = dataRootOf(terminal, flags)
      const names = name === undefined ? await pools.names() : [name]
      const { read, problems } = await readAll(pools, names)
      if (flags.json === true) {
        const found = { pools: read.map(poolJson), problems: problems.map(problemToJson) }
        terminal.stdout.write(printableJson(found, 0))
      } else {
        const [only] = read
        if (name === undefined) terminal.stdout.write(poolLines(read))
        else if (only !== undefined) terminal.stdout.write(valueLines(only))
        printProblems(terminal, problems)
      }
      finish(problems.length > 0 ? exitCode.problem : exitCode.fine)
    })
}

function addAllocate(add: Add, terminal: Terminal, finish: Finish): void {
  add(
    'allocate <pool> <node>',
    'Print the value that a node holds in a pool, or give it the first free one.',
    'allocate mgmt_subnet 52:54:00:00:11:11',
  )
    .option('--json', 'for machines')
    .action(async (pool: string, node: string, flags: ResourcesFlags & { json?: true }) => {
      const { pools, holderOf } = dataRootOf(terminal, flags)
      const holder = await holderOf(node)
      const value = await pools.allocate(pool, holder)
      const json = { pool, node: holder.id, value }
      terminal.stdout.write(flags.json === true ? printableJson(json, 0) : `${value}\n`)
      finish(exitCode.fine)
    })
}

function addRelease(add: Add, terminal: Terminal, finish: Finish): void {
  add(
    'release <pool>',
    'Free one value of a pool, or all that a node holds; print those that were held.',
    'release mgmt_subnet --value 10.0.0.7/24',
  )
    .option('--value <value>', 'the value to free')
    .option('--node <id>', 'the node whose values to free: a MAC in any notation, or another id')
    .option('--json', 'for machines')
    .action(
      async (
        pool: string,
        flags: ResourcesFlags & { value?: string; node?: string; json?: true },
        command: Command,
      ) => {
        const { value, node } = flags
        if ((value === undefined) === (node === undefined)) {
          command.error('error: say --value VALUE or --node ID', { exitCode: exitCode.usage })
        }
        const { pools, holderOf } = dataRootOf(terminal, flags)
        const what = value !== undefined ? { value } : { ids: (await holderOf(node ?? '')).ids }
        const released = await pools.release(pool, what)
        if (flags.json === true) {
          terminal.stdout.write(printableJson({ pool, released }, 0))
          finish(exitCode.fine)
          return
        }
        for (const each of released) terminal.stdout.write(`${each}\n`)
        if (released.length === 0) terminal.stderr.write('nothing was held\n')
        finish(exitCode.fine)
      },
    )
}

function addClear(add: Add, terminal: Terminal, finish: Finish): void {
  add(
    'clear [pools...]',
    'Free all values of the pools that are named, or of every pool.',
    'clear mgmt_subnet --yes',
  )
    .option('--yes', 'do it; without this nothing is freed')
    .option('--json', 'for machines')
    .action(async (named: string[], flags: ClearFlags, command: Command) => {
      const { pools } = dataRootOf(terminal, flags)
      const names = named.length > 0 ? named : await pools.names()
      // one that is broken stops all of it, before anything is changed
      const { read, problems } = await readAll(pools, names)
      if (problems.length > 0) {
        printProblems(terminal, problems)
        finish(exitCode.problem)
        return
      }
      if (flags.yes !== true) {
        terminal.stderr.write(poolLines(read))
        command.error('error: say --yes to free all of these values', { exitCode: exitCode.usage })
      }
      const cleared: { readonly pool: string; readonly freed: number }[] = []
      for (const pool of names) cleared.push({ pool, freed: await pools.clear(pool) })
      if (flags.json === true) terminal.stdout.write(printableJson({ cleared }, 0))
      else terminal.stdout.write(clearedLines(cleared))
      finish(exitCode.fine)
    })
}

interface ClearFlags extends ResourcesFlags {
  readonly yes?: true
  readonly json?: true
}

function clearedLines(
  cleared: readonly { readonly pool: string; readonly freed: number }[],
): string {
  return cleared
    .map(({ pool, freed }) => `${pool}: ${freed} ${freed === 1 ? 'value' : 'values'} freed\n`)
    .join('')
}

interface DataRoot {
  readonly pools: Pools
  /** The switch that has an id, with all its ids. */
  readonly holderOf: (name: string) => Promise<Holder>
}

function dataRootOf(terminal: Terminal, flags: ResourcesFlags): DataRoot {
  const { settings, warnings } = settingsFor(terminal, flags)
  // told below, as what stops this command
  printProblems(
    terminal,
    warnings.filter(({ code }) => code !== 'data-root-missing'),
  )
  const { dataRoot } = settings
  if (
    dataRoot === undefined ||
    statSync(dataRoot, { throwIfNoEntry: false })?.isDirectory() !== true
  ) {
    throw new Problem('data-root-unreadable', 'there is no such folder', {
      at: { file: dataRoot ?? 'data_root' },
      fix: 'name it with --data-root, or set [default] data_root',
    })
  }
  return {
    pools: dataRootPools(dataRoot, terminal.cwd),
    holderOf: (name) => holderOf(terminal, settings, name),
  }
}

async function holderOf(terminal: Terminal, settings: Settings, name: string): Promise<Holder> {
  const { renderer, dataRoot, load } = createDeps(settings, terminal.cwd)
  if (dataRoot === undefined) return { id: name, ids: [name] }
  try {
    const { inventory, inventoryProblems } = await load()
    const isWanted = statesSources(settings)
    printProblems(
      terminal,
      inventoryProblems.filter(({ code }) => isWanted || code !== 'inventory-missing'),
    )
    return await holderOfNamed(
      {
        inventory: settings.inventory === undefined ? undefined : inventory,
        identifier: settings.identifier,
        files: dataRoot.files,
        nodeIds: () => dataRoot.store.ids(),
      },
      name,
    )
  } finally {
    await renderer.close()
  }
}

interface ReadPool {
  readonly name: string
  readonly entries: PoolEntries
}

async function readAll(
  pools: Pools,
  names: readonly string[],
): Promise<{ read: ReadPool[]; problems: Problem[] }> {
  const read: ReadPool[] = []
  const problems: Problem[] = []
  for (const name of names) {
    try {
      read.push({ name, entries: await pools.read(name) })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.push(error)
    }
  }
  return { read, problems }
}

function countsOf({ entries }: ReadPool): { values: number; held: number; free: number } {
  const held = entries.filter(({ holder }) => holder !== undefined).length
  return { values: entries.length, held, free: entries.length - held }
}

function poolJson(pool: ReadPool) {
  const { name, entries } = pool
  return {
    name,
    ...countsOf(pool),
    entries: entries.map(({ value, holder }) => ({ value, holder: holder ?? null })),
  }
}

function poolLines(pools: readonly ReadPool[]): string {
  const rows = pools.map((pool) => {
    const { values, held, free } = countsOf(pool)
    return [pool.name, String(values), String(held), String(free)]
  })
  return table([['POOL', 'VALUES', 'HELD', 'FREE'], ...rows])
}

function valueLines({ entries }: ReadPool): string {
  return table(entries.map(({ value, holder }) => [value, holder ?? '-']))
}

function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  const shown = rows.map((row) => row.map(printable))
  for (const row of shown) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length)
    })
  }
  const line = (row: readonly string[]) =>
    row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')
  return shown.map((row) => `${line(row).trimEnd()}\n`).join('')
}
