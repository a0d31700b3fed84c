import { describe, expect, test } from 'vitest'
import { faultIn, textOf } from './render.ts'

describe("Ansible's filters print what Ansible 2.14 prints", () => {
  test.each([
    ["{{ 'a\\nb' | comment('plain', newline='|') }}", '#|# a\nb|#'],
    ["{{ 'a' | comment('plain', prefix='', postfix_count=2) }}", '# a\n#\n#'],
    ["{{ 'a\\n\\nb' | comment('cblock') }}", '/*\n *\n * a\n *\n * b\n *\n */'],
    ["{{ 'leaf1' | to_uuid }}", 'e0996262-1abc-5f0e-b4e1-fd1c91c13777'],
    ["{{ '' | to_uuid }}", '242907ad-a9d9-5139-ab1d-086ef32fcaeb'],
    ["{{ ('  http://h:80/p\\n' | urlsplit).path }}", '/p'],
    ['{{ [1, 2] | zip([3, 4], strict=true) | list }}', '[(1, 3), (2, 4)]'],
    ["{{ 'abc' | combinations(9) | list }}", '[]'],
    ["{{ {'a': 1} | ansible.utils.get_path('a') | type_debug }}", 'str'],
    ["{{ {'a': [1]} | ansible.utils.get_path('a', wantlist=true) }}", '[[1]]'],
    ["{{ [[1], {}] | ansible.utils.to_paths(prepend='x') }}", "{'x[0][0]': 1, 'x[1]': {}}"],
    ['{{ [0, range(1, 3)] | flatten }}', '[0, 1, 2]'],
    ['{{ range(3) | b64encode }}', 'cmFuZ2UoMCwgMyk='],
    ["{{ {'b': 1}.keys() | regex_replace('b', 'c') }}", "dict_keys(['c'])"],
    ["{{ 'a: 2024-01-02' | from_yaml }}", "{'a': datetime.date(2024, 1, 2)}"],
    ["{{ ('a: 2024-01-02' | from_yaml).a }}", '2024-01-02'],
    ["{{ ('a: 2024-01-02' | from_yaml).a.year }}", '2024'],
    ["{{ 'a: 2024-01-02 10:00:00' | from_yaml | to_json }}", '{"a": "2024-01-02T10:00:00"}'],
    ["{{ 'a: 2024-01-02' | from_yaml | to_yaml }}", '{a: 2024-01-02}\n'],
  ])('%s', (template, expected) => {
    expect(textOf(template)).toBe(expected)
  })
})

describe("what Ansible's filters do not take is refused", () => {
  test.each([
    '{{ 5 | comment }}',
    '{{ 5 | basename }}',
    '{{ 5 | urldecode }}',
    '{{ [] | path_join }}',
    "{{ 'abc' | combinations(-1) | list }}",
    '{{ [1] | zip([1, 2], strict=true) | list }}',
    "{{ 'abc' | subelements('a') }}",
    '{{ -3 | pow(0.5) }}',
    '{{ 0 | pow(-1) }}',
    '{{ 2 | root(0) }}',
    "{{ '42' | human_readable }}",
    "{{ 'a' | regex_replace('a', 'b', count=1) }}",
    '{{ (1, 2) | union([3]) }}',
    "{{ ('10.0.0.1', '10.0.0.2') | ansible.utils.ipaddr('address') }}",
    "{{ '10.0.0.1' | ansible.utils.ipaddr('v4') }}",
    "{{ '52:54:00:00:11:11' | ansible.utils.hwaddr(none) }}",
    "{{ {'a': nowhere} | combine({'a': 1}) }}",
    "{{ {'a': 1} | get_path('a') }}",
    "{{ '☃' | b64encode('latin-1') }}",
    "{{ 'a: 2024-13-02' | from_yaml }}",
    '{{ [[1]] is subset([1]) }}',
    "{{ 0 is version('1.0') }}",
  ])('%s', (template) => {
    expect(faultIn(template).code).toMatch(/^template-(?:failed|dialect|undefined)$/)
  })
})

test.each([
  ['comment("c", prefix="", postfix="")', '// text\n'],
  ['comment(decoration="! ", prefix="", postfix_count=0)', '! text'],
  ['comment(prefix="\\n", prefix_count=2)', '\n\n# text\n#'],
  ['comment(newline="|", postfix_count=2)', '#|# text|#|#'],
])('what stands before and behind a comment is as in Ansible: %s', (filter, text) => {
  expect(textOf(`{{ "text" | ${filter} }}`)).toBe(text)
})

test.each([
  ['{{ {"a": {"b": 1}} | ansible.utils.get_path("a.b") is string }}', 'True'],
  ['[{{ {"a": none} | ansible.utils.get_path("a") }}]', '[]'],
  ['{{ {"a": [1]} | ansible.utils.get_path("a") | first + 1 }}', '2'],
  ['{{ -8 | pow(3) }} {{ 4 | pow(-1) }} {{ 9 | root }}', '-512.0 0.25 3.0'],
  ['{{ "http://h:65535/" | urlsplit("port") }}', '65535'],
  ['{{ {"failed": true} is failed }} {{ {} is success }} {{ {} is changed }}', 'True True False'],
])('%s gives what it gives in Ansible', (template, text) => {
  expect(textOf(template)).toBe(text)
})

test.each([
  ['{{ {"a": 1} | ansible.utils.get_path("b") }}', 'template-undefined'],
  ['{{ {"a": "[1]"} | ansible.utils.get_path("a") }}', 'template-dialect'],
  ['{{ {"a b": 1} | ansible.utils.get_path("[\'a b\']") }}', 'template-dialect'],
  ['{{ -8 | root(3) }}', 'template-failed'],
  ['{{ -4 | root }}', 'template-failed'],
  ['{{ 0 | pow(-1) }}', 'template-failed'],
  ['{{ "http://h:65536/" | urlsplit("hostname") }}', 'template-failed'],
  ['{{ {"failed": "no"} is failed }}', 'template-dialect'],
  ['{{ {"results": [{"changed": true}]} is changed }}', 'template-dialect'],
])('%s is no result, as in Ansible, or is refused', (template, code) => {
  expect(faultIn(template).code).toBe(code)
})
