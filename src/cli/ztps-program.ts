/**
 * `ztps`: the drop-in for ZTPServer, with ZTPServer's own options.
 * @module
 */
import { Command, CommanderError, Option } from 'commander'
import { packageVersion } from '../assets.ts'
import { describeProblem, Problem } from '../core/problem.ts'
import { dataRootFiles, dataRootPools, serviceManager } from '../deps.ts'
import { createLog, parsePythonFormat } from '../log.ts'
import { clearResources } from '../provisioning/clear-resources.ts'
import { validateDataRoot } from '../provisioning/validate-data-root.ts'
import { startServer } from '../server.ts'
import { type ReadSettings, type Settings, SettingsRefused } from '../settings.ts'
import { settingsFor } from './settings-flags.ts'
import { exitCode, logWriter, printProblems, type Terminal, wantsColour } from './terminal.ts'
import { surviveHangup, untilStopped } from './until-stopped.ts'

interface ZtpsFlags {
  readonly conf?: string
  readonly version?: true
  readonly validateConfig?: true
  readonly validate?: true
  readonly clearResources?: true
  readonly debug?: true
}

/** Runs one command line; gives its exit code: 0 fine, 1 something was wrong, 2 wrong usage. */
export async function runZtps(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { conf, debug, ...asked } = parse(args, terminal)
    const settings = () => settingsFor(terminal, { conf, debug }, 'ztps')
    const isCommand = Object.keys(asked).length > 0
    return isCommand
      ? await runCommands(terminal, asked, settings)
      : await serve(terminal, settings)
  } catch (error) {
    // commander has printed its message, or the help that was asked for
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCode.fine : exitCode.usage
    }
    if (error instanceof SettingsRefused) {
      printProblems(terminal, [...error.warnings, ...error.problems])
    } else if (error instanceof Problem) printProblems(terminal, [error])
    else throw error
    return exitCode.problem
  }
}

function parse(args: readonly string[], terminal: Terminal): ZtpsFlags {
  const program = new Command('ztps')
    .description('Zero-touch provisioning for Arista EOS, in the place of ZTPServer.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .allowExcessArguments(false)
    .option('-v, --version', 'print the version')
    .option(
      '-c, --conf <file>',
      'configuration file (default: $ZTPS_CONFIG, else /etc/ztpserver/ztpserver.conf)',
    )
    .option('-V, --validate-config', 'check neighbordb, definitions, resources and nodes')
    // what ZTPServer's users type: its parser takes the beginning of an option for the whole
    .addOption(new Option('--validate', 'the same').hideHelp())
    .option('-r, --clear-resources', 'free all values of all resource pools')
    .option('--debug', 'log more, and on the standard output')
    .addHelpText(
      'after',
      `
Without --version, --validate-config and --clear-resources it serves until SIGINT or SIGTERM.

Examples:
  ztps
  ztps --conf /etc/ztpserver/ztpserver.conf --debug
  ztps --validate-config`,
    )
    .parse(args, { from: 'user' })
  return program.opts<ZtpsFlags>()
}

/** Does what was asked for, always in this order. */
async function runCommands(
  terminal: Terminal,
  asked: ZtpsFlags,
  readSettings: () => ReadSettings,
): Promise<number> {
  const print = (line: string) => void terminal.stdout.write(`${line}\n`)
  if (asked.version === true) print(`ZTPServer version ${packageVersion()}`)
  const validates = asked.validateConfig === true || asked.validate === true
  const clears = asked.clearResources === true
  if (!validates && !clears) return exitCode.fine
  const { settings, warnings } = readSettings()
  printProblems(terminal, warnings)
  const { dataRoot = '' } = settings
  const root = { ...settings, dataRoot, files: dataRootFiles(dataRoot), print }
  const isValid = !validates || (await validateDataRoot(root))
  if (validates && clears) print('')
  const isCleared =
    !clears || (await clearResources({ ...root, pools: dataRootPools(dataRoot, terminal.cwd) }))
  return isValid && isCleared ? exitCode.fine : exitCode.problem
}

async function serve(terminal: Terminal, readSettings: () => ReadSettings): Promise<number> {
  const read = readSettings()
  const { settings, warnings } = read
  const log = ztpsLog(terminal, settings)
  for (const warning of warnings) log.warn(describeProblem(warning), { code: warning.code })
  try {
    surviveHangup()
    const server = await startServer(read, terminal.cwd, log)
    const { address, port } = server.switchAddress
    log.info(`ztpush ${packageVersion()} serves as ZTPServer`, {
      address,
      port,
      dataRoot: settings.dataRoot,
      conf: settings.confFile,
    })
    log.flush()
    await untilStopped(server, log, serviceManager(terminal.env, log))
    return exitCode.fine
  } finally {
    log.flush()
  }
}

/** ZTPServer's log, unless `[log] format` is stated. */
function ztpsLog(terminal: Terminal, settings: Settings) {
  const output = settings.debug ? terminal.stdout : terminal.stderr
  const python = parsePythonFormat(settings.consoleLoggingFormat)
  const log = createLog({
    format: settings.logFormat ?? python,
    debug: settings.debug,
    colour: wantsColour(terminal, output),
    write: logWriter(settings, output),
    now: () => Date.now(),
  })
  if (settings.logFormat === undefined && python.unknown.length > 0) {
    const list = python.unknown.join(' ')
    log.warn(`console_logging_format: this is no field and stays as it is written: ${list}`)
  }
  return log
}
