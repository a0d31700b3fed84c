/** Notes events until it is killed, and says how many. Argument: the state folder. */
import { startJournal } from '../../../dist/store/journal/journal.js'
import { journalBounds } from '../../../dist/store/journal/journal-folder.js'

const [stateDir] = process.argv.slice(2)
const journal = startJournal({
  stateDir,
  workerUrl: new URL('../../../dist/store/journal/journal-worker.js', import.meta.url),
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  bounds: journalBounds,
})
let number = 0
setInterval(() => {
  for (let some = 0; some < 20; some += 1) {
    number += 1
    journal.note({ at: Date.now(), kind: 'seen', mac: '52:54:00:00:11:11', status: 200 })
  }
  process.stdout.write(`${number}\n`)
}, 5)
