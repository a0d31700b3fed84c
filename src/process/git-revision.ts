/**
 * Files as they were at a revision of git, in a temporary folder.
 * @module
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { Problem } from '../core/problem.ts'

/** What is wanted of a revision, by absolute paths of now. */
export interface WantedFiles {
  readonly revision: string
  /** Each has to be in the repository, and at the revision. */
  readonly needed: readonly string[]
  /** Those that were not there then are left out. */
  readonly optional: readonly string[]
}

/** A copy that nobody else sees. */
export interface CheckedOut {
  /** Where the copy of a path is; undefined: it was not there. */
  pathOf(path: string): string | undefined
  remove(): void
}

const timeoutMs = 60_000
const maxOutputBytes = 16 * 1_048_576

/**
 * Writes the files out of git's store. Neither the working tree nor the index of the repository is touched, no hook is run.
 * @throws {Problem} `repository-missing`, `revision-unknown`
 */
export async function checkOutRevision(wanted: WantedFiles): Promise<CheckedOut> {
  const { revision, needed, optional } = wanted
  const [first = '.'] = needed
  const top = await topOf(first)
  const commit = await commitOf(top, revision)
  const folder = mkdtempSync(join(tmpdir(), 'ztpush-revision-'))
  const remove = removeOnce(folder)
  try {
    const index = join(folder, 'index')
    const tree = join(folder, 'tree')
    const found = new Map<string, string>()
    for (const path of [...needed, ...optional]) {
      const below = relative(top, realPath(path))
      const isInside = !below.startsWith('..') && !isAbsolute(below)
      const object = isInside ? await objectOf(top, commit, below) : undefined
      if (object !== undefined) {
        found.set(path, join(tree, below))
        await addToIndex(top, index, below, object)
      } else if (needed.includes(path)) throw notThere(path, top, revision, isInside)
    }
    await git(top, [...noHooks, 'checkout-index', '--all', `--prefix=${tree}/`], index)
    return { pathOf: (path) => found.get(path), remove }
  } catch (error) {
    remove()
    throw error
  }
}

const noHooks = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']

/** Also when somebody presses Ctrl-C meanwhile. */
function removeOnce(folder: string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const remove = () => {
    for (const signal of signals) process.off(signal, stop)
    rmSync(folder, { recursive: true, force: true })
  }
  const stop = (signal: NodeJS.Signals) => {
    remove()
    process.kill(process.pid, signal)
  }
  for (const signal of signals) process.on(signal, stop)
  return remove
}

interface GitObject {
  readonly mode: string
  readonly type: string
  readonly id: string
}

/** The top folder of the repository that a path is in. */
async function topOf(path: string): Promise<string> {
  let folder = dirname(realPath(path))
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder)
  const end = await run(folder, ['rev-parse', '--show-toplevel'])
  if (end.ok) return realpathSync(end.stdout.replace(/\n$/, ''))
  throw new Problem('repository-missing', `there is no git repository: ${end.reason}`, {
    at: { file: path },
    fix: 'compare with a folder (--against), or keep inventory and templates in git',
    cause: end.cause,
  })
}

async function commitOf(top: string, revision: string): Promise<string> {
  // what begins with a dash would be an option
  const end = revision.startsWith('-')
    ? undefined
    : await run(top, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`])
  if (end?.ok === true) return end.stdout.trim()
  throw new Problem('revision-unknown', `git knows no revision ${JSON.stringify(revision)}`, {
    at: { file: top },
    fix: 'name a commit, a branch or a tag: git log --oneline',
    cause: end?.cause,
  })
}

/** What a path is at a commit; undefined: it is not there. */
async function objectOf(top: string, commit: string, path: string): Promise<GitObject | undefined> {
  if (path === '') return { mode: '040000', type: 'tree', id: `${commit}^{tree}` }
  const listed = await git(top, ['--literal-pathspecs', 'ls-tree', '-z', commit, '--', path])
  const [, mode, type, id] = /^(\d+) (\w+) (\w+)\t/.exec(listed) ?? []
  return mode === undefined || type === undefined || id === undefined || type === 'commit'
    ? undefined
    : { mode, type, id }
}

async function addToIndex(
  top: string,
  index: string,
  path: string,
  { mode, type, id }: GitObject,
): Promise<void> {
  // what is in there with a folder above it need not be added again
  const known = existsSync(index)
    ? await git(top, ['--literal-pathspecs', 'ls-files', '-z', '--', path || '.'], index)
    : ''
  if (known !== '') return
  if (type === 'blob') {
    const entry = `${mode},${id},${path}`
    await git(top, [...noHooks, 'update-index', '--add', '--cacheinfo', entry], index)
    return
  }
  const prefix = path === '' ? [] : [`--prefix=${path}/`]
  await git(top, [...noHooks, 'read-tree', ...prefix, id], index)
}

function notThere(path: string, top: string, revision: string, isInside: boolean): Problem {
  const at = { file: path }
  if (!isInside) {
    const message = `it is not in the git repository ${top}`
    const fix =
      'keep inventory and templates in one repository, or compare with a folder (--against)'
    return new Problem('repository-missing', message, { at, fix })
  }
  return new Problem('revision-unknown', `it is not in git at ${JSON.stringify(revision)}`, {
    at,
    fix: 'name a revision that has it',
  })
}

/** Links followed as far as the path is there. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const above = dirname(path)
  return above === path ? path : join(realPath(above), basename(path))
}

type GitEnd =
  | { readonly ok: true; readonly stdout: string; readonly cause?: undefined }
  | { readonly ok: false; readonly reason: string; readonly cause: unknown }

async function git(cwd: string, args: readonly string[], index?: string): Promise<string> {
  const end = await run(cwd, args, index)
  if (end.ok) return end.stdout
  throw new Problem('repository-missing', `git failed: ${end.reason}`, {
    at: { file: cwd },
    fix: 'look at the repository: git fsck',
    cause: end.cause,
  })
}

function run(cwd: string, args: readonly string[], index?: string): Promise<GitEnd> {
  const options = {
    cwd,
    env: gitEnvironment(index),
    timeout: timeoutMs,
    maxBuffer: maxOutputBytes,
    encoding: 'utf8' as const,
  }
  return new Promise((resolve) => {
    execFile('git', [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, stdout })
      else resolve({ ok: false, reason: reasonOf(error, stderr), cause: error })
    })
  })
}

function reasonOf(error: Error & { readonly code?: unknown }, stderr: string): string {
  if (error.code === 'ENOENT') return 'the program git is not there'
  const [line = ''] = stderr.trim().split('\n')
  return line.replace(/^fatal: /, '') || error.message
}

/** A hook that calls us has its own repository and index in the environment. */
function gitEnvironment(index: string | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|NAMESPACE)$/.test(name),
  )
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    ...(index !== undefined && { GIT_INDEX_FILE: index }),
  }
}
