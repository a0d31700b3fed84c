/**
 * The folders of nodes that a data root has.
 * @module
 */
import type { DataRootFiles } from '../ports.ts'

/** The name of every folder below `nodes/` with a file in it. */
export async function nodeIdsIn(files: Pick<DataRootFiles, 'list'>): Promise<readonly string[]> {
  const paths = await files.list('nodes')
  return [...new Set(paths.map((path) => path.split('/')[1] ?? ''))].filter((id) => id !== '')
}
