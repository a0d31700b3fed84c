/**
 * `ztpush serve`: both doors, until SIGINT or SIGTERM.
 * @module
 */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import { entryAt, entryIds, switchOrdinals } from '../core/inventory.ts'
import { describeProblem } from '../core/problem.ts'
import { serviceManager } from '../deps.ts'
import { createLog } from '../log.ts'
import { renderSwitch } from '../provisioning/config-answer.ts'
import { outsideHost, type RunningServer, startServer } from '../server.ts'
import { type Flags, type Settings, statesSources } from '../settings.ts'
import { previewOptions } from './preview.ts'
import { addSourceFlags, settingsFor } from './settings-flags.ts'
import { exitCode, logWriter, type Terminal, wantsColour } from './terminal.ts'
import { surviveHangup, untilStopped } from './until-stopped.ts'

export function addServe(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addSourceFlags(program.command('serve'))
    .description(
      'Serve switches their configurations. SIGHUP reads everything again, SIGTERM lets requests end and stops.',
    )
    .option('--interface <address>', 'address that switches reach (default: 0.0.0.0)')
    .option('--port <number>', 'port that switches reach (default: 8080)')
    .option(
      '--operator <address>',
      'host:port of the operator side, or off (default: 127.0.0.1:8081)',
    )
    .option('--debug', 'log more')
    .addHelpText(
      'after',
      `
Examples:
  ztpush serve                                      swinfo.json and templates/ of this folder
  ztpush serve --inventory site.yaml --port 80
  ztpush serve --conf /etc/ztpush/ztpush.conf --operator off`,
    )
    .action(async (flags: Flags) => finish(await serve(terminal, flags)))
}

async function serve(terminal: Terminal, flags: Flags): Promise<number> {
  const read = settingsFor(terminal, flags)
  const { settings, warnings } = read
  if (isEmptyFolder(settings)) {
    terminal.stderr.write(
      `There is nothing to serve here: no swinfo.json, no templates/ and no data_root/.
Run "ztpush init" for an example to start from, or name your own with --inventory and --templates.\n`,
    )
    return exitCode.problem
  }
  const format = settings.logFormat ?? (terminal.stdout.isTTY === true ? 'pretty' : 'json')
  const log = createLog({
    format,
    debug: settings.debug,
    colour: wantsColour(terminal, terminal.stdout),
    write: logWriter(settings, terminal.stdout),
    now: () => Date.now(),
  })
  for (const warning of warnings) log.warn(describeProblem(warning), { code: warning.code })
  try {
    surviveHangup()
    const server = await startServer(read, terminal.cwd, log)
    const stopped = untilStopped(server, log, serviceManager(terminal.env, log))
    log.flush()
    const lines = await greeting(settings, server)
    // whoever asks for JSON gets JSON only
    if (settings.logFormat === 'json') for (const [what, text] of lines) log.info(what, { text })
    else
      terminal.stdout.write(
        `${lines.map(([what, text]) => `${`${what}:`.padEnd(16)}${text}`).join('\n')}\n`,
      )
    await stopped
    return exitCode.fine
  } finally {
    log.flush()
  }
}

/** Nobody has said what to serve, and the defaults are not there. */
function isEmptyFolder(settings: Settings): boolean {
  const { inventory, templates, dataRoot } = settings
  if (statesSources(settings) || inventory === undefined || dataRoot !== undefined) return false
  return !existsSync(inventory) && !existsSync(templates)
}

/** What to do next: the addresses, the DHCP option, a command that works as it stands. */
async function greeting(settings: Settings, server: RunningServer): Promise<[string, string][]> {
  const { switchAddress, operatorAddress } = server
  const outside =
    settings.serverUrl ?? `http://${outsideHost(settings.listen.host)}:${switchAddress.port}`
  const local = `http://${localHost(switchAddress)}:${switchAddress.port}`
  const { inventory, inventoryComplete } = server.snapshot()
  const hasInventory = !inventoryComplete || inventory.tables.length > 0
  const path = hasInventory || settings.dataRoot === undefined ? settings.path : '/bootstrap'
  const lines: [string, string][] = [
    ['switch side', `${outside}${path}`],
    [
      'operator side',
      operatorAddress === undefined
        ? 'off'
        : `http://${localHost(operatorAddress)}:${operatorAddress.port}/`,
    ],
    ['DHCP option 67', `${outside}${path}   (bootfile-name, for vendor class "Arista"; see dhcp/)`],
  ]
  // where /dynconfig sends nobody on, a switch that is to run a definition needs the other URL
  const hasBoth = settings.dataRoot !== undefined && path !== '/bootstrap'
  if (hasBoth && settings.unknownSwitch !== 'bootstrap') {
    lines.push(['or', `${outside}/bootstrap   (for switches that are to run a definition)`])
  }
  const header = await workingHeader(server, settings)
  if (header !== undefined) lines.push(['try', `curl -H '${header}' ${local}${settings.path}`])
  return lines
}

function localHost({ address }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1'
  return address.includes(':') ? `[${address}]` : address
}

/** The header of the first switch that gets a configuration. */
async function workingHeader(
  server: RunningServer,
  settings: Settings,
): Promise<string | undefined> {
  const snapshot = server.snapshot()
  const options = previewOptions(settings, server.deps, snapshot)
  const serverUrl = settings.serverUrl ?? 'http://localhost'
  let tries = 0
  for (const ordinal of switchOrdinals(snapshot.inventory)) {
    if (++tries > 20) break
    const answer = await renderSwitch(snapshot, ordinal, {}, serverUrl, options)
    if (answer.kind !== 'config') continue
    const { systemMac, serialNumber } = entryIds(entryAt(snapshot.inventory, ordinal))
    if (systemMac !== undefined) return `X-Arista-SystemMAC: ${systemMac}`
    if (serialNumber !== undefined) return `X-Arista-Serial: ${serialNumber}`
  }
  return undefined
}
