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
  ['nothing but pools', { 'data_root/resources/mgmt': '10.0.0.1: null\n' }, false],
  ['a neighbordb', { 'data_root/neighbordb': 'patterns: []\n' }, true],
  [
    'a setting that sends unknown switches there',
    {
      'data_root/resources/mgmt': '10.0.0.1: null\n',
      'ztpush.conf': '[dynconfig]\nunknown_switch = bootstrap\n',
    },
    true,
  ],
])('with %s a missing bootstrap script counts as it should', async (_what, files, isTold) => {
  const folder = makeFolder({
    'swinfo.json': {},
    'templates/config.njk': 'hostname leaf\n',
    ...files,
  })
  const { stdout, code } = await runCommand(folder.path, ['validate'])
  folder.remove()
  expect(stdout.includes('[bootstrap-missing]')).toBe(isTold)
  expect(code).toBe(isTold ? 1 : 0)
})
