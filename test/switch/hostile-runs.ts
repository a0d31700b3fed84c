/** A run that downloads onto flash, which the tests of bad servers, flashes and EOS disturb. */
import { expect } from 'vitest'
import { newest } from './client-runs.ts'
import { type Boot, type BootResult, quickClient } from './provisioned-switch.ts'

export const fetches = `def main(attributes):
    node = attributes.get("NODE")
    node.retrieve_url(attributes.get("url"), attributes.get("path"))
    node.append_startup_config_lines(["hostname new"])
`
export const image = Buffer.alloc(60_000, 'an image of EOS, more or less ')
export const before = {
  'boot-config': 'SWI=flash:/old.swi\n',
  image: 'the former one\n',
  'a/b': 'kept\n',
}

/** A run that downloads `files/image` over a file of flash. */
export const download: Boot = {
  python: newest,
  eos: { flash: { ...before, 'startup-config': 'hostname old\n' } },
  entries: [{ action: 'fetch', attributes: { url: 'files/image', path: '/mnt/flash/image' } }],
  actions: { fetch: fetches },
  files: { image },
}

export const client = (settings: object) => ({
  config: { client: { ...quickClient, ...settings } },
})

export function expectFailure(run: BootResult, message: string | RegExp): void {
  const said = run.stdout.split('\n').find((line) => line.includes('Bootstrap process failed'))
  expect(said ?? run.stdout).toMatch(message)
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
  expect(run.flash).toEqual(before)
}

export function expectSuccess(run: BootResult): void {
  expect(run.stdout).toContain('SSJ17115134: ZTP bootstrap completed successfully!')
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
  expect(run.flash).toEqual({
    ...before,
    image: image.toString('latin1'),
    'startup-config': 'hostname new',
  })
}
