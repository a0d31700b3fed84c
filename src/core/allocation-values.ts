/**
 * Values that a resource pool is to fill: `allocate('pool')`.
 * @module
 */
import type { Dictionary } from './source-text.ts'

/** The first value of the form `allocate('pool')`, with the path to it. */
export function findAllocation(variables: unknown): { path: string; value: string } | undefined {
  // nearly nobody has one: the path is made only for those who do
  return holdsAllocation(variables) ? findAllocationBelow(variables, '') : undefined
}

function holdsAllocation(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('allocate(') && isAllocation(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(holdsAllocation)
  for (const key in value) {
    if (holdsAllocation((value as Dictionary)[key])) return true
  }
  return false
}

function isAllocation(text: string): boolean {
  return /^\s*allocate\(.*\)\s*$/.test(text)
}

function findAllocationBelow(
  value: unknown,
  path: string,
): { path: string; value: string } | undefined {
  if (typeof value === 'string') return isAllocation(value) ? { path, value } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Object.entries(value)) {
    const step = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    const found = findAllocationBelow(item, step)
    if (found !== undefined) return found
  }
  return undefined
}
