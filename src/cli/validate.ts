/**
 * `ztpush validate`: everything an operator wrote, checked as the server would use it.
 * @module
 */
import { type Command, Option } from 'commander'
import { switchOrdinals } from '../core/inventory.ts'
import { printable, printableJson } from '../core/printable.ts'
import { describeProblem, type Problem, problemToJson } from '../core/problem.ts'
import { shownFrom } from '../core/shown-path.ts'
import { createDeps, dataRootFiles } from '../deps.ts'
import { renderSwitch } from '../provisioning/config-answer.ts'
import { dataRootProblems } from '../provisioning/data-root-problems.ts'
import { identifyProblem } from '../provisioning/live-validation.ts'
import { type Flags, type Settings, SettingsRefused } from '../settings.ts'
import { previewOptions } from './preview.ts'
import { startProgress } from './progress.ts'
import { commandServerUrl } from './server-url.ts'
import { addSourceFlags, settingsFor } from './settings-flags.ts'
import { exitCode, type Terminal, wantsColour } from './terminal.ts'

interface ValidateFlags extends Flags {
  readonly format: Format
  readonly json?: true
  readonly strict?: true
}

type Format = 'text' | 'json' | 'github'

export function addValidate(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addSourceFlags(program.command('validate'))
    .description(
      'Check settings, inventory and templates; render every switch. Exit code 1 when something is wrong.',
    )
    .addOption(
      new Option('--format <format>', 'for people, machines, or GitHub annotations')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--strict', 'warnings count as errors')
    .addHelpText(
      'after',
      `
Examples:
  ztpush validate
  ztpush validate --json | jq '.problems[].message'
  ztpush validate --format github --strict`,
    )
    .action(async (flags: ValidateFlags) => finish(await validate(terminal, flags)))
}

async function validate(terminal: Terminal, flags: ValidateFlags): Promise<number> {
  const { problems: found, switches } = await findProblems(terminal, flags)
  const problems = found.map((problem) => shownFrom(terminal.cwd, problem))
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  const format = flags.json === true ? 'json' : flags.format
  const report = { json: jsonReport, github: githubReport, text: textReport }[format]
  terminal.stdout.write(
    report(problems, { errors, warnings, switches }, wantsColour(terminal, terminal.stdout)),
  )
  return errors > 0 || (flags.strict === true && warnings > 0) ? exitCode.problem : exitCode.fine
}

async function findProblems(
  terminal: Terminal,
  flags: Flags,
): Promise<{ problems: readonly Problem[]; switches: number }> {
  try {
    const { settings, warnings } = settingsFor(terminal, flags)
    const { problems, switches } = await checkFiles(terminal, settings)
    return { problems: [...warnings, ...problems], switches }
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error
    return { problems: [...error.warnings, ...error.problems], switches: 0 }
  }
}

async function checkFiles(
  terminal: Terminal,
  settings: Settings,
): Promise<{ problems: readonly Problem[]; switches: number }> {
  const deps = createDeps(settings, terminal.cwd)
  try {
    const snapshot = await deps.load()
    const { inventory } = snapshot
    const server = commandServerUrl(settings)
    const problems = [...snapshot.problems]
    const known = new Set(problems.map(identifyProblem))
    const progress = startProgress(terminal, 'checking', inventory.switchCount)
    const options = previewOptions(settings, deps, snapshot, { server })
    for (const ordinal of switchOrdinals(inventory)) {
      const answer = await renderSwitch(snapshot, ordinal, {}, server.url, options)
      progress.step()
      if (answer.kind === 'config' || known.has(identifyProblem(answer.problem))) continue
      known.add(identifyProblem(answer.problem))
      problems.push(answer.problem)
    }
    progress.done()
    problems.push(...server.warning())
    const { dataRoot } = deps
    if (dataRoot !== undefined) {
      const folders = dataRootFiles(dataRoot.path)
      const { cwd } = terminal
      problems.push(...(await dataRootProblems(settings, dataRoot, { folders, inventory, cwd })))
    }
    return { problems, switches: inventory.switchCount }
  } finally {
    await deps.renderer.close()
  }
}

interface Counts {
  readonly errors: number
  readonly warnings: number
  readonly switches: number
}

function jsonReport(problems: readonly Problem[], { errors, warnings }: Counts): string {
  return printableJson({ problems: problems.map(problemToJson), errors, warnings })
}

/** One annotation a problem, as GitHub's workflow commands want them. */
function githubReport(problems: readonly Problem[]): string {
  const value = (text: string) =>
    text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
  const property = (text: string) => value(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
  return problems
    .map((problem) => {
      const { at, severity, code } = problem
      const places = [
        at === undefined ? undefined : `file=${property(at.file)}`,
        at?.line === undefined ? undefined : `line=${at.line}`,
        at?.column === undefined ? undefined : `col=${at.column}`,
        `title=${property(code)}`,
      ]
      return `::${severity} ${places.filter((place) => place !== undefined).join(',')}::${value(printable(describeProblem(problem)))}\n`
    })
    .join('')
}

function textReport(problems: readonly Problem[], counts: Counts, colour: boolean): string {
  const paint = (text: string, code: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const lines = problems.map((problem) => {
    const mark = paint(problem.severity, problem.severity === 'error' ? '31' : '33')
    return `${mark}: ${printable(describeProblem(problem))}  [${problem.code}]`
  })
  const { errors, warnings, switches } = counts
  const summary = `${plural(switches, 'switch', 'switches')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`
  return `${[...lines, errors === 0 ? paint(summary, '32') : summary].join('\n')}\n`
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
