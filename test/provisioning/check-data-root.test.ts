import { expect, test } from 'vitest'
import { makeFolder, runCommand } from '../running-server.ts'

test('a holder that is a text for nobody is warned of, with its place', async () => {
  const folder = makeFolder({
    'swinfo.json': {},
    'templates/config.njk': 'hostname leaf\n',
    'data_root/bootstrap/bootstrap': '#!/usr/bin/env python\n',
    'data_root/resources/mgmt': '# lab\n10.0.0.1/24: None\n10.0.0.2/24: null\n',
  })
  const { stdout, code } = await runCommand(folder.path, ['validate'])
  folder.remove()
  expect(stdout).toMatch(/^warning: data_root\/resources\/mgmt:2:14 \(10\.0\.0\.1\/24\): .*"None"/m)
  expect(stdout).toContain('[pool-holder-text]')
  expect(code).toBe(0)
})
