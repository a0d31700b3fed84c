/**
 * The thread that owns the state folder: it loads what was folded before, appends, keeps what was served, and reads timelines.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads'
import { writeCheckpoint } from './checkpoint.ts'
import { RecordReader } from './event-records.ts'
import { journalBounds, listJournal, outOfBounds, removeJournalFile } from './journal-folder.ts'
import type {
  AppendMessage,
  FromJournalThread,
  JournalThreadData,
  ServedText,
  ToJournalThread,
} from './journal-messages.ts'
import { JournalWriter } from './journal-writer.ts'
import { loadStates } from './load-states.ts'
import { writeServed } from './served-files.ts'
import { stepBack } from './step-back.ts'
import { readTimeline } from './timeline.ts'

stepBack()
const { stateDir, bounds = journalBounds, load } = workerData as JournalThreadData
const reader = new RecordReader()
const writer = new JournalWriter({ stateDir, bounds, now: Date.now })
const served: ServedText[] = []
/** A disk that fails is tried again after this; what is written is on it after this. */
const turnMs = 500
let timer: NodeJS.Timeout | undefined
let told = ''
let servedFault: string | undefined

/** Writes the lines of records, whose buffer goes back. */
function append({ records, events }: AppendMessage): void {
  const buffer = records.buffer as ArrayBuffer
  const bytes = records.byteLength
  if (writer.append(reader.read(Buffer.from(buffer, records.byteOffset, bytes)))) bound()
  parentPort?.postMessage({ kind: 'written', events, bytes, buffer } satisfies FromJournalThread, [
    buffer,
  ])
}

function say(message: FromJournalThread): void {
  parentPort?.postMessage(message)
}

function sayStatus(): void {
  const status = { kind: 'status', lost: writer.lost, fault: writer.fault ?? servedFault } as const
  const text = JSON.stringify(status)
  if (text === told) return
  told = text
  say(status)
}

function turn(): void {
  timer = undefined
  if (writer.writePending()) bound()
  writer.sync()
  sayStatus()
  if (writer.isBehind) timer = setTimeout(turn, turnMs)
}

let bounding: Promise<void> | undefined

/** In a storm files end every few seconds, and to fold each one at once would take the processor from those who serve. */
const checkpointEveryMs = 60_000
let checkpointAt = performance.now()
/** Another file has ended meanwhile. */
let isDue = false

/** After a file has ended: what the files hold is folded into the checkpoint, and the oldest make room. */
function bound(): void {
  isDue = bounding !== undefined
  const isTime = performance.now() - checkpointAt > checkpointEveryMs
  if (isDue || !(isTime || isOutOfBounds())) return
  bounding = checkpoint()
    // it is tried again when the next file ends; until then nothing is removed
    .catch(() => {})
    .finally(() => {
      checkpointAt = performance.now()
      bounding = undefined
      if (isDue) bound()
    })
}

/** Files must go, because they are too many or too old. */
function isOutOfBounds(): boolean {
  return outOfBounds(listJournal(stateDir), bounds, Date.now()).length > 0
}

async function checkpoint(): Promise<void> {
  const { states, offsets } = await loadStates(stateDir, () => writer.fileName)
  await writeCheckpoint(stateDir, offsets, states.all())
  for (const file of outOfBounds(listJournal(stateDir), bounds, Date.now())) {
    // what another server appends meanwhile is not in the states yet
    if (offsets.get(file.name) === file.size) removeJournalFile(file)
  }
}

/** A power-on storm serves thousands of texts at once: they are written in turns with everything else. */
const textsAtOnce = 50

function keepServed(): void {
  for (const { entry, text, at } of served.splice(0, textsAtOnce)) {
    try {
      writeServed(stateDir, entry, text, at)
      servedFault = undefined
    } catch (error) {
      servedFault = (error as Error).message
    }
  }
  if (served.length > 0) setImmediate(keepServed)
  else sayStatus()
}

async function close(): Promise<void> {
  clearTimeout(timer)
  while (served.length > 0) keepServed()
  writer.close()
  sayStatus()
  await bounding
  say({ kind: 'closed' })
}

/** From this much on it is worth while to remember what the files came to. */
const checkpointBytes = 4 * 1_048_576
/** How many states go in one message: taking them in must not stop the server for long. */
const statesAtOnce = 200

async function loadAll(): Promise<void> {
  const { states, damaged, offsets, newBytes } = await loadStates(stateDir, () => writer.fileName)
  let some = []
  for (const state of states.all()) {
    some.push(state)
    if (some.length < statesAtOnce) continue
    say({ kind: 'states', states: some })
    some = []
  }
  say({ kind: 'states', states: some })
  say({ kind: 'loaded', damaged })
  // without it the next start takes longer, that is all
  if (newBytes >= checkpointBytes) {
    bounding ??= writeCheckpoint(stateDir, offsets, states.all())
      .catch(() => {})
      .finally(() => {
        bounding = undefined
      })
  }
}

parentPort?.on('message', (message: ToJournalThread) => {
  switch (message.kind) {
    case 'append':
      append(message)
      sayStatus()
      timer ??= setTimeout(turn, turnMs)
      break
    case 'served':
      served.push(...message.texts)
      if (served.length === message.texts.length) setImmediate(keepServed)
      break
    case 'timeline':
      void readTimeline(stateDir, message.query)
        .catch(() => [])
        .then((events) => say({ kind: 'timeline', id: message.id, events }))
      break
    case 'close':
      void close()
      break
  }
})

if (load) void loadAll().catch(() => say({ kind: 'loaded', damaged: [] }))
else say({ kind: 'loaded', damaged: [] })
