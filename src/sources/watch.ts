/**
 * Tells when something below some paths may have changed, whatever an editor does: writes in place, renames over, removes and makes
 * anew, swaps a link above.
 * @module
 */
import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/** Paths that the system cannot watch reliably are looked at this often. */
const lookEveryMs = 400

/** Watches until it is closed. Calls `changed` after every event, also for those that turn out to be nothing. */
export function watchPaths(
  paths: readonly string[],
  changed: () => void,
): { close(): Promise<void> } {
  let watcher = startWatcher(paths, changed)
  let identities = paths.map(identityOf)
  const timer = setInterval(() => {
    const now = paths.map(identityOf)
    const moved = now.some((identity, at) => identity !== identities[at])
    identities = now
    if (!moved) return
    // the old watches hang on what was there before
    const old = watcher
    watcher = startWatcher(paths, changed)
    old.close().catch(() => {})
    changed()
  }, lookEveryMs)
  timer.unref()
  return {
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
    depth: 10,
  })
  // an error of a watch (a folder that went away under it) is a change like any other; the timer looks after the rest
  // what happened between the last look and the moment when the watches stand is seen by looking once more
  watcher.on('all', changed).on('error', changed).on('ready', changed)
  return watcher
}

function isHidden(path: string): boolean {
  return /(?:^|\/)(?:\.(?!\.?(?:\/|$))[^/]*|[^/]*~)$/.test(path)
}

/**
 * Where a path leads, link by link, and which file or folder is there: this changes when a link above is swapped (as Kubernetes does
 * with a ConfigMap), or when the thing itself is replaced or made anew. Files written in place do not change it: those the system tells.
 */
function identityOf(path: string): string {
  try {
    const real = realpathSync(path)
    const stats = statSync(real)
    return `${real} ${stats.dev}:${stats.ino}${stats.isDirectory() ? '' : `:${stats.size}:${stats.mtimeMs}`}`
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
