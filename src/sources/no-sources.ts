/**
 * What there is where no inventory is configured: no switch, no template.
 * @module
 */
import { assembleInventory, runToEnd } from '../core/inventory-assembly.ts'
import type { Renderer, Snapshot } from '../ports.ts'
import type { LiveSources } from './live.ts'

/** A snapshot with nothing in it, which never changes. */
export function noSources(renderer: Renderer): LiveSources {
  const snapshot: Snapshot = Object.freeze({
    version: 1,
    revision: '0'.repeat(16),
    inventory: runToEnd(assembleInventory([])),
    inventoryComplete: true,
    inventoryProblems: [],
    faulty: new Set<number>(),
    templates: renderer.templateSet(new Map(), new Map()),
    problems: [],
  })
  return {
    current: () => snapshot,
    subscribe: () => () => {},
    reload: async () => {},
    close: async () => {},
  }
}
