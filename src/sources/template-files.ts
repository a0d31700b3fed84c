/**
 * The templates folder: every file in it, each with its own last good version.
 * @module
 */
import { readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'
import { locate } from '../core/source-text.ts'
import type { CompiledTemplate, Renderer } from '../ports.ts'
import {
  digestOf,
  displayPath,
  fileSignature,
  invalidUtf8At,
  readFileBytes,
  sourceText,
} from './source-file.ts'

export interface TemplatesPlace {
  /** The folder, absolute. */
  readonly path: string
  readonly cwd: string
}

/** What is known of one template. */
export interface TemplateFile {
  readonly signature: string | undefined
  readonly digest: string | undefined
  readonly good: CompiledTemplate | undefined
  readonly problem: Problem | undefined
}

/** All templates by name. `problem` is about the folder as a whole. */
export interface TemplateFiles {
  readonly files: ReadonlyMap<string, TemplateFile>
  readonly problem: Problem | undefined
}

export const noTemplateFiles: TemplateFiles = { files: new Map(), problem: undefined }

/** No template for a switch is larger; a stray archive in the folder must not be read. */
const maxTemplateBytes = 4 * 1_048_576
const maxFiles = 20_000

/** Looks at the folder again and compiles what has changed; gives way to others between two templates. */
export async function refreshTemplates(
  place: TemplatesPlace,
  before: TemplateFiles,
  renderer: Renderer,
  unsettledPath: (path: string) => boolean,
  giveWay: () => Promise<void> | undefined,
): Promise<{ files: TemplateFiles; unsettled: boolean }> {
  const names = listTemplates(place)
  if (names instanceof Problem)
    return { files: { files: before.files, problem: names }, unsettled: false }
  const files = new Map<string, TemplateFile>()
  let unsettled = false
  for (const name of names) {
    const path = join(place.path, name)
    const known = before.files.get(name)
    const now = fileSignature(path)
    if (known !== undefined && known.signature === now && now !== undefined) {
      files.set(name, known)
      continue
    }
    const loaded = unsettledPath(path) ? 'changing' : loadTemplate(place, name, renderer)
    if (loaded === 'missing') continue
    if (loaded === 'changing') {
      unsettled = true
      if (known !== undefined) files.set(name, known)
      continue
    }
    const lastGood = known?.good
    files.set(
      name,
      'problem' in loaded
        ? { signature: now, digest: known?.digest, good: lastGood, problem: loaded.problem }
        : { signature: now, digest: loaded.digest, good: loaded.template, problem: undefined },
    )
    await giveWay()
  }
  return { files: { files, problem: undefined }, unsettled }
}

type Loaded =
  | 'missing'
  | 'changing'
  | { problem: Problem }
  | { template: CompiledTemplate; digest: string }

function loadTemplate(place: TemplatesPlace, name: string, renderer: Renderer): Loaded {
  const path = join(place.path, name)
  const file = displayPath(path, place.cwd)
  const at = { file }
  const read = readFileBytes(path, maxTemplateBytes)
  if ('kind' in read) {
    if (read.kind === 'changing' || read.kind === 'missing') return read.kind
    const message =
      read.kind === 'too-large'
        ? `it has ${read.size} bytes; the limit is ${maxTemplateBytes}`
        : read.message
    return {
      problem: new Problem('template-unreadable', `the template cannot be read: ${message}`, {
        at,
      }),
    }
  }
  if (read.bytes.length === 0) {
    return {
      problem: new Problem('template-empty', 'the template is empty', {
        at,
        fix: 'delete it if it is not wanted',
      }),
    }
  }
  const source = sourceText(file, read.bytes)
  if (source === undefined) {
    const offset = invalidUtf8At(read.bytes) ?? 0
    const where = locate({ file, bytes: read.bytes, text: () => '', includes: () => false }, offset)
    return {
      problem: new Problem('template-encoding', 'the template is not UTF-8', {
        at: where,
        fix: 'save it as UTF-8',
      }),
    }
  }
  // a byte order mark would end up in the configuration, and so would the CR of each line end
  const text = source
    .text(0, read.bytes.length)
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
  const compiled = renderer.compile({ name, file, text })
  if (compiled instanceof Problem) return { problem: compiled }
  return { template: compiled, digest: digestOf(read.bytes) }
}

/** The names of all templates: paths below the folder, hidden files and editors' backups left out. */
function listTemplates(place: TemplatesPlace): readonly string[] | Problem {
  const at = { file: displayPath(place.path, place.cwd) }
  const names: string[] = []
  const walk = (prefix: string, depth: number): void => {
    for (const name of readdirSync(join(place.path, prefix)).sort()) {
      if (name.startsWith('.') || name.endsWith('~')) continue
      const below = prefix === '' ? name : `${prefix}/${name}`
      const stats = statOf(join(place.path, below))
      // a link that leads back up would go on for ever
      if (stats !== 'unreadable' && stats?.isDirectory() && depth < 10) walk(below, depth + 1)
      else if ((stats === 'unreadable' || stats?.isFile()) && names.length < maxFiles)
        names.push(below)
    }
  }
  try {
    walk('', 0)
    return names
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const fix =
      'make it, or set [dynconfig] templates (--templates); "ztpush init" makes an example'
    if (code === 'ENOENT')
      return new Problem('templates-missing', 'there is no such folder', { at, fix })
    const reason = code === 'ENOTDIR' ? 'it is not a folder' : message
    return new Problem('templates-missing', `the folder cannot be read: ${reason}`, { at, fix })
  }
}

/** What a path is; a link that leads to itself, or a folder without the right to enter, is one template's problem. */
function statOf(path: string): Stats | 'unreadable' | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return 'unreadable'
  }
}
