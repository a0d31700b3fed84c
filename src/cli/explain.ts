/**
 * `ztpush explain`: why a switch gets what it gets.
 * @module
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type NodeReport, readNodeReport } from '../core/node-report.ts'
import { decodeUtf8 } from '../core/operator-file.ts'
import { printableJson } from '../core/printable.ts'
import { Problem, withDetails } from '../core/problem.ts'
import { createDeps } from '../deps.ts'
import { explainSwitch } from '../provisioning/explain.ts'
import { explainedDataRoot } from '../provisioning/explain-sources.ts'
import { silentLog } from '../provisioning/silent-log.ts'
import { type Flags, statesSources } from '../settings.ts'
import { explanationText } from './explain-text.ts'
import { commandServerUrl } from './server-url.ts'
import { addSourceFlags, settingsFor } from './settings-flags.ts'
import { exitCode, printProblems, type Terminal, wantsColour } from './terminal.ts'

interface ExplainFlags extends Flags {
  readonly report?: string
  readonly json?: true
  readonly showSecrets?: true
}

export function addExplain(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addSourceFlags(program.command('explain'))
    .description('Say why a switch gets what it gets. Nothing is allocated, no plugin is run.')
    .argument('<node>', 'system MAC in any notation, serial number, hostname, or folder of nodes/')
    .option('--report <file>', 'what it sees (JSON as in POST /nodes), instead of nodes/ID/.node')
    .option('--json', 'for machines')
    .option('--show-secrets', 'do not mask passwords, keys and communities')
    .addHelpText(
      'after',
      `
Examples:
  ztpush explain floor1-sw1
  ztpush explain JPE24440003 --report seen.json
  ztpush explain 5254.0000.1111 --json | jq '.topology.neighbordb.patterns[]'`,
    )
    .action(async (name: string, flags: ExplainFlags) =>
      finish(await explain(terminal, name, flags)),
    )
}

async function explain(terminal: Terminal, name: string, flags: ExplainFlags): Promise<number> {
  const { settings, warnings } = settingsFor(terminal, flags)
  printProblems(terminal, warnings)
  const report = flags.report === undefined ? undefined : readReport(terminal, flags.report)
  const deps = createDeps(settings, terminal.cwd)
  try {
    const snapshot = await deps.load()
    const isWanted = statesSources(settings) || deps.dataRoot === undefined
    printProblems(
      terminal,
      snapshot.inventoryProblems.filter(({ code }) => isWanted || code !== 'inventory-missing'),
    )
    const { url } = commandServerUrl(settings)
    const explanation = await explainSwitch(
      {
        snapshot,
        identifier: settings.identifier,
        defaultTemplate: settings.template,
        serverUrl: url,
        dataRoot:
          deps.dataRoot &&
          explainedDataRoot(settings, deps.dataRoot, { cwd: terminal.cwd, log: silentLog }),
        history: deps.history,
        states: await deps.loadStates(),
      },
      { name, report, showSecrets: flags.showSecrets },
    )
    terminal.stdout.write(
      flags.json === true
        ? printableJson(explanation)
        : explanationText(explanation, wantsColour(terminal, terminal.stdout)),
    )
    return exitCode.fine
  } finally {
    await deps.renderer.close()
    await deps.dataRoot?.tables.close()
  }
}

/** @throws {Problem} `node-report` */
function readReport(terminal: Terminal, path: string): NodeReport {
  const at = { file: path }
  const refused = (reason: string, cause?: unknown) =>
    new Problem('node-report', `the report cannot be used: ${reason}`, { at, cause })
  let bytes: Uint8Array
  try {
    bytes = readFileSync(resolve(terminal.cwd, path))
  } catch (error) {
    throw refused((error as NodeJS.ErrnoException).code ?? String(error), error)
  }
  const text = decodeUtf8(bytes)
  if (text === undefined) throw refused('it is not UTF-8')
  const report = readNodeReport(text)
  if (report instanceof Problem) throw withDetails(report, { at })
  return report
}
