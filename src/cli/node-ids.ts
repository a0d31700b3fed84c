/**
 * The folders of nodes that a data root has.
 * @module
 */
import { dataRootFiles } from '../deps.ts'

/** The name of every folder below `nodes/` with a file in it. */
export async function nodeIdsIn(dataRoot: string): Promise<readonly string[]> {
  const paths = await dataRootFiles(dataRoot).list('nodes')
  return [...new Set(paths.map((path) => path.split('/')[1] ?? ''))].filter((id) => id !== '')
}
