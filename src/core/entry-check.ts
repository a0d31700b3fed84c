/**
 * What is wrong with one entry of the inventory.
 * @module
 */
import { parseSerialNumber, parseSystemMac } from './identity.ts'
import { entryAt, type Inventory, identifierText, keyId } from './inventory.ts'
import type { ProblemCode } from './problem.ts'
import { type Data, type Dictionary, excerpt, isDictionary, ownValue } from './source-text.ts'
import type { ValuePath } from './stated-places.ts'
import { type SwitchFault, valueFault } from './switch-fault.ts'
import { reservedName } from './table-builder.ts'
import { groupNames } from './variables.ts'

/**
 * What keeps this one switch from being served, if anything: an identifier shared with another entry, a key that is no
 * identifier, an unknown group, a reserved name.
 */
export function checkEntry(inventory: Inventory, ordinal: number): SwitchFault | undefined {
  const clash = inventory.clashes.get(ordinal)
  if (clash !== undefined) return clash
  const entry = entryAt(inventory, ordinal)
  const refuse: Refuse = (code, path, message, fix) => {
    const key = [entry.id, ...path.slice(0, 1)].join('.')
    return valueFault(inventory, ordinal, { code, message, key, path, fix })
  }
  if (keyId(entry.id) === undefined) {
    const fix = 'use a system MAC like 52:54:00:00:11:11, or a serial number'
    return refuse('switch-id', [], 'the key is neither a system MAC nor a serial number', fix)
  }
  if (entry.value === null) return undefined
  if (!isDictionary(entry.value)) {
    return refuse(
      'switch-value',
      [],
      'a switch needs a mapping of variables',
      'write {} when it has none',
    )
  }
  return checkVariables(inventory, entry.value, refuse)
}

type Refuse = (code: ProblemCode, path: ValuePath, message: string, fix: string) => SwitchFault

function checkVariables(
  inventory: Inventory,
  own: Dictionary,
  refuse: Refuse,
): SwitchFault | undefined {
  const reserved = reservedName(own)
  if (reserved !== undefined) {
    const message = `"${reserved}" cannot be a variable: the template has another meaning for it`
    return refuse('variable-reserved', [reserved], message, 'rename it')
  }
  const groups = ownValue(own, 'groups')
  if (groups !== undefined && groups !== null) {
    const names: readonly Data[] | undefined = Array.isArray(groups) ? groups : undefined
    const odd = names?.findIndex((name) => typeof name !== 'string') ?? -1
    if (names === undefined || odd !== -1) {
      const path = names === undefined ? ['groups'] : ['groups', odd]
      const name = names?.[odd]
      if (typeof name !== 'number' && typeof name !== 'boolean') {
        return refuse('group-unknown', path, 'expected a list of group names', 'write ["floor1"]')
      }
      const message = `a group's name is a text, not the ${typeof name} ${name}`
      return refuse('group-unknown', path, message, `write "${name}"`)
    }
    const unknown = groupNames(own).find((name) => !inventory.groups.has(name))
    if (unknown !== undefined) {
      const known = firstKeys(inventory.groups, 8).join(', ') || 'none'
      const message = `the group ${excerpt(unknown)} is not defined (there are: ${known})`
      return refuse(
        'group-unknown',
        ['groups', names.indexOf(unknown)],
        message,
        'add it under "groups", or correct the name',
      )
    }
  }
  const mac = ownValue(own, 'mac')
  if (
    mac !== undefined &&
    mac !== null &&
    parseSystemMac(identifierText(own, 'mac')) === undefined
  ) {
    return refuse(
      'switch-id',
      ['mac'],
      `${excerpt(mac)} is not a MAC address`,
      'write it like 52:54:00:00:11:11',
    )
  }
  const serial = ownValue(own, 'serial')
  if (
    serial !== undefined &&
    serial !== null &&
    parseSerialNumber(identifierText(own, 'serial')) === undefined
  ) {
    const fix = 'letters, digits, ".", "_" and "-", at most 64'
    return refuse('switch-id', ['serial'], `${excerpt(serial)} is not a serial number`, fix)
  }
  for (const key of ['template', 'hostname', 'model']) {
    const value = ownValue(own, key)
    if (value === undefined || value === null || typeof value === 'string') continue
    if (key !== 'template' && typeof value === 'number') continue
    return refuse(
      'switch-value',
      [key],
      `expected a text, found ${excerpt(value)}`,
      'put it in quotes',
    )
  }
  return undefined
}

function firstKeys(map: ReadonlyMap<string, unknown>, count: number): readonly string[] {
  const keys: string[] = []
  for (const key of map.keys()) {
    if (keys.length === count) break
    keys.push(key)
  }
  return keys
}
