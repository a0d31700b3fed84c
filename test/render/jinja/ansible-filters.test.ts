import { expect, test } from 'vitest'
import { workerBudget } from '../../../src/render/bounds.ts'
import { compileTemplate } from '../../../src/render/dialects.ts'
import { PyDict } from '../../../src/render/python/values.ts'
import { runRender } from '../../../src/render/run-render.ts'

function rendered(text: string) {
  const source = { name: 'main.j2', file: 'main.j2', text }
  const compiled = compileTemplate(source, { trimBlocks: false, lstripBlocks: false })
  const variables = { variables: new PyDict(), facts: {}, serverUrl: 'http://ztpush.example' }
  return runRender(
    compiled,
    { dialect: 'jinja', variables },
    {
      find: () => undefined,
      hashes: new Map(),
      budget: workerBudget,
      now: () => performance.now(),
    },
  )
}

test.each([
  ['leaf1', 'e0996262-1abc-5f0e-b4e1-fd1c91c13777'],
  ['', '242907ad-a9d9-5139-ab1d-086ef32fcaeb'],
])('the UUID of "%s" is the one that Ansible makes', (name, uuid) => {
  expect(rendered(`{{ "${name}" | to_uuid }}`)).toEqual({ kind: 'text', text: uuid })
})
