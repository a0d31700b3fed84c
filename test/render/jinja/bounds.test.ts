import { afterAll, describe, expect, test } from 'vitest'
import { Ours } from './ours.ts'
import { faultIn, renderJinja, textOf } from './render.ts'

const many = 100_000
const holdsItself = '{% set a = [1] %}{% do a.append(a) %}'
const doubled = (start: string, step: string, use: string) =>
  `{% set ns = namespace(x=${start}) %}{% for i in range(60) %}{% set ns.x = ${step} %}{% endfor %}${use}`

/** How a render ends, and that it does so soon. */
function soon<T>(run: () => T): T {
  const began = performance.now()
  const result = run()
  expect(performance.now() - began).toBeLessThan(12_000)
  return result
}

describe('a render ends with a fault when it', () => {
  test.each([
    ['counts to a billion', '{% for i in range(10**9) %}{% endfor %}'],
    ['makes a list of a billion', '{{ range(10**9) | list | length }}'],
    ['adds up a billion numbers', '{{ range(10**9) | sum }}'],
    ['counts beyond what a number holds', '{{ range(10**20) | length }}'],
    ['repeats a text', "{{ 'x' * 10**10 }}"],
    ['repeats a text more often than a number holds', "{{ 'x' * 10**30 }}"],
    ['repeats a list', '{{ [1] * 10**10 }}'],
    ['pads with zeros', "{{ '%0999999999d' % 1 }}"],
    ['pads by an argument', "{{ '%*d' % (10**9, 1) }}"],
    ['asks for a billion digits', "{{ '%.999999999f' % 1.5 }}"],
    ['formats to a width', "{{ '{:>99999999999}'.format(1) }}"],
    ['formats to a width of an argument', "{{ '{:{}}'.format(1, 10**9) }}"],
    ['centers', "{{ 'x' | center(10**10) }}"],
    ['fills with zeros', "{{ 'x'.zfill(10**10) }}"],
    ['expands tabs', "{{ ('\\t' * 1000).expandtabs(10**8) }}"],
    ['fills a batch', "{{ [1] | batch(10**9, 'x') | list | length }}"],
    ['slices', '{{ [1] | slice(10**9) | list | length }}'],
    ['comments', "{{ 'a' | comment(prefix_count=10**9) }}"],
    ['joins with a long text', "{{ range(100000) | join('x' * 100000) }}"],
    ['replaces nothing by a long text', "{{ ('a' * 100000).replace('', 'b' * 100000) }}"],
    ['combines', '{{ range(100) | combinations(50) | list }}'],
    ['permutes', '{{ range(20) | permutations | list }}'],
    ['multiplies lists', '{{ range(100) | product(range(100), range(100), range(100)) | list }}'],
    ['calls a macro within itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    [
      'calls back without an end',
      '{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}',
    ],
    [
      'loops recursively without an end',
      '{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}',
    ],
    [
      'walks over a list that grows',
      '{% set a = [1] %}{% for x in a %}{% do a.append(1) %}{% endfor %}',
    ],
    [
      'doubles a list in place',
      '{% set a = [1] %}{% for x in range(100) %}{% do a.extend(a) %}{% endfor %}',
    ],
    ['doubles a text', doubled("'xxxxxxxx'", 'ns.x ~ ns.x', '{{ ns.x }}')],
    ['prints a doubled list', doubled('[1]', '[ns.x, ns.x]', '{{ ns.x }}')],
    ['writes a doubled list as JSON', doubled('[1]', '[ns.x, ns.x]', '{{ ns.x | to_json }}')],
    ['flattens a doubled list', doubled('[1]', '[ns.x, ns.x]', '{{ ns.x | flatten | length }}')],
    ['prints a doubled list nicely', doubled('[1]', '[ns.x, ns.x]', '{{ ns.x | pprint }}')],
    ['has a doubled tuple as a key', doubled('(1,)', '(ns.x, ns.x)', '{{ {ns.x: 1} | length }}')],
    ['looks for a doubled tuple', doubled('(1,)', '(ns.x, ns.x)', '{{ [ns.x] | unique }}')],
    [
      'compares lists that hold themselves',
      `${holdsItself}{% set b = [1] %}{% do b.append(b) %}{{ a == b }}`,
    ],
    [
      'sorts lists that hold themselves',
      `${holdsItself}{% set b = [1] %}{% do b.append(b) %}{{ [a, b] | sort }}`,
    ],
    ['writes a list that holds itself as JSON', `${holdsItself}{{ a | to_json }}`],
    ['flattens a list that holds itself', `${holdsItself}{{ a | flatten }}`],
    [
      'walks the paths of a dictionary that holds itself',
      "{% set a = {} %}{% do a.update({'a': a}) %}{{ a | ansible.utils.to_paths }}",
    ],
    ['raises to a power', '{{ 2 ** (10 ** 8) }}'],
    ['squares again and again', doubled('3', 'ns.x * ns.x', '{{ ns.x }}')],
    ['reads a number of a million digits', "{{ ('1' * 1000000) | int }}"],
    ['reads a hexadecimal number of a million digits', "{{ ('f' * 1000000) | int(0, 16) }}"],
    ['reads deep JSON', "{{ ('[' * 100000 ~ ']' * 100000) | from_json }}"],
    ['reads deep YAML', "{{ ('[' * 100000 ~ ']' * 100000) | from_yaml }}"],
  ])('%s', (_what, template) => {
    const { code, message } = soon(() => faultIn(template))
    expect(code).toMatch(/^template-/)
    expect(message).not.toContain('a bug')
  })
})

describe('what templates need is not mistaken for that:', () => {
  test.each([
    ['a list that holds itself is printed', `${holdsItself}{{ a }}`, '[1, [...]]'],
    ['a range is asked for a member', '{{ 5 in range(10**9) }}', 'True'],
    ['tags are stripped from a long text', "{{ ('<' * 200000) | striptags | length }}", '200000'],
    ['a large number is printed', '{{ 2 ** 100 }}', '1267650600228229401496703205376'],
  ])('%s', (_what, template, text) => {
    expect(soon(() => textOf(template))).toBe(text)
  })
})

describe('a template that is nested without measure is answered soon:', () => {
  test.each<[string, string]>([
    ['parentheses', `{{ ${'('.repeat(many)}1${')'.repeat(many)} }}`],
    ['lists', `{{ ${'['.repeat(many)}${']'.repeat(many)} }}`],
    ['dictionaries', `{{ ${"{'a':".repeat(many)}1${'}'.repeat(many)} }}`],
    ['not', `{{ ${'not '.repeat(many)}1 }}`],
    ['minus', `{{ ${'-'.repeat(many)}1 }}`],
    ['sums', `{{ ${'1 + '.repeat(many)}1 }}`],
    ['powers', `{{ ${'1 ** '.repeat(many)}1 }}`],
    ['comparisons', `{{ ${'1 < '.repeat(many)}2 }}`],
    ['inline ifs', `{{ ${'1 if 1 else '.repeat(many)}1 }}`],
    ['filters', `{{ 1${' | string'.repeat(many)} }}`],
    ['members', `{{ x${'.a'.repeat(many)} }}`],
    ['calls', `{{ x${'()'.repeat(many)} }}`],
    ['ifs', '{% if 1 %}'.repeat(many) + '{% endif %}'.repeat(many)],
    ['elifs', `{% if 0 %}${'{% elif 0 %}'.repeat(many)}{% endif %}`],
    ['loops', '{% for x in [1] %}'.repeat(many) + '{% endfor %}'.repeat(many)],
    ['macros', '{% macro m() %}'.repeat(many) + '{% endmacro %}'.repeat(many)],
    ['filter blocks', '{% filter upper %}'.repeat(many) + '{% endfilter %}'.repeat(many)],
    ['open tags', '{{ '.repeat(many)],
    ['arguments', `{{ dict(${Array.from({ length: many }, (_, at) => `a${at}=1`).join()}) }}`],
    ['four megabytes of lines', 'interface {{ 1 }}\n'.repeat(220_000)],
  ])('%s', (_what, template) => {
    const end = soon(() => renderJinja(template))
    if ('fault' in end) expect(end.fault.code).toMatch(/^template-/)
    if ('fault' in end) expect(end.fault.message).not.toContain('a bug')
  })
})

describe('templates that use each other end with a fault when one', () => {
  test.each<[string, Record<string, string>]>([
    ['includes itself', { 'main.j2': "{% include 'main.j2' %}" }],
    ['extends itself', { 'main.j2': "{% extends 'main.j2' %}" }],
    ['imports itself', { 'main.j2': "{% import 'main.j2' as m %}" }],
    [
      'is in a ring',
      { 'main.j2': "{% extends 'b.j2' %}", 'b.j2': "{% from 'main.j2' import x %}" },
    ],
    [
      'includes itself in a block',
      { 'main.j2': "{% block a %}{% include 'main.j2' %}{% endblock %}" },
    ],
    ['prints its block in the block', { 'main.j2': '{% block a %}{{ self.a() }}{% endblock %}' }],
  ])('%s', (_what, templates) => {
    expect(soon(() => faultIn(templates)).code).toBe('template-bounds')
  })
})

describe('a search that does not come to an end', () => {
  const renderer = new Ours()
  afterAll(() => renderer[Symbol.asyncDispose]())

  test.each([
    "{{ ('a' * 5000) | regex_search('(a+)+$b') }}",
    "{{ ('a' * 40 ~ 'b') is match('(a|a)*c') }}",
    "{{ ['a' * 40] | select('search', '(a|a)*c') | list }}",
  ])(
    'is ended: %s',
    async (template) => {
      const answer = await renderer.render({
        templates: new Map([['main.j2', template]]),
        template: 'main.j2',
        variables: new Map(),
        trimBlocks: false,
        lstripBlocks: false,
      })
      expect(answer).toEqual({ error: expect.stringContaining('does not come to an end') })
    },
    20_000,
  )
})
