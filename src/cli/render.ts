/**
 * `ztpush render`: what a switch would get, byte for byte; or all of them, into a folder.
 * @module
 */
import type { Command } from 'commander'
import { createDeps } from '../deps.ts'
import type { Snapshot, SwitchFacts } from '../ports.ts'
import { type ConfigOptions, renderSwitch } from '../provisioning/config-answer.ts'
import { namedOrdinal } from '../provisioning/named-switch.ts'
import type { Flags } from '../settings.ts'
import { previewOptions } from './preview.ts'
import { renderAll } from './render-all.ts'
import { commandServerUrl } from './server-url.ts'
import { addSourceFlags, settingsFor } from './settings-flags.ts'
import { exitCode, printProblems, type Terminal } from './terminal.ts'

interface RenderFlags extends Flags {
  readonly all?: true
  readonly out?: string
  readonly model?: string
  readonly softwareVersion?: string
  readonly hardwareVersion?: string
  readonly architecture?: string
  readonly serialNumber?: string
}

export function addRender(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addSourceFlags(program.command('render'))
    .description('Print what a switch gets from /dynconfig, byte for byte.')
    .argument('[switch]', 'system MAC in any notation, serial number, or hostname')
    .option('--all', 'render every switch; needs --out')
    .option('--out <folder>', 'where --all writes HOSTNAME.cfg')
    .option('--model <name>', 'stands in for X-Arista-ModelName')
    .option('--software-version <version>', 'stands in for X-Arista-SoftwareVersion')
    .option('--hardware-version <version>', 'stands in for X-Arista-HardwareVersion')
    .option('--architecture <name>', 'stands in for X-Arista-Architecture')
    .option('--serial-number <number>', 'stands in for X-Arista-Serial')
    .addHelpText(
      'after',
      `
Examples:
  ztpush render 5254.0000.1111
  ztpush render floor1-sw1 --model DCS-7050S-64
  ztpush render --all --out configs`,
    )
    .action(async (name: string | undefined, flags: RenderFlags, command: Command) => {
      if ((name === undefined) === (flags.all === undefined)) {
        command.error('error: name one switch, or say --all --out FOLDER', {
          exitCode: exitCode.usage,
        })
      }
      if (flags.all === true && flags.out === undefined) {
        command.error('error: --all needs --out FOLDER', { exitCode: exitCode.usage })
      }
      finish(await render(terminal, name, flags))
    })
}

async function render(
  terminal: Terminal,
  name: string | undefined,
  flags: RenderFlags,
): Promise<number> {
  const { settings, warnings } = settingsFor(terminal, flags)
  printProblems(terminal, warnings)
  const deps = createDeps(settings, terminal.cwd)
  try {
    const snapshot = await deps.load()
    const server = commandServerUrl(settings)
    const options = previewOptions(settings, deps, snapshot, {
      states: await deps.loadStates(),
      server,
    })
    const { url: serverUrl } = server
    const facts = factsOf(flags)
    const code =
      name === undefined
        ? await renderAll(terminal, snapshot, {
            ...options,
            out: flags.out ?? '',
            serverUrl,
            facts,
          })
        : await renderOne(terminal, snapshot, name, facts, serverUrl, options)
    printProblems(terminal, server.warning())
    return code
  } finally {
    await deps.renderer.close()
  }
}

function factsOf(flags: RenderFlags): Partial<SwitchFacts> {
  const { model, softwareVersion, hardwareVersion, architecture, serialNumber } = flags
  return {
    ...(model !== undefined && { model }),
    ...(softwareVersion !== undefined && { softwareVersion }),
    ...(hardwareVersion !== undefined && { hardwareVersion }),
    ...(architecture !== undefined && { architecture }),
    ...(serialNumber !== undefined && { serialNumber }),
  }
}

async function renderOne(
  terminal: Terminal,
  snapshot: Snapshot,
  name: string,
  facts: Partial<SwitchFacts>,
  serverUrl: string,
  options: ConfigOptions,
): Promise<number> {
  const ordinal = namedOrdinal(snapshot, name)
  const answer = await renderSwitch(snapshot, ordinal, facts, serverUrl, options)
  if (answer.kind !== 'config') throw answer.problem
  terminal.stdout.write(answer.text)
  return exitCode.fine
}
