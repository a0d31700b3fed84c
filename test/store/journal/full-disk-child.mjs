/**
 * Runs in a mount namespace of its own: notes events while the disk is full, makes room, and looks at what was written. Argument: an empty
 * folder. Prints what it found as JSON.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startJournal } from '../../../dist/store/journal/journal.js'
import { journalBounds, listJournal } from '../../../dist/store/journal/journal-folder.js'

const [root] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1024k', 'none', root])
const stateDir = join(root, 'state')
const journal = startJournal({
  stateDir,
  workerUrl: new URL('../../../dist/store/journal/journal-worker.js', import.meta.url),
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  bounds: journalBounds,
})
let number = 0
const noteSome = (count) => {
  for (let left = count; left > 0; left -= 1) {
    journal.note({ at: Date.now(), kind: 'seen', mac: '52:54:00:00:11:11', status: number })
    number += 1
  }
}
noteSome(1_000)
await wait(700)
const filler = join(root, 'filler')
try {
  writeFileSync(filler, Buffer.alloc(1_048_576))
} catch {
  // full to the brim
}
noteSome(1_000)
await wait(1_200)
const told = journal.status().problems.some(({ code }) => code === 'journal-unwritable')
noteSome(1_000)
rmSync(filler, { force: true })
await wait(1_500)
await journal.close()
const events = []
let torn = 0
for (const { path } of listJournal(stateDir)) {
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    try {
      events.push(JSON.parse(line).status)
    } catch {
      torn += 1
    }
  }
}
process.stdout.write(JSON.stringify({ told, lost: journal.status().lost, torn, events }))
