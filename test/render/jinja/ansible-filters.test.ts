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

test.each([
  ['comment("c", prefix="", postfix="")', '// text\n'],
  ['comment(decoration="! ", prefix="", postfix_count=0)', '! text'],
  ['comment(prefix="\\n", prefix_count=2)', '\n\n# text\n#'],
  ['comment(newline="|", postfix_count=2)', '#|# text|#|#'],
])('what stands before and behind a comment is as in Ansible: %s', (filter, text) => {
  expect(rendered(`{{ "text" | ${filter} }}`)).toEqual({ kind: 'text', text })
})

test.each([
  ['{{ {"a": {"b": 1}} | ansible.utils.get_path("a.b") is string }}', 'True'],
  ['[{{ {"a": none} | ansible.utils.get_path("a") }}]', '[]'],
  ['{{ {"a": [1]} | ansible.utils.get_path("a") | first + 1 }}', '2'],
  ['{{ -8 | pow(3) }} {{ 4 | pow(-1) }} {{ 9 | root }}', '-512.0 0.25 3.0'],
  ['{{ "http://h:65535/" | urlsplit("port") }}', '65535'],
  ['{{ {"failed": true} is failed }} {{ {} is success }} {{ {} is changed }}', 'True True False'],
])('%s gives what it gives in Ansible', (template, text) => {
  expect(rendered(template)).toEqual({ kind: 'text', text })
})

test.each([
  ['{{ {"a": 1} | ansible.utils.get_path("b") }}', 'template-undefined'],
  ['{{ {"a": "[1]"} | ansible.utils.get_path("a") }}', 'template-dialect'],
  ['{{ {"a b": 1} | ansible.utils.get_path("[\'a b\']") }}', 'template-dialect'],
  ['{{ {"a": 1} | ansible.utils.get_path("a", wantlist=true) }}', 'template-dialect'],
  ['{{ -8 | root(3) }}', 'template-failed'],
  ['{{ -4 | root }}', 'template-failed'],
  ['{{ 0 | pow(-1) }}', 'template-failed'],
  ['{{ "http://h:65536/" | urlsplit("hostname") }}', 'template-failed'],
  ['{{ {"failed": "no"} is failed }}', 'template-dialect'],
  ['{{ {"results": [{"changed": true}]} is changed }}', 'template-dialect'],
])('%s is no result, as in Ansible, or is refused', (template, code) => {
  expect(rendered(template)).toMatchObject({ kind: 'fault', fault: { code } })
})
