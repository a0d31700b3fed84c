/**
 * The inventory's files, each with its own last good version.
 * @module
 */
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findSectionClash, noteSections, type StatedSections } from '../core/inventory-assembly.ts'
import { type InventoryTable, inventoryFormat } from '../core/inventory-table.ts'
import { parseInventory } from '../core/parse-inventory.ts'
import { Problem } from '../core/problem.ts'
import { locate } from '../core/source-text.ts'
import {
  digestOf,
  displayPath,
  fileSignature,
  invalidUtf8At,
  type ReadFault,
  readFileBytes,
  sourceText,
} from './source-file.ts'

/** Where the inventory is and how large a file may be. */
export interface InventoryPlace {
  /** A file or a folder, absolute. */
  readonly path: string
  readonly maxBytes: number
  readonly cwd: string
}

/** A version of a file that could be read. */
export interface GoodFile {
  readonly table: InventoryTable
  readonly digest: string
}

/** What is known of one file: its last good version, and what is wrong with the one on the disk. */
export interface InventoryFile {
  readonly path: string
  readonly signature: string | undefined
  readonly good: GoodFile | undefined
  readonly problem: Problem | undefined
}

/** All files of the inventory. `problem` is about the place as a whole: missing, an empty folder. */
export interface InventoryFiles {
  readonly files: ReadonlyMap<string, InventoryFile>
  readonly problem: Problem | undefined
}

export const noInventoryFiles: InventoryFiles = { files: new Map(), problem: undefined }

/** Parses what was read of a file; the watching server does it elsewhere when the file is large. */
export type ParseFile = (
  path: string,
  previous: GoodFile | undefined,
) => GoodFile | Problem | 'changing' | Promise<GoodFile | Problem | 'changing'>

/**
 * Looks at all files again and parses what has changed. A file that is written to at this moment keeps its version; `unsettled` says
 * that another look is needed.
 */
export async function refreshInventory(
  place: InventoryPlace,
  before: InventoryFiles,
  parse: ParseFile,
  giveWay: () => Promise<void> | undefined,
): Promise<{ files: InventoryFiles; unsettled: boolean }> {
  const paths = listInventory(place)
  if (paths instanceof Problem) {
    // vanished as a whole: what was good stays in force
    return { files: { files: before.files, problem: paths }, unsettled: false }
  }
  const files = new Map<string, InventoryFile>()
  let unsettled = false
  for (const path of paths) {
    // a folder may hold a file for each of thousands of switches
    await giveWay()
    const known = before.files.get(path)
    const now = fileSignature(path)
    if (known !== undefined && known.signature === now && now !== undefined) {
      files.set(path, known)
      continue
    }
    const parsed = await parse(path, known?.good)
    if (parsed === 'changing') {
      unsettled = true
      if (known !== undefined) files.set(path, known)
      continue
    }
    files.set(path, inventoryFile(path, now, parsed, known?.good))
  }
  return { files: { files, problem: undefined }, unsettled }
}

function inventoryFile(
  path: string,
  signature: string | undefined,
  parsed: GoodFile | Problem,
  lastGood: GoodFile | undefined,
): InventoryFile {
  if (parsed instanceof Problem) return { path, signature, good: lastGood, problem: parsed }
  return { path, signature, good: parsed, problem: undefined }
}

/** Reads and parses one file on this thread. */
export function parseInventoryFile(
  place: InventoryPlace,
  path: string,
): GoodFile | Problem | 'changing' {
  const file = displayPath(path, place.cwd)
  const read = readFileBytes(path, place.maxBytes)
  if ('kind' in read)
    return read.kind === 'changing' ? 'changing' : readProblem(file, read, place.maxBytes)
  const source = sourceText(file, read.bytes)
  if (source === undefined) return encodingProblem(file, read.bytes)
  try {
    const table = parseInventory(source, inventoryFormat(path) ?? 'json')
    return { table, digest: digestOf(read.bytes) }
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

export function readProblem(file: string, fault: ReadFault, maxBytes: number): Problem {
  const at = { file }
  switch (fault.kind) {
    case 'too-large': {
      const [size, limit] = [fault.size, maxBytes].map((bytes) => (bytes / 1_048_576).toFixed(1))
      const message = `the file has ${size} MB; the limit is ${limit} MB`
      const fix = 'set [dynconfig] max_inventory_mb, or split the file into a folder'
      return new Problem('inventory-too-large', message, {
        at,
        key: '[dynconfig] max_inventory_mb',
        fix,
      })
    }
    case 'missing':
      return new Problem('inventory-missing', 'there is no such file', {
        at,
        fix: 'write it, or set [dynconfig] inventory (--inventory); "ztpush init" makes an example',
      })
    default: {
      const message = fault.kind === 'unreadable' ? fault.message : 'it changes while it is read'
      return new Problem('inventory-unreadable', `the file cannot be read: ${message}`, {
        at,
        fix: 'put a file there that the server may read',
      })
    }
  }
}

export function encodingProblem(file: string, bytes: Uint8Array): Problem {
  const offset = invalidUtf8At(bytes) ?? 0
  const at = locate({ file, bytes, text: () => '', includes: () => false }, offset)
  return new Problem('inventory-encoding', 'the file is not UTF-8', { at, fix: 'save it as UTF-8' })
}

/** The paths of the inventory's files, in the order of their names. */
function listInventory(place: InventoryPlace): readonly string[] | Problem {
  const at = { file: displayPath(place.path, place.cwd) }
  try {
    if (!statSync(place.path).isDirectory()) {
      if (inventoryFormat(place.path) !== undefined) return [place.path]
      const fix = 'name it .json, .yaml or .yml'
      return new Problem('inventory-unreadable', 'the file name tells neither JSON nor YAML', {
        at,
        fix,
      })
    }
    const names = readdirSync(place.path).filter(
      (name) => !name.startsWith('.') && inventoryFormat(name) !== undefined,
    )
    const paths = names.sort().map((name) => join(place.path, name))
    if (paths.length > 0) return paths
    const fix = 'put a .json, .yaml or .yml file into it'
    return new Problem('inventory-empty', 'the folder holds no inventory file', { at, fix })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    return readProblem(
      at.file,
      missing ? { kind: 'missing' } : { kind: 'unreadable', message },
      place.maxBytes,
    )
  }
}

/** What is in force of all files. */
export interface InventoryInForce {
  readonly tables: readonly InventoryTable[]
  /** `name digest` of every file in force. */
  readonly digests: readonly string[]
  readonly problems: readonly Problem[]
  /** False while a file is broken and has no last good version. */
  readonly complete: boolean
}

/**
 * Chooses each file's version: the one on the disk, else its last good one. A file that repeats `defaults` or a group of one before it
 * is broken as a whole; its last good version, if that does not repeat anything, stays.
 */
export function inventoryInForce(
  files: InventoryFiles,
  lastInForce: ReadonlyMap<string, GoodFile>,
): InventoryInForce & {
  readonly good: ReadonlyMap<string, GoodFile>
} {
  const problems: Problem[] = files.problem === undefined ? [] : [files.problem]
  const good = new Map<string, GoodFile>()
  const stated: StatedSections = new Map()
  let complete = files.problem === undefined || files.files.size > 0
  for (const [path, file] of files.files) {
    if (file.problem !== undefined) problems.push(file.problem)
    const candidates = [file.good, lastInForce.get(path)].filter((version) => version !== undefined)
    let chosen: GoodFile | undefined
    for (const candidate of candidates) {
      const clash = findSectionClash(stated, candidate.table)
      if (clash === undefined) {
        chosen = candidate
        break
      }
      if (candidate === file.good) problems.push(clash)
    }
    if (chosen === undefined) {
      complete = false
      continue
    }
    good.set(path, chosen)
    noteSections(stated, chosen.table)
  }
  const chosen = [...good.values()]
  return {
    tables: chosen.map(({ table }) => table),
    digests: [...good].map(([path, { digest }]) => `${basename(path)} ${digest}`),
    problems: [...problems, ...chosen.flatMap(({ table }) => table.warnings)],
    complete,
    good,
  }
}
