/**
 * What would change for switches: what is rendered now, against what was before. Nothing is allocated.
 * @module
 */
import { unifiedDiff } from '../core/config-diff.ts'
import { entryAt, type Inventory, switchName, switchOrdinals } from '../core/inventory.ts'
import { Problem, problemToJson } from '../core/problem.ts'
import { mayAllocate } from '../core/switch-check.ts'
import type { SwitchDiff } from '../core/switch-diff.ts'
import type { Snapshot, SwitchFacts } from '../ports.ts'
import { type ConfigAnswer, type ConfigOptions, renderSwitch } from './config-answer.ts'
import { configFileNames } from './config-file-names.ts'

/** What renders: inventory and templates at one moment, and the pools that it may look at. */
export interface RenderSide {
  readonly snapshot: Snapshot
  readonly options: ConfigOptions
  readonly serverUrl: string
}

/** A configuration of before. */
export interface Before {
  readonly text: string
  /** What it is: `HEAD~1`, `configs/leaf1.cfg`. */
  readonly against: string
}

/** What configurations are compared with. */
export interface Baseline {
  /** Pools gave their values out in the order of the inventory then, so they have to now. */
  readonly inOrder: boolean
  /** Undefined: there is none. A Problem: there was none then either. */
  before(ordinal: number, file: string): Promise<Before | Problem | undefined>
  /** What the headers of a switch would have said. */
  facts(ordinal: number): Promise<Partial<SwitchFacts>>
  /** Configurations of switches that are not there any more. */
  gone(): AsyncIterable<Before & { readonly name: string; readonly file: string }>
}

export interface DiffRequest {
  /** The switches that are asked for; undefined: all. */
  readonly ordinals: ReadonlySet<number> | undefined
  readonly showSecrets: boolean
}

/** One switch after the other, in the order of the inventory, then those that are gone: memory does not grow with their number. */
export async function* diffSwitches(
  now: RenderSide,
  baseline: Baseline,
  { ordinals, showSecrets }: DiffRequest,
): AsyncGenerator<SwitchDiff> {
  const { inventory, inventoryComplete } = now.snapshot
  const files = configFileNames(inventory)
  let left = ordinals?.size ?? inventory.switchCount
  for (const ordinal of switchOrdinals(inventory)) {
    if (left === 0) break
    const isWanted = ordinals === undefined || ordinals.has(ordinal)
    // who stands before takes values of pools first
    if (!isWanted && !(baseline.inOrder && mayAllocate(inventory, ordinal))) continue
    const file = files.get(ordinal) ?? ''
    const facts = await baseline.facts(ordinal)
    const { snapshot, options, serverUrl } = now
    const answer = await renderSwitch(snapshot, ordinal, facts, serverUrl, options)
    const before = await baseline.before(ordinal, file)
    if (!isWanted) continue
    left--
    yield compare(inventory, ordinal, { file, before, answer, showSecrets })
  }
  // a switch may stand in the file that cannot be read
  if (ordinals !== undefined || !inventoryComplete) return
  for await (const { name, file, text, against } of baseline.gone()) {
    const pair = { before: text, after: undefined, file, beforeLabel: against, afterLabel: '' }
    const diff = unifiedDiff(pair, showSecrets) ?? null
    yield { id: null, name, against, status: 'gone', diff, problem: null }
  }
}

interface Sides {
  readonly file: string
  readonly before: Before | Problem | undefined
  readonly answer: ConfigAnswer
  readonly showSecrets: boolean
}

function compare(
  inventory: Inventory,
  ordinal: number,
  { file, before, answer, showSecrets }: Sides,
): SwitchDiff {
  const entry = entryAt(inventory, ordinal)
  const known = before instanceof Problem ? undefined : before
  const about = { id: entry.id, name: switchName(entry), against: known?.against ?? null }
  if (answer.kind !== 'config') {
    return { ...about, status: 'failed', diff: null, problem: problemToJson(answer.problem) }
  }
  const problem = before instanceof Problem ? problemToJson(before) : null
  const diff = unifiedDiff(
    {
      before: known?.text,
      after: answer.text,
      file,
      beforeLabel: known?.against ?? '',
      afterLabel: 'now',
    },
    showSecrets,
  )
  const status = known === undefined ? 'new' : diff === undefined ? 'same' : 'changed'
  return { ...about, status, diff: diff ?? null, problem }
}
