/**
 * Reads large inventory files again in a worker, so that the thread that serves switches never stops for it.
 * @module
 */
import { Worker } from 'node:worker_threads'
import { type InventoryTable, inventoryFormat, type SwitchEntry } from '../core/inventory-table.ts'
import { type Problem, problemFromJson } from '../core/problem.ts'
import type { GoodFile, InventoryPlace } from './inventory-files.ts'
import {
  changedPair,
  type InventoryJob,
  type InventoryReply,
  sectionPair,
} from './inventory-job.ts'
import { displayPath, sourceText } from './source-file.ts'

/** A worker for large files; it is started when the first one changes. */
export class InventoryThread {
  private worker: Worker | undefined
  private readonly url: URL
  private readonly place: InventoryPlace
  private readonly giveWay: () => Promise<void>

  constructor(url: URL, place: InventoryPlace, giveWay: () => Promise<void>) {
    this.url = url
    this.place = place
    this.giveWay = giveWay
  }

  /** Reads a file again. What has not changed is taken over from the version before. One file at a time. */
  async parse(
    path: string,
    before: GoodFile | undefined,
  ): Promise<GoodFile | Problem | 'changing'> {
    const file = displayPath(path, this.place.cwd)
    const job: InventoryJob = {
      path,
      file,
      maxBytes: this.place.maxBytes,
      format: inventoryFormat(path) ?? 'json',
      before: before && jobBefore(before.table),
    }
    const reply = await this.ask(job)
    if (reply.kind === 'changing') return 'changing'
    if (reply.kind === 'broken') return problemFromJson(reply.problem)
    if (reply.kind !== 'table') throw new Error('the inventory worker answered out of turn')
    const source = sourceText(file, reply.bytes)
    if (source === undefined) throw new Error('the inventory worker sent a text that is not UTF-8')
    const { spans, defaults, groups, entangled, digest } = reply
    const entries = await this.collect(reply, before)
    const warnings = reply.warnings.map(problemFromJson)
    const table: InventoryTable = {
      source,
      format: job.format,
      spans,
      entries,
      defaults,
      groups,
      entangled,
      warnings,
    }
    return { table, digest }
  }

  async close(): Promise<void> {
    await this.worker?.terminate()
  }

  private async collect(
    reply: InventoryReply & { kind: 'table' },
    before: GoodFile | undefined,
  ): Promise<readonly (SwitchEntry | undefined)[]> {
    const { carried } = reply
    const entries = new Array<SwitchEntry | undefined>(carried.length)
    for (let ordinal = 0; ordinal < carried.length; ordinal++) {
      const from = carried[ordinal] ?? changedPair
      if (from !== changedPair && from !== sectionPair)
        entries[ordinal] = before?.table.entries[from]
      if (ordinal % 20_000 === 19_999) await this.giveWay()
    }
    for (let got = 0; got < reply.changedCount; ) {
      const batch = await this.ask('more')
      if (batch.kind !== 'entries' || batch.entries.length === 0)
        throw new Error('the inventory worker sent too little')
      for (const [at, entry] of batch.entries.entries()) entries[batch.ordinals[at] ?? 0] = entry
      got += batch.entries.length
      // the answer may be there at once; whoever else waits comes first
      await this.giveWay()
    }
    return entries
  }

  private ask(message: InventoryJob | 'more'): Promise<InventoryReply> {
    const worker = this.worker ?? this.start()
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit)
        worker.unref()
        finish()
      }
      const onMessage = (reply: InventoryReply) => settle(() => resolve(reply))
      const onError = (error: Error) => {
        this.worker = undefined
        settle(() => reject(error))
      }
      const onExit = () => onError(new Error('the inventory worker ended'))
      worker.ref()
      worker.on('message', onMessage).on('error', onError).on('exit', onExit)
      worker.postMessage(message)
    })
  }

  private start(): Worker {
    const worker = new Worker(this.url)
    this.worker = worker
    return worker
  }
}

function jobBefore(table: InventoryTable): InventoryJob['before'] {
  const { source, spans, entangled } = table
  return { bytes: source.bytes as Uint8Array<SharedArrayBuffer>, spans, entangled }
}
