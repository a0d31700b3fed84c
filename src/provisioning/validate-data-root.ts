/**
 * `ztps --validate-config`: everything in a data root, told line by line as ZTPServer tells it.
 * @module
 */
import { pluginCalls } from '../core/attributes.ts'
import {
  type Exact,
  type ExactMap,
  exactValue,
  isExactList,
  isExactMap,
} from '../core/exact-value.ts'
import { readNeighbordb } from '../core/neighbordb.ts'
import type { Identifier } from '../core/node-report.ts'
import { type OperatorFile, readOperatorFile } from '../core/operator-file.ts'
import { describeProblem, Problem, type ProblemCode } from '../core/problem.ts'
import { parseRelativePath } from '../core/request-path.ts'
import type { DataRootFiles } from '../ports.ts'
import { builtInPlugins } from './plugins.ts'

export interface DataRootToCheck {
  readonly files: DataRootFiles
  /** Absolute: as the lines show it. */
  readonly dataRoot: string
  /** Prints a line, or several with `\n` between them. */
  readonly print: (line: string) => void
}

export interface DataRootToValidate extends DataRootToCheck {
  readonly neighbordbFilename: string
  readonly identifier: Identifier
}

/** Checks all of a data root; true where nothing is wrong. */
export async function validateDataRoot(root: DataRootToValidate): Promise<boolean> {
  const { print } = root
  const isNeighbordbSound = await validateNeighbordb(root)
  print('')
  print('Validating definitions...')
  const definitions = await root.files.list('definitions')
  const areDefinitionsSound = await validateFiles(
    root,
    definitions,
    'definition-syntax',
    (file, path) => missingFrom(root, file, path),
  )
  print('')
  const areResourcesSound = await validateResources(root)
  print('')
  print('Validating nodes...')
  const ofNodes = (await root.files.list('nodes')).filter((path) =>
    /\/(definition|pattern)$/.test(path),
  )
  const areNodesSound = await validateFiles(root, ofNodes, 'definition-syntax')
  return isNeighbordbSound && areDefinitionsSound && areResourcesSound && areNodesSound
}

/** Checks that every pool is YAML; true where all are. */
export async function validateResources(root: DataRootToCheck): Promise<boolean> {
  root.print('Validating resources...')
  return validateFiles(root, await root.files.list('resources'), 'pool-syntax')
}

async function validateNeighbordb(root: DataRootToValidate): Promise<boolean> {
  const { print, neighbordbFilename, identifier } = root
  const path = `${root.dataRoot}/${neighbordbFilename}`
  print(`Validating neighbordb ('${path}')...`)
  const file = await readFile(root, neighbordbFilename, 'neighbordb-syntax')
  const reading = file instanceof Problem ? undefined : readNeighbordb(file, identifier)
  const whole = file instanceof Problem ? file : reading?.whole
  if (whole !== undefined) {
    print('')
    print('ERROR: Failed to validate neighbordb')
    print(describeProblem(whole))
    return false
  }
  const patterns = reading?.patterns ?? []
  const invalid = patterns.filter(({ problems }) => problems.length > 0)
  if (invalid.length === 0) {
    print('Ok!')
    return true
  }
  print('')
  print('ERROR: Failed to validate neighbordb patterns')
  print(`   Invalid Patterns (count: ${invalid.length}/${patterns.length})`)
  print('   ---------------------------')
  for (const [number, { name }] of invalid.entries()) print(`   [${number}] ${name || 'N/A'}`)
  return false
}

/** Checks files one by one; `check` gives what else is wrong with one that is YAML, each as a line. */
async function validateFiles(
  root: DataRootToCheck,
  paths: readonly string[],
  code: ProblemCode,
  check: (file: OperatorFile, path: string) => Promise<readonly string[]> = async () => [],
): Promise<boolean> {
  const { print } = root
  let isSound = true
  for (const path of paths) {
    const shown = `${root.dataRoot}/${path}`
    print(`Validating ${shown}...`)
    const file = await readFile(root, path, code)
    const faults =
      file instanceof Problem
        ? [`Failed to validate ${shown}\n${describeProblem(file)}`]
        : await check(file, path)
    for (const fault of faults) print(`\nERROR: ${fault}`)
    if (faults.length === 0) print('Ok!')
    else isSound = false
  }
  return isSound
}

async function readFile(
  { files, dataRoot }: DataRootToCheck,
  path: string,
  code: ProblemCode,
): Promise<OperatorFile | Problem> {
  const file = `${dataRoot}/${path}`
  const bytes = await files.read(path)
  if (bytes === undefined) return new Problem(code, 'there is no such file', { at: { file } })
  return bytes instanceof Problem ? bytes : readOperatorFile(file, bytes, code)
}

/** What the plugin calls of a definition need and is not there. */
async function missingFrom(
  { files, dataRoot }: DataRootToCheck,
  file: OperatorFile,
  path: string,
): Promise<readonly string[]> {
  const isThere = async (folder: string, name: string) => {
    const below = parseRelativePath(name)
    return below !== undefined && files.has(`${folder}/${below.join('/')}`)
  }
  const shown = `${dataRoot}/${path}`
  const faults = new Set<string>()
  for (const { name, argument } of callsIn(file)) {
    if (!builtInPlugins.includes(name) && !(await isThere('plugins', name))) {
      faults.add(`Plugin '${name}' configured in '${shown}' is missing from '${dataRoot}/plugins'!`)
    }
    if (name === 'allocate' && !(await isThere('resources', argument))) {
      faults.add(
        `Resource file '${argument}' configured in '${shown}' is missing from '${dataRoot}/resources'!`,
      )
    }
  }
  return [...faults]
}

/** The plugin calls in the attributes of a definition and of its actions. */
function callsIn({ root }: OperatorFile): ReturnType<typeof pluginCalls> {
  const fields = mappingOf(root === undefined ? null : exactValue(root))
  const actions = fields.get('actions')
  const holders = [fields, ...(isExactList(actions) ? actions.map(mappingOf) : [])]
  return holders.flatMap((holder) => pluginCalls(holder.get('attributes') ?? null))
}

function mappingOf(value: Exact): ExactMap {
  return isExactMap(value) ? value : new Map()
}
