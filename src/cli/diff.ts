/**
 * `ztpush diff`: what would change for switches.
 * @module
 */
import type { Command } from 'commander'
import { printable } from '../core/printable.ts'
import { Problem, problemFromJson, withDetails } from '../core/problem.ts'
import {
  type DiffCounts,
  diffLine,
  diffsBegin,
  diffsEnd,
  type SwitchDiff,
} from '../core/switch-diff.ts'
import type { SwitchStates } from '../core/switch-states.ts'
import { configFolder, createDeps, type Deps, openRevision } from '../deps.ts'
import type { Snapshot } from '../ports.ts'
import { type Baseline, diffSwitches } from '../provisioning/diff.ts'
import {
  backedUpBaseline,
  folderBaseline,
  lastFactsOf,
  NodeRecords,
  revisionBaseline,
  servedBaseline,
} from '../provisioning/diff-baselines.ts'
import { namedOrdinal } from '../provisioning/named-switch.ts'
import type { Flags, Settings } from '../settings.ts'
import { previewOptions } from './preview.ts'
import { startProgress } from './progress.ts'
import { type CommandServerUrl, commandServerUrl } from './server-url.ts'
import { addSourceFlags, settingsFor } from './settings-flags.ts'
import { exitCode, printProblems, type Terminal, wantsColour } from './terminal.ts'

interface DiffFlags extends Flags {
  readonly against?: string
  readonly rev?: string
  readonly backedUp?: true
  readonly json?: true
  readonly showSecrets?: true
}

export function addDiff(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addSourceFlags(program.command('diff'))
    .description(
      'Show what would change: configurations as rendered now, against what each switch was last served. Exit code 1 when something differs.',
    )
    .argument('[switch...]', 'system MAC in any notation, serial number, or hostname; all without')
    .option('--against <folder>', 'compare with what "render --all --out" wrote there')
    .option('--rev <revision>', 'compare with inventory, templates and pools of a git revision')
    .option('--backed-up', "compare with the switch's startup-config in the data root")
    .option('--json', 'for machines')
    .option('--show-secrets', 'do not mask passwords, keys and communities')
    .addHelpText(
      'after',
      `
Examples:
  ztpush render --all --out before    and after an edit:
  ztpush diff --against before
  ztpush diff --rev HEAD~1 floor1-sw1
  ztpush diff --rev main --json | jq -r '.switches[] | select(.status != "same").name'`,
    )
    .action(async (names: string[], flags: DiffFlags, command: Command) => {
      const { against, rev, backedUp } = flags
      if ([against, rev, backedUp].filter((flag) => flag !== undefined).length > 1) {
        command.error('error: say one of --against, --rev and --backed-up', {
          exitCode: exitCode.usage,
        })
      }
      finish(await diff(terminal, names, flags))
    })
}

async function diff(
  terminal: Terminal,
  names: readonly string[],
  flags: DiffFlags,
): Promise<number> {
  const { settings, warnings } = settingsFor(terminal, flags)
  printProblems(terminal, warnings)
  const deps = createDeps(settings, terminal.cwd)
  const closers = [() => deps.renderer.close()]
  try {
    const snapshot = await deps.load()
    const { inventory, inventoryProblems } = snapshot
    const ordinals =
      names.length === 0 ? undefined : new Set(names.map((name) => namedOrdinal(snapshot, name)))
    printProblems(terminal, inventoryProblems)
    const server = commandServerUrl(settings)
    const states = await deps.loadStates()
    const baseline = await baselineFor(terminal, flags, {
      ...{ settings, deps, snapshot, server, states, closers },
    })
    const options = previewOptions(settings, deps, snapshot, { states, server })
    const now = { snapshot, options, serverUrl: server.url }
    const request = { ordinals, showSecrets: flags.showSecrets === true }
    const counts = { same: 0, changed: 0, new: 0, gone: 0, failed: 0 }
    const output = flags.json === true ? jsonOutput(terminal, flags) : textOutput(terminal)
    const total = ordinals?.size ?? inventory.switchCount
    const progress = startProgress(terminal, 'comparing', total)
    for await (const each of diffSwitches(now, baseline, request)) {
      counts[each.status]++
      if (each.diff !== null || each.problem !== null) progress.done()
      output.add(each)
      progress.step()
    }
    progress.done()
    output.end(counts)
    printProblems(terminal, server.warning())
    const same = Object.values(counts).reduce((sum, count) => sum + count, 0) === counts.same
    return same && inventoryProblems.length === 0 ? exitCode.fine : exitCode.problem
  } finally {
    for (const close of closers) await close()
  }
}

interface Sources {
  readonly settings: Settings
  readonly deps: Deps
  readonly snapshot: Snapshot
  readonly server: CommandServerUrl
  readonly states: SwitchStates
  /** Takes what has to be closed in the end. */
  readonly closers: (() => Promise<void>)[]
}

async function baselineFor(
  { cwd }: Terminal,
  { against, rev, backedUp }: DiffFlags,
  { settings, deps, snapshot, server, states, closers }: Sources,
): Promise<Baseline> {
  const { inventory } = snapshot
  const { dataRoot } = deps
  if (against !== undefined) {
    const folder = configFolder(against, cwd)
    // a folder that is not there would make every switch a new one
    await folder.names()
    return folderBaseline(folder, inventory, against)
  }
  if (rev !== undefined) {
    const then = await openRevision(settings, cwd, rev)
    closers.push(then.close)
    const { snapshot: before, pools } = then
    const options = previewOptions(settings, deps, before, { pools, states, server })
    return revisionBaseline({ snapshot: before, options, serverUrl: server.url }, inventory, rev)
  }
  const records = dataRoot && new NodeRecords(inventory, dataRoot.files, () => dataRoot.store.ids())
  const facts = lastFactsOf(inventory, states, records)
  if (backedUp === undefined) return servedBaseline(deps.served, inventory, facts)
  if (dataRoot !== undefined && records !== undefined) {
    return backedUpBaseline(dataRoot.files, records, facts)
  }
  throw new Problem('comparison-missing', 'there is no data root that switches back up to', {
    fix: 'name it with --data-root, or set [default] data_root',
  })
}

interface DiffOutput {
  add(each: SwitchDiff): void
  end(counts: DiffCounts): void
}

/** One switch a line, as they come: there may be very many. */
function jsonOutput({ stdout }: Terminal, { showSecrets }: DiffFlags): DiffOutput {
  let isFirst = true
  stdout.write(diffsBegin)
  return {
    add: (each) => {
      stdout.write(diffLine(each, isFirst))
      isFirst = false
    },
    end: (counts) => {
      stdout.write(diffsEnd(counts, showSecrets === true ? 'shown' : 'masked'))
    },
  }
}

function textOutput(terminal: Terminal): DiffOutput {
  const { stdout, stderr } = terminal
  const colour = wantsColour(terminal, stdout)
  return {
    add: ({ diff: text, status, problem }) => {
      if (text !== null) stdout.write(shownDiff(text, stdout.isTTY === true, colour))
      if (problem === null) return
      const told = problemFromJson(problem)
      const before = `before: ${told.message}`
      const isOld = status === 'new'
      printProblems(terminal, [
        isOld ? withDetails(new Problem(told.code, before), { ...told, at: told.at }) : told,
      ])
    },
    end: (counts) => {
      const told = Object.entries(counts).filter(([, count]) => count > 0)
      const total = told.reduce((sum, [, count]) => sum + count, 0)
      const parts = told.map(([status, count]) => `${count} ${status}`).join(', ')
      stderr.write(`${total} ${total === 1 ? 'switch' : 'switches'}${parts && `: ${parts}`}\n`)
    },
  }
}

/** On a terminal nothing of a configuration is taken for a command; a file or a pipe gets its bytes. */
function shownDiff(text: string, isTerminal: boolean, colour: boolean): string {
  if (!isTerminal) return text
  const lines = text.split('\n').map((line) => {
    const plain = line.split('\t').map(printable).join('\t')
    const code = colour ? lineColour(plain) : undefined
    return code === undefined ? plain : `\u001b[${code}m${plain}\u001b[0m`
  })
  return lines.join('\n')
}

function lineColour(line: string): string | undefined {
  if (/^(?:diff|---|\+\+\+) /.test(line)) return '1'
  if (line.startsWith('@@')) return '36'
  if (line.startsWith('-')) return '31'
  return line.startsWith('+') ? '32' : undefined
}
