/**
 * Tells when something below some paths may have changed, whatever an editor does: writes in place, renames over, removes and makes
 * anew, swaps a link above.
 * @module
 */
import { readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/** Paths that the system cannot watch reliably are looked at this often. */
const lookEveryMs = 400

const maxDepth = 10

/** A file, or a folder of which files are read. */
interface WatchedPath {
  readonly path: string
  /** Whether files of folders in it are read too. */
  readonly deep: boolean
}

/**
 * Watches until it is closed. Calls `changed` after every event, also for those that turn out to be nothing.
 * `beginReading` is to be called before files are read: a link that is swapped to and fro between two looks leads elsewhere than it was read.
 */
export function watchPaths(
  watched: readonly WatchedPath[],
  changed: () => void,
): { beginReading(): void; close(): Promise<void> } {
  const paths = watched.map(({ path }) => path)
  let hasHappened = true
  const happened = () => {
    hasHappened = true
    changed()
  }
  let links: readonly string[] = []
  const look = () => {
    if (hasHappened) links = watched.flatMap(({ path, deep }) => linksIn(path, deep ? maxDepth : 1))
    hasHappened = false
    return [...paths, ...links].map((path) => `${path} ${identityOf(path)}`).join('\n')
  }
  let watcher = startWatcher(paths, happened)
  let watchedFor = look()
  let readAs = watchedFor
  const timer = setInterval(() => {
    const now = look()
    const moved = now !== watchedFor
    if (!moved && now === readAs) return
    if (moved) {
      // the old watches hang on what was there before
      watcher.close().catch(() => {})
      watcher = startWatcher(paths, happened)
      watchedFor = now
    }
    changed()
  }, lookEveryMs)
  timer.unref()
  return {
    beginReading: () => {
      readAs = look()
    },
    close: async () => {
      clearInterval(timer)
      await watcher.close()
    },
  }
}

function startWatcher(paths: readonly string[], changed: () => void): FSWatcher {
  const existing = paths.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined)
  const watcher = watch(existing, {
    ignoreInitial: true,
    ignored: isHidden,
    followSymlinks: true,
    depth: maxDepth,
  })
  // an error of a watch (a folder that went away under it) is a change like any other; the timer looks after the rest
  // what happened between the last look and the moment when the watches stand is seen by looking once more
  watcher.on('all', changed).on('error', changed).on('ready', changed)
  return watcher
}

function isHidden(path: string): boolean {
  return /(?:^|\/)(?:\.(?!\.?(?:\/|$))[^/]*|[^/]*~)$/.test(path)
}

/** The links in a folder. One of them to a folder is looked at as a whole. */
function linksIn(folder: string, depth: number): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !isHidden(name))
      .flatMap((entry) => {
        const path = join(folder, entry.name)
        if (entry.isSymbolicLink()) return [path]
        return entry.isDirectory() && depth > 1 ? linksIn(path, depth - 1) : []
      })
  } catch {
    // a file, or not there: it is looked at itself
    return []
  }
}

/**
 * Where a path leads, link by link, and which file or folder is there: this changes when a link above is swapped (as Kubernetes does
 * with a ConfigMap), or when the thing itself is replaced or made anew. Files written in place do not change it: those the system tells.
 */
function identityOf(path: string): string {
  try {
    const real = realpathSync(path)
    const stats = statSync(real)
    return `${real} ${stats.dev}:${stats.ino}${stats.isDirectory() ? '' : `:${stats.size}:${stats.ctimeMs}`}`
  } catch {
    return `missing ${linkAt(path)}`
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return dirname(path) === path ? '' : linkAt(dirname(path))
  }
}
