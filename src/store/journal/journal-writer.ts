/**
 * Appends whole lines to the file of this process: a write that fails half-way is taken back, and tried again later.
 * @module
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  type JournalBounds,
  journalFolder,
  makeStateFolder,
  newJournalName,
} from './journal-folder.ts'

/** Lines that could not be written yet are kept up to this. */
const maxPendingBytes = 8 * 1_048_576
const day = 86_400_000

interface OpenFile {
  readonly name: string
  readonly path: string
  readonly handle: number
  readonly begunAt: number
  length: number
}

export interface JournalWriterOptions {
  readonly stateDir: string
  readonly bounds: JournalBounds
  readonly now: () => number
}

/** Works synchronously: it lives in a thread of its own. */
export class JournalWriter {
  /** How many events were dropped because nothing could be written for too long. */
  lost = 0
  /** Why the last write failed; undefined: it did not. */
  fault: string | undefined
  private readonly options: JournalWriterOptions
  private readonly pending: Buffer[] = []
  private pendingBytes = 0
  private file: OpenFile | undefined
  private unsynced = false

  constructor(options: JournalWriterOptions) {
    this.options = options
  }

  /** The name of the file that is being written; undefined: nothing was written yet. */
  get fileName(): string | undefined {
    return this.file?.name
  }

  /** True while something waits to be written, or for the disk. */
  get isBehind(): boolean {
    return this.pendingBytes > 0 || this.unsynced
  }

  /** Takes whole lines. Gives true when a file was ended, and another begins with the next line. */
  append(lines: Buffer): boolean {
    this.pending.push(lines)
    this.pendingBytes += lines.byteLength
    const ended = this.writePending()
    while (this.pendingBytes > maxPendingBytes) this.dropOldest()
    return ended
  }

  /** Tries again what could not be written. */
  writePending(): boolean {
    let ended = false
    try {
      for (let [next] = this.pending; next !== undefined; [next] = this.pending) {
        this.file ??= this.begin()
        writeWhole(this.file, next)
        this.unsynced = true
        this.pending.shift()
        this.pendingBytes -= next.length
        if (this.isFull(this.file)) {
          this.end()
          ended = true
        }
      }
      this.fault = undefined
    } catch (error) {
      this.fault = (error as Error).message
      // a full disk may have room again; any other fault may be the file's own
      if (!isFull(error)) this.abandon()
    }
    return ended
  }

  /** Makes what was written outlive a crash. */
  sync(): void {
    if (!this.unsynced || this.file === undefined) return
    try {
      fdatasyncSync(this.file.handle)
      this.unsynced = false
      // somebody removed it: what is written there from now on would be nowhere
      if (fstatSync(this.file.handle).nlink === 0) this.abandon()
    } catch (error) {
      this.fault = (error as Error).message
      this.abandon()
    }
  }

  /** Writes and syncs what there is, and closes the file. What is left then is lost. */
  close(): void {
    this.writePending()
    this.end()
    while (this.pending.length > 0) this.dropOldest()
  }

  private begin(): OpenFile {
    const { stateDir, now } = this.options
    makeStateFolder(journalFolder(stateDir))
    const begunAt = now()
    const name = newJournalName(begunAt)
    const path = join(journalFolder(stateDir), name)
    const handle = openSync(path, 'ax', 0o600)
    return { name, path, handle, begunAt, length: 0 }
  }

  private isFull({ length, begunAt }: OpenFile): boolean {
    return length >= this.options.bounds.fileBytes || this.options.now() - begunAt > day
  }

  private end(): void {
    this.sync()
    this.abandon()
  }

  private abandon(): void {
    if (this.file === undefined) return
    try {
      closeSync(this.file.handle)
      if (this.file.length === 0) rmSync(this.file.path, { force: true })
    } catch {
      // it is not used any more
    }
    this.file = undefined
    this.unsynced = false
  }

  private dropOldest(): void {
    const oldest = this.pending.shift()
    if (oldest === undefined) return
    this.pendingBytes -= oldest.length
    this.lost += countLines(oldest)
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function writeWhole(file: OpenFile, lines: Buffer): void {
  let at = 0
  try {
    while (at < lines.length) at += writeSync(file.handle, lines, at)
    file.length += lines.length
  } catch (error) {
    // a disk that becomes full takes a part: the next try would repeat it behind half a line
    if (at > 0) ftruncateSync(file.handle, file.length)
    throw error
  }
}

/** How many lines some bytes have. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1
  return lines
}
