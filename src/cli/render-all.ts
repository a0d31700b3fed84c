/**
 * `ztpush render --all --out DIR`: one file a switch.
 * @module
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { switchOrdinals } from '../core/inventory.ts'
import type { Problem } from '../core/problem.ts'
import type { Snapshot, SwitchFacts } from '../ports.ts'
import { type ConfigOptions, renderSwitch } from '../provisioning/config-answer.ts'
import { configFileNames } from '../provisioning/config-file-names.ts'
import { makeFolder } from './make-folder.ts'
import { startProgress } from './progress.ts'
import { exitCode, printProblems, type Terminal } from './terminal.ts'
import { tryWrite } from './try-write.ts'

const wayOut = 'make room, or name another folder with --out'

interface RenderAllOptions extends ConfigOptions {
  readonly out: string
  readonly serverUrl: string
  /** Stand in for the headers of every switch. */
  readonly facts: Partial<SwitchFacts>
}

/** Renders everyone, one after the other: memory does not grow with their number. What fails is told and the rest goes on. */
export async function renderAll(
  terminal: Terminal,
  snapshot: Snapshot,
  options: RenderAllOptions,
): Promise<number> {
  const { inventory } = snapshot
  const folder = resolve(terminal.cwd, options.out)
  tryWrite(folder, wayOut, () => makeFolder(folder))
  const files = configFileNames(inventory)
  const progress = startProgress(terminal, 'rendering', inventory.switchCount)
  const failures: Problem[] = []
  let written = 0
  try {
    for (const ordinal of switchOrdinals(inventory)) {
      const answer = await renderSwitch(
        snapshot,
        ordinal,
        options.facts,
        options.serverUrl,
        options,
      )
      if (answer.kind === 'config') {
        writeWhole(join(folder, files.get(ordinal) ?? ''), answer.text)
        written++
      } else {
        failures.push(answer.problem)
      }
      progress.step()
    }
  } finally {
    progress.done()
  }
  const broken = snapshot.inventoryProblems
  printProblems(terminal, [...broken, ...failures])
  terminal.stderr.write(
    `${written} of ${inventory.switchCount} configurations written to ${options.out}\n`,
  )
  return failures.length + broken.length > 0 ? exitCode.problem : exitCode.fine
}

/** Writes beside, then renames: a full disk leaves the file of before. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`
  tryWrite(path, wayOut, () => {
    try {
      writeFileSync(beside, text)
      renameSync(beside, path)
    } catch (error) {
      rmSync(beside, { force: true })
      throw error
    }
  })
}
