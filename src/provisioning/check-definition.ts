/**
 * A definition, checked as a switch would get it: its shape, and that everything is there that it names.
 * @module
 */
import { belowActions, readDefinition } from '../core/definition.ts'
import { definitionNeeds, type Need } from '../core/definition-needs.ts'
import type { BoundedTest } from '../core/matcher.ts'
import type { Identifier } from '../core/node-report.ts'
import { type OperatorFile, readOperatorFile } from '../core/operator-file.ts'
import { Problem, type ProblemCode } from '../core/problem.ts'
import { parseRelativePath } from '../core/request-path.ts'
import type { DataRootFiles, DataRootSource, Log, Pools } from '../ports.ts'
import { builtInPlugins } from './plugins.ts'

/** A data root, and what else has a say in what is right there. */
export interface DataRootCheck {
  readonly dataRoot: string
  readonly files: DataRootFiles
  readonly source: DataRootSource
  readonly pools: Pools
  readonly bounded: BoundedTest
  readonly neighbordbFilename: string
  readonly bootstrapFilename: string
  readonly identifier: Identifier
  /** False: nodes get their definition whatever their `pattern` says. */
  readonly validateTopology: boolean
  /** Set while switches are served: neighbordb is taken as it is read for them, not with every mistake, and who sees news of it tells them. */
  readonly servingLog?: Log | undefined
  /** Whether a file of this path below `switch/` is shipped. */
  readonly isShipped: (path: string) => boolean
  /** Whether any switch of the inventory has a variable of this name. */
  readonly hasVariable: (name: string) => boolean
}

/** The names that each node's `attributes` file sets. */
export type NodeAttributes = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Gives every problem of a definition; a file that is not there has none.
 * @param own the node that it is for; undefined for a shared one
 */
export async function checkDefinition(
  check: DataRootCheck,
  path: string,
  attributes: NodeAttributes,
  own?: string,
): Promise<readonly Problem[]> {
  const file = await readDataRootFile(check, path, 'definition-syntax')
  if (file === undefined) return []
  if (file instanceof Problem) return [file]
  const definition = readDefinition(file)
  if (definition instanceof Problem) return [definition]
  const problems: Problem[] = []
  if (definition.actions === undefined) {
    const at = { file: file.file }
    const details = { at, key: 'actions', fix: belowActions }
    problems.push(new Problem('definition-shape', 'it has no actions', details))
  }
  const isSet = (name: string) =>
    check.hasVariable(name) ||
    (own === undefined
      ? [...attributes.values()].some((names) => names.has(name))
      : attributes.get(own)?.has(name) === true)
  for (const need of definitionNeeds(file)) {
    const problem = await checkNeed(check, need, isSet)
    if (problem !== undefined) problems.push(problem)
  }
  return problems
}

async function checkNeed(
  { files, isShipped }: DataRootCheck,
  need: Need,
  isSet: (name: string) => boolean,
): Promise<Problem | undefined> {
  const { at, key } = need
  const isThere = async (folder: string, name: string) => {
    const below = parseRelativePath(name)
    return below !== undefined && files.has(`${folder}/${below.join('/')}`)
  }
  const tell = (code: ProblemCode, message: string, fix: string) =>
    new Problem(code, message, { at, key, fix })
  switch (need.kind) {
    case 'action': {
      const { name } = need
      if (isShipped(`actions/${name}`)) return undefined
      if (await isThere('actions', name)) return undefined
      return tell('action-missing', `there is no action "${name}"`, `write actions/${name}`)
    }
    case 'file': {
      if (await isThere('files', need.path)) return undefined
      return tell('file-missing', `there is no file "${need.path}"`, `put it at files/${need.path}`)
    }
    case 'attribute': {
      if (isSet(need.name)) return undefined
      const message = `nobody sets "${need.name}": the switch gets null`
      return tell('attribute-unset', message, 'set it, or correct the name')
    }
    case 'plugin': {
      const { name, argument } = need.call
      if (name === 'allocate' && !(await isThere('resources', argument))) {
        return tell('pool-missing', `there is no pool "${argument}"`, `write resources/${argument}`)
      }
      if (builtInPlugins.includes(name)) return undefined
      if (!(await isThere('plugins', name))) {
        return tell('plugin-missing', `there is no plugin "${name}"`, `write plugins/${name}`)
      }
      if (await files.isExecutable(`plugins/${name}`)) return undefined
      return tell('plugin-failed', `plugins/${name} may not be run`, 'chmod +x it')
    }
  }
}

/** Reads a file of the data root; undefined: it is not there. */
async function readDataRootFile(
  { files, dataRoot }: DataRootCheck,
  path: string,
  code: ProblemCode,
): Promise<OperatorFile | Problem | undefined> {
  const bytes = await files.read(path)
  if (bytes === undefined || bytes instanceof Problem) return bytes
  return readOperatorFile(`${dataRoot}/${path}`, bytes, code)
}
