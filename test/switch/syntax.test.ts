import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findInterpreters } from './interpreters.ts'

const shipped = fileURLToPath(new URL('../../switch', import.meta.url))
const files = ['bootstrap', ...readdirSync(`${shipped}/actions`).map((name) => `actions/${name}`)]

const compile = `
import sys
for path in sys.argv[1:]:
    with open(path, "rb") as source:
        compile(source.read(), path, "exec", 0, True)
`

describe('what runs on switches', () => {
  test.each(findInterpreters())('compiles without a warning under Python $version', ({ path }) => {
    const paths = files.map((name) => `${shipped}/${name}`)
    const { status, stderr } = spawnSync(path, ['-W', 'error', '-c', compile, ...paths], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test.each(files)(
    '%s is ASCII, begins with the first line that EOS runs, and has no dollar sign to lose',
    (name) => {
      const text = readFileSync(`${shipped}/${name}`, 'latin1')
      expect(text).toMatch(/^#!\/usr\/bin\/env python\n/)
      expect(text).toMatch(/^[\x00-\x7f]*$/)
      // the server fills in $SERVER and makes one dollar sign of two
      if (name === 'bootstrap') expect(text.match(/\$\$|\$\{?SERVER/g)).toEqual(['$SERVER'])
    },
  )
})
