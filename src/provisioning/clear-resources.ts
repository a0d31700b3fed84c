/**
 * `ztps --clear-resources`: frees every value of every pool, told line by line as ZTPServer tells it.
 * @module
 */
import { readOperatorFile } from '../core/operator-file.ts'
import { describeProblem, Problem } from '../core/problem.ts'
import type { Pools } from '../ports.ts'
import { type DataRootToCheck, validateResources } from './validate-data-root.ts'

export interface ResourcesToClear extends DataRootToCheck {
  readonly pools: Pick<Pools, 'clear'>
}

/** Frees all pools, or none where one of them is malformed; true where nothing was wrong. */
export async function clearResources(root: ResourcesToClear): Promise<boolean> {
  const { files, dataRoot, pools, print } = root
  if (!(await validateResources(root))) {
    print('')
    print('ERROR: Unable to clear resources because of validation error')
    return false
  }
  print('')
  print('Clearing resources...')
  let isSound = true
  for (const path of await files.list('resources')) {
    const shown = `${dataRoot}/${path}`
    print(`Clearing ${shown}...`)
    try {
      if (!(await isBlank(root, path))) await pools.clear(path.slice('resources/'.length))
      print('Ok!')
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      isSound = false
      print(`\nERROR: Failed to clear ${shown}\n${describeProblem(error)}`)
    }
  }
  return isSound
}

/** A pool that nobody has written anything into has nothing to free, and is no pool yet. */
async function isBlank({ files, dataRoot }: ResourcesToClear, path: string): Promise<boolean> {
  const bytes = await files.read(path)
  if (!(bytes instanceof Uint8Array)) return false
  const file = readOperatorFile(`${dataRoot}/${path}`, bytes, 'pool-syntax')
  if (file instanceof Problem) return false
  const { root } = file
  return root === undefined || (root.kind === 'scalar' && root.value === null)
}
