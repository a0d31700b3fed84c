/**
 * Folds a journal: its checkpoint, and what was written since.
 * @module
 */
import { parseEventLine } from '../../core/event-line.ts'
import { SwitchStates } from '../../core/switch-states.ts'
import { readCheckpoint } from './checkpoint.ts'
import { type JournalFile, listJournal } from './journal-folder.ts'
import { linesOf, readLines } from './read-lines.ts'

export interface LoadedStates {
  readonly states: SwitchStates
  /** Lines that are none, and files that cannot be read: `name`, how many. */
  readonly damaged: readonly { readonly file: string; readonly lines: number }[]
  /** Up to where each file is in the states. */
  readonly offsets: ReadonlyMap<string, number>
  /** How much of them the checkpoint did not know. */
  readonly newBytes: number
}

/**
 * The states of all switches.
 * @param except the name of a file that is left out, because its events are counted already
 */
export async function loadStates(
  stateDir: string,
  except: () => string | undefined,
): Promise<LoadedStates> {
  const files = listJournal(stateDir).filter(({ name }) => name !== except())
  const checkpoint = readCheckpoint(stateDir)
  const states = new SwitchStates()
  for (const state of checkpoint.states) states.restore(state)
  const offsets = new Map<string, number>()
  const damaged: { file: string; lines: number }[] = []
  let newBytes = 0
  for (const file of files) {
    const from = Math.min(checkpoint.offsets.get(file.name) ?? 0, file.size)
    const { end, bad } = await foldFile(states, file, from)
    offsets.set(file.name, end)
    newBytes += end - from
    if (bad > 0) damaged.push({ file: file.name, lines: bad })
  }
  return { states, damaged, offsets, newBytes }
}

async function foldFile(
  states: SwitchStates,
  { path, size }: JournalFile,
  from: number,
): Promise<{ readonly end: number; readonly bad: number }> {
  let bad = 0
  const take = (bytes: Buffer) => {
    for (const line of linesOf(bytes)) {
      const event = parseEventLine(line)
      if (event === undefined) bad += 1
      else states.apply(event)
    }
  }
  try {
    return { end: await readLines(path, from, size, take), bad }
  } catch {
    // removed by another server meanwhile, or not ours to read
    return { end: from, bad: bad + 1 }
  }
}
