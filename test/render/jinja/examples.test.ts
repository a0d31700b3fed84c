import { afterAll, describe, expect, test } from 'vitest'
import { type Exact, ExactNumber } from '../../../src/core/exact-value.ts'
import type { TemplateCase } from './generate.ts'
import { Ours } from './ours.ts'

const renderer = new Ours()
afterAll(() => renderer[Symbol.asyncDispose]())

/** `main.j2` of some templates; a single text is that template. */
function example(
  templates: string | Readonly<Record<string, string>>,
  variables: Readonly<Record<string, Exact>> = {},
): TemplateCase {
  const set = typeof templates === 'string' ? { 'main.j2': templates } : templates
  return {
    templates: new Map(Object.entries(set)),
    template: 'main.j2',
    variables: new Map(Object.entries(variables)),
    trimBlocks: false,
    lstripBlocks: false,
  }
}

const number = (json: string) => new ExactNumber(json)

describe('a template renders as in Jinja2 3.1.2 when', () => {
  test.each<[string, string | Record<string, string>, Record<string, Exact>, string]>([
    [
      'a scoped block reads the loop around it',
      '{% for i in [7] %}{% block b scoped %}{{ loop.index }}{{ i }}{% endblock %}{% endfor %}',
      {},
      '17',
    ],
    ['a name is read, and set after that', '{{ w }}{% set w = 1 %}{{ w }}', { w: 'E' }, 'E1'],
    [
      'only one branch sets a name',
      '{% if false %}{% set w = 1 %}{% else %}{{ w }}{% endif %}{{ w }}',
      { w: 'E' },
      'EE',
    ],
    ['a power has a negative exponent', '{{ 100 ** -2 }} {{ 2 ** -3 }}', {}, '0.0001 0.125'],
    [
      'a float gets one digit',
      "{{ '%.1G' % 1.0 }} {{ '%.0e' % 6 }} {{ '%.1e' % 9.6 }} {{ '%.1g' % 100.0 }}",
      {},
      '1 6e+00 9.6e+00 1e+02',
    ],
    ['zero is rounded', "{{ -0.5|round(-1) }} {{ -0.3|round(0, 'ceil') }}", {}, '-0.0 0.0'],
    [
      'a large integer is rounded downwards',
      "{{ n|round(2, 'floor') }}",
      { n: number('27021597764223021') },
      '2.702159776422302e+16',
    ],
    [
      'two texts of a float are equally near',
      '{{ 9007199254740993 / 7.5 }}',
      {},
      '1200959900632132.2',
    ],
    [
      'a loop with a test takes lists apart',
      '{% for a, b in l if a %}{{ loop.nextitem|default }}{% endfor %}',
      {
        l: [
          ['p', 'q'],
          ['r', 's'],
        ],
      },
      "('r', 's')",
    ],
    [
      'a float without a type gets one digit',
      "{{ '{:.1} {:.2} {:.1}'.format(2.5, 2.5, 0.5) }}",
      {},
      '2e+00 2.5 0.5',
    ],
    [
      'a filter gives a view or a range',
      '{{ [u|default({}.keys()), [range(2)]|first] }}',
      {},
      '[[], [0, 1]]',
    ],
    [
      'a library stands in a list',
      { 'main.j2': "{% import 'l.j2' as l %}{{ l }}{{ [l] }}", 'l.j2': 'x' },
      {},
      "x[<TemplateModule 'l.j2'>]",
    ],
    [
      'the "else" of a loop ends the loop around it',
      '{% for a in [1, 2] %}{{ a }}{% for b in [] %}{% else %}{% break %}{% endfor %}x{% endfor %}',
      {},
      '1',
    ],
    [
      'a template that extends another has a block within a "with"',
      {
        'main.j2': "{% extends 'b.j2' %}x{% with %}y{% block k %}in{% endblock %}{% endwith %}",
        'b.j2': 'base',
      },
      {},
      'inbase',
    ],
    ['a character is formatted', "[{{ '{:5c}|{:<3c}'.format(65, 66) }}]", {}, '[    A|B  ]'],
    [
      'letters are not plain',
      "{{ 'ǆABC'|capitalize }} {{ 'ﬁ'.casefold() }} {{ 'ªb'.isupper() }} {{ 'Ⅷ'.swapcase() }}",
      {},
      'ǅabc fi False ⅷ',
    ],
    ['digits are not those of ASCII', "{{ '٣'|int }} {{ '１.５'|float }}", {}, '3 1.5'],
    ['words have combining marks', "{{ 'e\u0301x y'|wordcount }}", {}, '3'],
    [
      'text is marked as safe and made into other text',
      "{{ [s|e]|map('trim')|list }} {{ [(s|e)[0], (s|e)[1:]] }} {{ [s|e]|map('title')|list }}",
      { s: 'ab ' },
      "[Markup('ab')] [Markup('a'), Markup('b ')] ['Ab ']",
    ],
    [
      'text is marked as safe and compared or written as an attribute',
      "{{ ['B', 'b']|map('e')|max }} {{ {'a': '<'|e}|xmlattr }}",
      {},
      'B  a="&lt;"',
    ],
    ['JSON is reversed', '{{ 42|tojson|reverse }}', {}, '24'],
    ['what is false is mapped', "{{ none|map('upper') }}{{ false|reject }}", {}, '[][]'],
    ['nothing is encoded for a URL', '[{{ range(0)|urlencode }}]', {}, '[]'],
    [
      'a size is beyond what a double tells apart',
      '{{ n|filesizeformat }}',
      { n: number('-18446744073709486080') },
      '-18446744073709486080 Bytes',
    ],
  ])('%s', async (_, templates, variables, text) => {
    expect(await renderer.render(example(templates, variables))).toEqual({ text: `${text}\n` })
  })
})

describe('a template is refused, as Jinja2 3.1.2 refuses it or places its text elsewhere, when', () => {
  test.each<[string, string | Record<string, string>, Record<string, Exact>]>([
    [
      'a loop reads a name before its scope sets it, though the variables have it',
      '{% for i in [1] %}{{ w }}{% endfor %}{% set w = 1 %}',
      { w: 'E' },
    ],
    [
      'a macro reads a name before its scope sets it',
      '{% macro m() %}{{ w }}{% endmacro %}{{ m() }}{% set w = 1 %}',
      { w: 'E' },
    ],
    ['a "set" reads the name that it sets', '{% set s %}{{ s }}{% endset %}', { s: 'E' }],
    [
      'the default of a parameter reads the parameter',
      '{% macro m(i=i) %}{{ i }}{% endmacro %}{{ m() }}',
      { i: 'E' },
    ],
    [
      'the filter of a "set" reads a name that is not known',
      '{% set x | default(q) %}{% endset %}',
      { q: 'E' },
    ],
    ['something undefined is compared', '{{ {} == u }}', {}],
    ['tuples of different lengths begin with something undefined', '{{ (u, 1) == (w,) }}', {}],
    ['the filter of a block gives no text', '{% filter length %}abc{% endfilter %}', {}],
    ['numbers of "n" are to be grouped', "{{ '{:,n}'.format(1) }}", {}],
    [
      'a macro includes without context',
      {
        'main.j2': "{% macro m() %}{% include 'p.j2' without context %}{% endmacro %}[{{ m() }}]",
        'p.j2': 'x',
      },
      {},
    ],
    ['an "if" without "else" that gives nothing is sliced', "[{{ ('a' if false)[:] }}]", {}],
    [
      'a filter is missing in a loop within a condition',
      '-{% if false %}{% for i in [] %}{{ i|nothing }}{% endfor %}{% endif %}',
      {},
    ],
    ['an "if" without "else" that gives nothing is a number', '{{ (1 if false)|int }}', {}],
    [
      'a word that ends a list elsewhere stands behind a comma',
      '{% for i in [1], recursive %}{{ i }}{% endfor %}',
      {},
    ],
    ['a name stands twice in one assignment', '{% set a, a = 1, 2 %}{{ a }}', {}],
    [
      'a macro names the arguments that are left over only in a block',
      '{% macro m() %}{% block b scoped %}{{ kwargs }}{% endblock %}{% endmacro %}{{ m(b=2) }}',
      {},
    ],
    ['a loop is printed', '{% for i in [1] %}{{ loop }}{% endfor %}', {}],
    ['a name of an attribute is none', "{{ {'a b': 1}|xmlattr }}", {}],
    ['dictionaries are to be unique by an argument', '{{ [{}, {}]|unique(false) }}', {}],
  ])('%s', async (_, templates, variables) => {
    expect(await renderer.render(example(templates, variables))).toHaveProperty('error')
  })
})
