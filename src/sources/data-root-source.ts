/**
 * What operators keep in the data root: neighbordb, definitions, and the files of single nodes.
 * @module
 */
import { accessSync, constants, statSync } from 'node:fs'
import {
  type Definition,
  namesAndValues,
  readAttributes,
  readDefinition,
} from '../core/definition.ts'
import { type ExactMap, exactValue } from '../core/exact-value.ts'
import { type Identifier, type NodeReport, readNodeReport } from '../core/node-report.ts'
import { decodeUtf8, locateIn, readOperatorFile } from '../core/operator-file.ts'
import { type Pattern, readPattern } from '../core/pattern.ts'
import { Problem, type ProblemCode } from '../core/problem.ts'
import { dataRootMissing } from '../core/setting-problems.ts'
import type { DataRootSource } from '../ports.ts'
import { FileMemory } from './file-memory.ts'
import { NeighbordbSource } from './neighbordb-source.ts'

export interface DataRootOptions {
  /** Absolute. */
  readonly dataRoot: string
  /** Below the data root. */
  readonly neighbordbFilename: string
  readonly identifier: Identifier
  /** The built module of the worker that reads a large neighbordb. */
  readonly neighbordbWorkerUrl: URL
}

/** How many bytes of files each memory may stand for. */
const memoryBytes = 32 * 1_048_576

/** Looks at the files of a data root whenever it is asked. */
export function createDataRootSource(options: DataRootOptions): DataRootSource {
  const { dataRoot, identifier } = options
  const at = pathsBelow(dataRoot)
  const raw = new FileMemory<Uint8Array>(memoryBytes, (_path, bytes) => bytes)
  const definitions = new FileMemory(memoryBytes, makeDefinition)
  const patterns = new FileMemory(memoryBytes, (path, bytes) =>
    makePattern(path, bytes, identifier),
  )
  const attributes = new FileMemory(memoryBytes, makeAttributes)
  const records = new FileMemory(memoryBytes, makeRecord)
  const neighbordb = new NeighbordbSource({
    path: at(options.neighbordbFilename),
    identifier,
    workerUrl: options.neighbordbWorkerUrl,
  })
  return {
    rootProblem: () => folderProblem(dataRoot),
    bytes: (path) => guarded(at(path), 'data-root-unreadable', () => raw.look(at(path))),
    neighbordb: () => neighbordb.look(),
    definition: (path) => guarded(at(path), 'definition-syntax', () => definitions.look(at(path))),
    ownPattern: (id) => {
      const path = at(`nodes/${id}/pattern`)
      return guarded(path, 'pattern-invalid', () => patterns.look(path))
    },
    attributes: async (id) => {
      const path = at(`nodes/${id}/attributes`)
      const found = await guarded(path, 'attributes-syntax', () => attributes.look(path))
      return found ?? new Map()
    },
    record: (id) => {
      const path = at(`nodes/${id}/.node`)
      return guarded(path, 'node-record', () => records.look(path))
    },
    hasStartupConfig: (id) => isFile(at(`nodes/${id}/startup-config`)),
  }
}

/** Gives whole paths. Thousands of requests in a row may be for one file, and a text that was made anew would be hashed anew. */
function pathsBelow(folder: string): (path: string) => string {
  let last = { path: '', whole: `${folder}/` }
  return (path) => {
    if (path !== last.path) last = { path, whole: `${folder}/${path}` }
    return last.whole
  }
}

function folderProblem(folder: string): Problem | undefined {
  try {
    if (!statSync(folder).isDirectory()) return dataRootMissing(folder, undefined)
    accessSync(folder, constants.X_OK)
    return undefined
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return dataRootMissing(folder, undefined)
    const reason = code === 'EACCES' ? 'the server may not enter it' : code
    const at = { file: folder }
    return new Problem('data-root-unreadable', `it cannot be read: ${reason}`, { at, cause })
  }
}

/** What cannot be read is told with the file's name. */
function guarded<Value>(
  file: string,
  code: ProblemCode,
  look: () => Value | Promise<Value>,
): Value | Problem | Promise<Value | Problem> {
  const refuse = (cause: unknown): Problem => {
    const { code: errno } = cause as NodeJS.ErrnoException
    if (errno === undefined) throw cause
    const reason = errno === 'EACCES' ? 'the server may not read it' : errno
    return new Problem(code, `it cannot be read: ${reason}`, { at: { file }, cause })
  }
  try {
    const found = look()
    return found instanceof Promise ? found.catch(refuse) : found
  } catch (cause) {
    return refuse(cause)
  }
}

function makeDefinition(
  path: string,
  bytes: Buffer,
): { definition: Definition; bytes: Uint8Array } | Problem {
  const file = readOperatorFile(path, bytes, 'definition-syntax')
  if (file instanceof Problem) return file
  const definition = readDefinition(file)
  return definition instanceof Problem ? definition : { definition, bytes }
}

function makePattern(path: string, bytes: Buffer, identifier: Identifier): Pattern | Problem {
  const file = readOperatorFile(path, bytes, 'pattern-invalid')
  if (file instanceof Problem) return file
  if (file.root === undefined) {
    return new Problem('pattern-invalid', 'the pattern is empty', { at: { file: path } })
  }
  const read = readPattern(file.root, {
    file,
    path: '',
    variables: new Map(),
    identifier,
    isOwn: true,
  })
  if ('rules' in read) return read
  const [first] = read
  return (
    first ?? new Problem('pattern-invalid', 'the pattern cannot be used', { at: { file: path } })
  )
}

function makeAttributes(path: string, bytes: Buffer): ExactMap | Problem {
  const file = readOperatorFile(path, bytes, 'attributes-syntax')
  if (file instanceof Problem) return file
  if (file.root === undefined) return new Map()
  const attributes = readAttributes(exactValue(file.root))
  if (attributes !== undefined) return attributes
  return new Problem('attributes-syntax', 'a mapping is expected', {
    at: locateIn(file, file.root.start),
    fix: namesAndValues,
  })
}

function makeRecord(path: string, bytes: Buffer): NodeReport | Problem {
  const text = decodeUtf8(bytes)
  const report = text === undefined ? undefined : readNodeReport(text)
  if (report !== undefined && !(report instanceof Problem)) return report
  const reason = report?.message ?? 'it is not UTF-8'
  return new Problem('node-record', reason, {
    at: { file: path },
    fix: 'delete it: the switch reports itself again when it starts',
  })
}

/** Whether there is a file at a path, links followed. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false
  }
}
