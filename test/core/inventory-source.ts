/** Builds what the inventory's tests need from texts. */
import { Buffer } from 'node:buffer'
import { findByName, type Inventory } from '../../src/core/inventory.ts'
import { assembleInventory, runToEnd } from '../../src/core/inventory-assembly.ts'
import type { InventoryFormat, InventoryTable } from '../../src/core/inventory-table.ts'
import { parseInventory } from '../../src/core/parse-inventory.ts'
import { Problem } from '../../src/core/problem.ts'
import type { SourceText } from '../../src/core/source-text.ts'

export function sourceOf(content: string | Uint8Array, file = 'inventory'): SourceText {
  const buffer = Buffer.from(content as string)
  return {
    file,
    bytes: buffer,
    text: (start, end) => buffer.toString('utf8', start, end),
    includes: (text) => buffer.includes(text),
  }
}

export function tableOf(
  format: InventoryFormat,
  content: string | Uint8Array,
  file = `inventory.${format}`,
): InventoryTable {
  return parseInventory(sourceOf(content, file), format)
}

/** The ways to look at texts of one format: the table, and what the entry `A` holds. */
export function readerOf(format: InventoryFormat): {
  parse(text: string): InventoryTable
  valueOfA(text: string): unknown
} {
  const parse = (text: string) => tableOf(format, text)
  return {
    parse,
    valueOfA: (text) => parse(text).entries.find((entry) => entry?.id === 'A')?.value,
  }
}

export function inventoryOf(...tables: readonly InventoryTable[]): Inventory {
  return runToEnd(assembleInventory(tables))
}

/** The ordinal of the one switch of a name. */
export function ordinalOf(inventory: Inventory, name: string): number {
  const [ordinal, ...others] = findByName(inventory, name)
  if (ordinal === undefined || others.length > 0) throw new Error(`not one switch ${name}`)
  return ordinal
}

/** The Problem that is thrown; anything else that is thrown, and nothing, fails the test. */
export function problemOf(action: () => unknown): Problem {
  try {
    action()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** `code line:column`. */
export function placed(problem: Problem): string {
  return `${problem.code} ${problem.at?.line}:${problem.at?.column}`
}
