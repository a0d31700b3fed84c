/** What the tests of the client share: on which Pythons, and how a run that goes well looks. */
import { expect } from 'vitest'
import { fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import type { BootResult } from './provisioned-switch.ts'

export const noSwitch = fakeEosImpossible() !== undefined
export const newest = newestInterpreter().path
/** Two Pythons, the oldest and the newest; only one where there is only one. */
export const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]

export const before = {
  'startup-config': 'hostname old\n',
  'rc.eos': '#!/bin/bash\n',
  'boot-extensions': 'old.rpm\n',
  '.extensions/old.rpm': 'old',
  'boot-config': 'SWI=flash:/old.swi\n',
}

export const writes = `def main(attributes):
    attributes.get("NODE").append_startup_config_lines([attributes.get("line", "none")])
`
export const fails = `def main(attributes):
    raise ValueError("it does")
`

export function expectSuccess({ code, stderr, stdout }: BootResult): void {
  expect(stdout).toContain('ZTP bootstrap completed successfully!')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
}

export const linesOf = ({ stdout, url }: BootResult) => stdout.replaceAll(url, 'SERVER').split('\n')
