/**
 * A lock between processes: a file that only one can make. It names its holder, so that the lock of a killed one does not stay.
 *
 * A lock file appears whole or not at all, because it is a second name (link) of a ticket that was written before. Who finds that the
 * holder is dead may not just remove it: by then it can be another's. So breaking is a lock of its own, `LOCK.break.ID` with the
 * ID of the dead holder's ticket, which comes only once; its maker looks again whether the lock is still that very one. A breaker
 * that died is broken the same way, under the ID of its own ticket.
 * @module
 */
import { randomBytes } from 'node:crypto'
import {
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { lifeOf, ownMark, type ProcessMark } from './process-mark.ts'

/** A lock that is held. Holds are meant to last milliseconds. */
export interface HeldLock {
  /** Whether a process may have died here and left things behind: the lock was its own, or this is the first look. */
  readonly leftovers: boolean
  /** False once somebody elsewhere may think that the holder is dead: nothing may be changed any more. */
  isHeld(): boolean
  release(): void
}

/** A ticket, as it stands in a lock file. */
type Ticket = ProcessMark & { readonly id: string }

const strangerMs = 30_000
const renewMs = 10_000
const longestHoldMs = 20_000
const longestPauseMs = 3
// longer than the others' pauses, so that one of them gets the lock
const courtesyMs = longestPauseMs + 1
const examineEveryMs = 10
const asked = 1
const forgottenMs = 60_000

/** The locks of one process, which remembers what it saw of them. */
export class FileLocks {
  /** Since when a holder that nobody can look at was seen, by lock. */
  private readonly strangers = new Map<string, { id: string; since: number }>()
  private readonly known = new Set<string>()
  private readonly courtesyUntil = new Map<string, number>()

  /**
   * Takes the lock whose file is `path`; undefined when it could not be had in time. Not for two takers at once in one process: those
   * are to queue before.
   * @throws the system's error where files cannot be made
   */
  async take(path: string, waitMs: number): Promise<HeldLock | undefined> {
    const courtesy = (this.courtesyUntil.get(path) ?? 0) - performance.now()
    if (courtesy > 0) await pause(courtesy)
    const ticket: Ticket = { id: randomBytes(16).toString('hex'), ...ownMark() }
    const file = `${path}.${ticket.id}`
    try {
      writeFileSync(file, JSON.stringify(ticket), { flag: 'wx', mode: 0o644 })
      const broke = await this.queue(path, file, ticket, waitMs)
      return broke === undefined ? undefined : this.held(path, ticket, broke)
    } finally {
      rmSync(file, { force: true })
    }
  }

  /** Links the ticket as the lock as soon as that is possible; says whether a dead holder's was broken for it. */
  private async queue(
    path: string,
    file: string,
    ticket: Ticket,
    waitMs: number,
  ): Promise<boolean | undefined> {
    const begin = performance.now()
    let broke = false
    let examined = Number.NEGATIVE_INFINITY
    for (let attempt = 0; ; attempt++) {
      if (linked(file, path)) return broke
      const now = performance.now()
      if (now - begin > waitMs) return undefined
      if (now - examined > examineEveryMs) {
        examined = now
        const state = this.examine(path, file, ticket)
        if (state === 'ours') return broke
        if (state === 'broken') broke = true
        if (state !== 'held') continue
      }
      askForIt(path)
      if (attempt < 4) await turn()
      else await pause(Math.min(longestPauseMs, attempt / 4) * (0.5 + Math.random() / 2))
    }
  }

  private examine(path: string, file: string, own: Ticket): 'held' | 'free' | 'broken' | 'ours' {
    const ticket = readTicket(path)
    if (ticket === undefined) return 'free'
    // a network file system can answer that the link failed although it was made
    if (ticket.id === own.id) return 'ours'
    if (!this.isDead(path, ticket)) return 'held'
    return this.breakLock(path, ticket.id, file) ? 'broken' : 'held'
  }

  /** Whether a holder is gone; one that nobody can look at counts as gone when it does not move for long. */
  private isDead(path: string, ticket: Ticket): boolean {
    const life = lifeOf(ticket)
    if (life !== 'unknown') return life === 'dead'
    const seen = this.strangers.get(path)
    if (seen?.id === ticket.id) return performance.now() - seen.since > strangerMs
    this.strangers.set(path, { id: ticket.id, since: performance.now() })
    return false
  }

  /** Removes the lock with a dead holder's ticket; false when another process is about to, or has. */
  private breakLock(path: string, id: string, file: string): boolean {
    const names: string[] = []
    let owner = id
    for (;;) {
      const name = `${path}.break.${owner}`
      names.push(name)
      if (linked(file, name)) break
      const breaker = readTicket(name)
      if (breaker === undefined || !this.isDead(name, breaker)) return false
      owner = breaker.id
    }
    const isSame = readTicket(path)?.id === id
    if (isSame) rmSync(path, { force: true })
    // our own one last: it is what keeps others away from the rest
    for (const name of names) rmSync(name, { force: true })
    return isSame
  }

  private held(path: string, ticket: Ticket, broke: boolean): HeldLock {
    const since = performance.now()
    const leftovers = broke || !this.known.has(path)
    this.known.add(path)
    this.strangers.delete(path)
    if (leftovers) {
      try {
        removeLeftovers(path, ticket.id)
      } catch {
        // what stays is only a name too many
      }
    }
    const isHeld = (limitMs: number) => {
      const heldMs = performance.now() - since
      return heldMs < renewMs || (heldMs < limitMs && readTicket(path)?.id === ticket.id)
    }
    return {
      leftovers,
      isHeld: () => isHeld(longestHoldMs),
      release: () => {
        if (!isHeld(Number.POSITIVE_INFINITY)) return
        const stats = statSync(path, { throwIfNoEntry: false })
        if (stats?.mtimeMs === asked * 1000) {
          this.courtesyUntil.set(path, performance.now() + courtesyMs)
        }
        rmSync(path, { force: true })
      },
    }
  }
}

function linked(file: string, path: string): boolean {
  try {
    linkSync(file, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Lets the holder know that somebody waits; without it one that is busy would take the lock again before anybody noticed. */
function askForIt(path: string): void {
  try {
    utimesSync(path, asked, asked)
  } catch {
    // it is another user's, or gone
  }
}

/** What stands in a lock file; undefined where there is none. */
function readTicket(path: string): Ticket | undefined {
  try {
    const ticket = JSON.parse(readFileSync(path, 'utf8')) as Ticket
    if (isTicket(ticket)) return ticket
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  }
  // a crash of the machine can leave an empty file: whose it was cannot be said, so time must tell
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  return { id: `file-${stats.ino}`, pid: 0, start: '', pidNamespace: '', boot: 'unknown', host: '' }
}

function isTicket({ id, pid, start, pidNamespace, boot, host }: Partial<Ticket>): boolean {
  if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id) || typeof pid !== 'number') return false
  return [start, pidNamespace, boot, host].every((each) => typeof each === 'string')
}

/**
 * Removes the tickets and break files of dead processes. Whoever holds the lock may remove every break file but the one that
 * names itself: the others are about locks that are gone for good.
 */
function removeLeftovers(path: string, ownId: string): void {
  const prefix = `${basename(path)}.`
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue
    const rest = name.slice(prefix.length)
    const file = join(dirname(path), name)
    if (/^break\.(?:[0-9a-f]{32}|file-\d+)$/.test(rest)) {
      if (rest !== `break.${ownId}`) rmSync(file, { force: true })
    } else if (/^[0-9a-f]{32}$/.test(rest) && rest !== ownId) {
      const ticket = readTicket(file)
      if (ticket !== undefined && isGone(file, ticket)) rmSync(file, { force: true })
    }
  }
}

/** Of a ticket that says nothing the age must tell: it was written long ago, and whoever waits, waits for seconds. */
function isGone(file: string, ticket: Ticket): boolean {
  const life = lifeOf(ticket)
  if (life !== 'unknown') return life === 'dead'
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats !== undefined && Date.now() - stats.ctimeMs > forgottenMs
}
