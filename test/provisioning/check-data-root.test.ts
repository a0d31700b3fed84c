import { expect, test } from 'vitest'
import { makeFolder, runCommand } from '../running-server.ts'

test('a holder that is a text for nobody is warned of, with its place', async () => {
  const folder = makeFolder({
    'swinfo.json': {},
    'templates/config.njk': 'hostname leaf\n',
    'data_root/resources/mgmt': '# lab\n10.0.0.1/24: None\n10.0.0.2/24: null\n',
  })
  const { stdout, code } = await runCommand(folder.path, ['validate'])
  folder.remove()
  expect(stdout).toMatch(/^warning: data_root\/resources\/mgmt:2:14 \(10\.0\.0\.1\/24\): .*"None"/m)
  expect(stdout).toContain('[pool-holder-text]')
  expect(code).toBe(0)
})

test.each([
  ['the shipped one', {}, []],
  ['one of its own', { 'data_root/bootstrap/bootstrap': '#!/bin/sh\n' }, []],
  [
    'one that is named and not there',
    { 'ztpush.conf': '[bootstrap]\nfilename = mine\n' },
    ['data_root/bootstrap/mine'],
  ],
])(
  'a data root with %s as bootstrap script is told what is missing',
  async (_what, files, missing) => {
    const folder = makeFolder({
      'swinfo.json': {},
      'templates/config.njk': 'hostname leaf\n',
      'data_root/neighbordb': 'patterns: []\n',
      ...files,
    })
    const { stdout, code } = await runCommand(folder.path, ['validate', '--json'])
    folder.remove()
    const { problems } = JSON.parse(stdout) as {
      problems: { code: string; file: string }[]
    }
    const found = problems.filter(({ code }) => code === 'bootstrap-missing')
    expect(found.map(({ file }) => file)).toEqual(missing)
    expect(code).toBe(missing.length)
  },
)
