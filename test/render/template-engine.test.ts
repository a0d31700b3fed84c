import { describe, expect, test } from 'vitest'
import { type Budget, Meter, workerBudget } from '../../src/render/bounds.ts'
import { compile, render } from '../../src/render/nunjucks/engine.ts'
import { nunjucksVocabulary as vocabulary } from '../../src/render/run-render.ts'
import { TemplateFault } from '../../src/render/template-fault.ts'

const plain = { trimBlocks: false, lstripBlocks: false }

/** Renders `main.njk` of a set; a single text is that template. */
function text(
  templates: string | Readonly<Record<string, string>>,
  variables: Readonly<Record<string, unknown>> = {},
  budget: Budget = workerBudget,
  rules = plain,
): string {
  const set = typeof templates === 'string' ? { 'main.njk': templates } : templates
  const compiled = new Map(
    Object.entries(set).map(([name, source]) => [name, compile(name, source, rules, vocabulary)]),
  )
  const main = compiled.get('main.njk')
  if (main === undefined) throw new Error('no main.njk')
  return render(
    (name) => compiled.get(name),
    main,
    { variables, reserved: {} },
    new Meter(budget, () => performance.now()),
  )
}

function fault(...args: Parameters<typeof text>): TemplateFault {
  try {
    text(...args)
  } catch (error) {
    if (error instanceof TemplateFault) return error
    throw error
  }
  throw new Error('it renders')
}

describe('what Nunjucks documents works', () => {
  test.each<[string, string | Record<string, string>, Record<string, unknown>, string]>([
    ['variables and members', '{{ a.b[0] }}{{ a["c"] }}', { a: { b: [1], c: 'x' } }, '1x'],
    [
      'loops over lists',
      '{% for v in l %}{{ loop.index }}/{{ loop.length }}:{{ v }} {% endfor %}',
      { l: ['a', 'b'] },
      '1/2:a 2/2:b ',
    ],
    [
      'loops over dictionaries',
      '{% for k, v in d %}{{ k }}={{ v }};{% endfor %}',
      { d: { x: 1, y: 2 } },
      'x=1;y=2;',
    ],
    [
      'loops that take lists apart',
      '{% for a, b in l %}{{ a }}-{{ b }} {% endfor %}',
      {
        l: [
          [1, 2],
          [3, 4],
        ],
      },
      '1-2 3-4 ',
    ],
    ['else of an empty loop', '{% for v in l %}x{% else %}none{% endfor %}', { l: [] }, 'none'],
    [
      'conditions',
      '{% if a == 1 and not b %}1{% elif c %}2{% else %}3{% endif %}',
      { a: 1, b: false, c: 1 },
      '1',
    ],
    ['the inline if', '{{ "up" if up else "down" }}', { up: false }, 'down'],
    ['set and capture', '{% set a = 1 %}{% set b %}<{{ a }}>{% endset %}{{ b }}', {}, '<1>'],
    [
      'switch',
      '{% switch m %}{% case "a" %}1{% case "b" %}2{% default %}3{% endswitch %}',
      { m: 'b' },
      '2',
    ],
    [
      'macros with defaults, names and callers',
      '{% macro m(a, b=2) %}[{{ a }}{{ b }}{{ caller() if caller is defined else "" }}]{% endmacro %}{{ m(1) }}{{ m(b=3, a=4) }}{% call m(5) %}x{% endcall %}',
      {},
      '[12][43][52x]',
    ],
    [
      'inheritance',
      {
        'main.njk': '{% extends "base.njk" %}{% block b %}child {{ super() }}{% endblock %}',
        'base.njk': '<{% block b %}base {{ v }}{% endblock %}>',
      },
      { v: 1 },
      '<child base 1>',
    ],
    [
      'includes see variables and keep their own',
      {
        'main.njk': '{% set q = 1 %}{% include "part.njk" %}{{ q }}',
        'part.njk': '{{ q }}{{ v }}{% set q = 2 %}{{ q }}',
      },
      { v: 'v' },
      '1v21',
    ],
    [
      'includes inside of loops see the loop variable',
      {
        'main.njk': '{% for a, b in l %}{% include "part.njk" %}{% endfor %}',
        'part.njk': '{{ a }}{{ b }};',
      },
      { l: [[1, 2]] },
      '12;',
    ],
    [
      'names relative to the including template',
      {
        'main.njk': '{% include "sub/a.njk" %}',
        'sub/a.njk': '{% include "./b.njk" %}{% include "../c.njk" %}',
        'sub/b.njk': 'b',
        'c.njk': 'c',
      },
      {},
      'bc',
    ],
    ['ignore missing', '{% include "nowhere.njk" ignore missing %}ok', {}, 'ok'],
    [
      'imports',
      {
        'main.njk':
          '{% import "lib.njk" as lib %}{% from "lib.njk" import m as n, y %}{{ lib.m(1) }}{{ n(2) }}{{ y }}',
        'lib.njk': '{% macro m(x) %}<{{ x }}>{% endmacro %}{% set y = 3 %}',
      },
      {},
      '<1><2>3',
    ],
    [
      'white space control and comments',
      'a  {%- if true -%}  b  {%- endif -%}  c{# no #}',
      {},
      'abc',
    ],
    ['raw', '{% raw %}{{ x }}{% endraw %}', {}, '{{ x }}'],
    ['filter blocks', '{% filter upper %}abc{% endfilter %}', {}, 'ABC'],
    [
      'range, cycler and joiner',
      '{% set j = joiner(";") %}{% for i in range(0, 6, 2) %}{{ j() }}{{ i }}{% endfor %}',
      {},
      '0;2;4',
    ],
    [
      'methods of texts and lists',
      '{{ "a,b".split(",").concat(["c"]).join("+") }}{{ "x".padStart(3, "0") }}',
      {},
      'a+b+c00x',
    ],
    [
      'arithmetic from left to right',
      '{{ 2 * 7 % 4 }} {{ 10 - 4 + 3 }} {{ 7 // 2 * 2 }} {{ 2 ** 3 }} {{ -3 + 1 }} {{ 1 ~ 2 + 3 }}',
      {},
      '2 9 6 8 -2 15',
    ],
    [
      'null prints nothing, booleans as in JavaScript',
      '[{{ n }}] {{ true }} {{ false }}',
      { n: null },
      '[] true false',
    ],
    [
      'tests',
      '{{ x is defined }} {{ y is undefined }} {{ 4 is even }} {{ 6 is divisibleby(3) }} {{ n is none }}',
      { x: 1, n: null },
      'true true true true true',
    ],
    [
      'a list that the template makes and fills',
      '{% set l = [] %}{% for i in [1, 2] %}{% set _ = l.push(i * 2) %}{% endfor %}{{ l | join(" ") }}',
      {},
      '2 4',
    ],
    [
      'groupby, sort and dictsort',
      '{% for k, v in l | groupby("g") %}{{ k }}{{ v | length }} {% endfor %}{{ l | sort(attribute="n") | join(",", "n") }} {% for k, v in {b: 1, a: 2} | dictsort %}{{ k }}{% endfor %}',
      {
        l: [
          { g: 'x', n: 2 },
          { g: 'y', n: 1 },
          { g: 'x', n: 3 },
        ],
      },
      'x2 y1 1,2,3 ab',
    ],
  ])('%s', (_what, templates, variables, expected) => {
    expect(text(templates, variables)).toBe(expected)
  })

  test('trim_blocks and lstrip_blocks take the line of a block away', () => {
    const rules = { trimBlocks: true, lstripBlocks: true }
    expect(text('a\n  {% if true %}\nb\n  {% endif %}\nc\n', {}, workerBudget, rules)).toBe(
      'a\nb\nc\n',
    )
  })
})

describe('undefined is an error wherever it would matter', () => {
  test.each([
    ['printed', '\n  {{ vlan_nme }}', 'vlan_nme', 2, 6],
    ['printed as a member', '{{ a.b.c }}', 'a.b.c', 1, 4],
    ['in a filter', '{{ x | upper }}', 'x', 1, 4],
    ['in a condition', '{% if x %}1{% endif %}', 'x', 1, 7],
    ['in the middle of a condition', '{% if a and x %}1{% endif %}', 'x', 1, 13],
    ['behind a not', '{% if not x %}1{% endif %}', 'x', 1, 11],
    ['in an elif', '{% if false %}{% elif x %}{% endif %}', 'x', 1, 23],
    ['in an inline if', '{{ 1 if x else 2 }}', 'x', 1, 9],
    ['as a list to loop over', '{% for i in x %}{% endfor %}', 'x', 1, 13],
    ['compared', '{% if x == 1 %}{% endif %}', 'x', 1, 7],
    ['in "in"', '{% if 1 in x %}{% endif %}', 'x', 1, 12],
    ['calculated with', '{{ 1 + x }}', 'x', 1, 8],
    ['joined with ~', '{{ "a" ~ x }}', 'x', 1, 10],
    ['as an argument of a filter', '{{ [1] | join(x) }}', 'an argument of join', 1, 4],
    ['in a test', '{{ x is even }}', 'x', 1, 4],
    ['set and used', '{% set y = x %}{{ y }}', 'y', 1, 19],
    [
      'given to a macro that prints it',
      '{% macro m(p) %}{{ p }}{% endmacro %}{{ m(x) }}',
      'p',
      1,
      20,
    ],
    [
      'a macro argument that is not given',
      '{% macro m(p) %}{{ p }}{% endmacro %}{{ m() }}',
      'p',
      1,
      20,
    ],
    ['an item beyond the end of a list', '{{ l[5] }}', 'l[5]', 1, 4],
    ['as an item of a list', '{{ [x] | join(",") }}', 'x', 1, 5],
    ['as a value of a dictionary', '{{ {a: x} | dump }}', 'x', 1, 8],
    ['as a value merged into another', '{{ {a: x} | combine({b: 1}) | dump }}', 'x', 1, 8],
    ['given to a global function', '{{ range(x) }}', 'an argument of range()', 1, 4],
    ['counted from the end of a list', '{{ l[-1] }}', 'l[-1]', 1, 4],
    ['what switch is asked', '{% switch x %}{% case 1 %}{% endswitch %}', 'x', 1, 11],
  ])('%s', (_what, template, name, line, column) => {
    const found = fault(template, { a: {}, l: [1] })
    expect(found.kind).toBe('undefined')
    expect(found.message).toContain(`"${name}" is undefined`)
    expect(found.site).toMatchObject({ template: 'main.njk', line, column })
  })

  test('default, "is defined" and members of undefined are the ways around it', () => {
    expect(
      text(
        '{{ a.b.c | default("x") }}{{ a.b is defined }}{{ d | d(1) }}{{ "y" if q is defined else "n" }}',
      ),
    ).toBe('xfalse1n')
  })

  test('a name that is set to undefined does not fall back to a variable of that name', () => {
    expect(
      fault('{% for i in [1] %}{% set hostname = nope %}{{ hostname }}{% endfor %}', {
        hostname: 'h',
      }).kind,
    ).toBe('undefined')
  })
})

describe('what Nunjucks reads otherwise than Jinja2 is refused when the template is loaded', () => {
  test.each([
    ['{% for x in l if x %}{% endfor %}', 'inside of the loop'],
    ['{% if 1 < x < 3 %}{% endif %}', 'a < b and b < c'],
    ['{% if not a == b %}{% endif %}', 'a != b'],
    ["{{ '-' * 10 }}", 'loop'],
    ["{{ 3 * 'ab' }}", 'loop'],
    ["{{ '\\x41' }}", '\\\\x'],
    ["{{ x | regex_replace('\\d', '') }}", '\\\\d'],
    ['{{ 0x1f }}', 'decimal'],
    ['{{ 1_000 }}', 'decimal'],
    ['{{ 007 }}', 'zero'],
    ['{{ 12345678901234567890 }}', 'quotes'],
    ['{{ -1 | abs }}', '(-x) | abs'],
    ['{% for x in l %}{{ loop.previtem | default(1) }}{% endfor %}', 'set'],
    ['{{ True }}', 'true'],
    ['{{ x == None }}', 'none'],
    ['{% raw -%}x{% endraw %}', 'leave the - out'],
  ])('%s', (template, fix) => {
    const found = fault(`line one\n${template}`, { x: 1, a: 1, b: 1, l: [] })
    expect(found.kind).toBe('misread')
    expect(found.site.line).toBe(2)
    expect(found.fix).toContain(fix)
    // which Jinja2 refuses as well
    if (fix !== 'zero') expect(found.fix).toContain('or rename the template to .j2')
  })

  test.each([
    ['{{ x | nope }}', 'no filter "nope"'],
    ['{{ x is nope }}', 'no test "nope"'],
    ['{{ l | selectattr("a", "equalto", 1) }}', 'takes 1 arguments, found 3'],
    ['{{ "a" | indent(width=3, blank=true) }}', 'no argument "blank"'],
    ['{{ x | random }}', 'no filter "random"'],
    ['{% if x %}', 'endif'],
    ['{{ x', 'variable end'],
    ['{% foo %}', 'unknown block tag: foo'],
    ['a #} b', 'end of comment'],
    ['{% do x %}', 'unknown block tag'],
    ['{% set a, b = 1, 2 %}', 'block end'],
    ['{{ (1, 2) }}', 'tuples'],
    ['{% asyncEach x in l %}{% endeach %}', 'asynchronous'],
  ])('and so is what it does not have: %s', (template, message) => {
    expect(fault(template)).toMatchObject({
      kind: 'syntax',
      message: expect.stringContaining(message),
    })
  })

  test.each([
    ['a dictionary printed', '{{ d }}', 'to_json'],
    ['a macro printed', '{% macro m() %}{% endmacro %}{{ m }}', 'call it'],
    ['a division by zero', '{{ 1 / 0 }}', undefined],
    ['a text multiplied', '{{ x * 2 }}', '| int'],
    ['a remainder with a sign', '{{ n % 3 }}', 'positive'],
    ['a text compared with a number', '{{ x < 3 }}', '| int'],
    ['a loop with one name over a dictionary', '{% for k in d %}{{ k }}{% endfor %}', 'key, value'],
    ['several names set from a list', '{% set a, b = l %}', 'one name after the other'],
    ['one argument too many for a macro', '{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}', undefined],
    ['a text split as in Python', '{{ x.split() }}', '.split(" ")'],
    ['an item popped as in Python', '{% set _ = l.pop(0) %}', '.shift()'],
    ['a text replaced as in Python', '{{ "aba".replace("a", "b") }}', '.replaceAll'],
    [
      'lists of three taken apart for two names',
      '{% for a, b in [[1, 2, 3]] %}{% endfor %}',
      undefined,
    ],
    ['an attribute that an item lacks', '{{ [{a: 1}] | selectattr("b") | length }}', undefined],
    ['a number too large to be exact', '{{ 123456789 * 1000000007 }}', 'smaller'],
    ['a list urlencoded', '{{ [[l]] | urlencode }}', undefined],
    ['lists sorted', '{{ [[2], [1]] | sort }}', undefined],
    ['a Python method', '{% for k, v in d.items() %}{% endfor %}', 'key, value in d'],
  ])('what only shows when it runs is an error then: %s', (_what, template, fix) => {
    const found = fault(template, { d: { a: 1 }, x: '5', n: -7, l: [1, 2] })
    expect(['failed', 'misread', 'undefined']).toContain(found.kind)
    if (fix !== undefined) expect(found.fix).toContain(fix)
  })
})

describe('a template stays inside of its data', () => {
  test.each([
    '{{ "".constructor.constructor("return process")() }}',
    '{{ [].constructor }}',
    '{{ (5).constructor }}',
    '{{ d.constructor }}',
    '{{ d.__proto__ }}',
    '{{ d["__pro" + "to__"].polluted }}',
    '{{ range.constructor("return process")() }}',
    '{{ range.call }}',
    '{{ m.constructor("return process")() }}{% macro m() %}{% endmacro %}',
    '{{ constructor }}',
    '{{ __proto__ }}',
    '{{ process }}',
    '{{ require("fs") }}',
    '{{ global }}{{ globalThis }}',
    '{{ env }}',
    '{{ context }}',
    '{{ runtime }}',
    '{{ self }}',
    '{{ loop.constructor }}',
    '{% for x in [1] %}{{ loop.__proto__ }}{% endfor %}',
    '{{ "a".replace("a", range) }}',
    '{{ [1].map(range) }}',
    '{{ [3, 1].sort(range) }}',
    '{{ d | groupby("constructor") }}',
    '{{ caller }}',
    '{{ cycler("a").next.constructor("return process")() }}',
  ])('%s', (template) => {
    expect(() => text(template, { d: { a: 1 } })).toThrow()
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('names of prototypes are ordinary names when the data has them', () => {
    const data = JSON.parse(
      '{"constructor": "c", "__proto__": "p", "toString": "t", "hasOwnProperty": "h"}',
    ) as object
    expect(
      text('{{ d.constructor }}{{ d["__proto__"] }}{{ d.toString }}{{ d.hasOwnProperty }}', {
        d: data,
      }),
    ).toBe('cpth')
    expect(text('{{ constructor }}{{ toString }}', data as Record<string, unknown>)).toBe('ct')
    expect(text('{% for k, v in d %}{{ k }} {% endfor %}', { d: data })).toBe(
      'constructor __proto__ toString hasOwnProperty ',
    )
    expect(
      text(
        '{{ constructor is defined }} {{ "constructor" in {} }} {{ {"__proto__": 3}["__proto__"] }}',
      ),
    ).toBe('false false 3')
  })

  test('no text of a template becomes code', () => {
    const evil = '\\" + process.exit(3) + \\"'
    expect(() => text(`{{ x["${evil}"]() }}`, { x: {} })).toThrow(TemplateFault)
    expect(() => text('{{ x["\\\\\\" + process.exit(3) + \\""]() }}', { x: {} })).toThrow(
      TemplateFault,
    )
    expect(text('"; process.exit(3); "\u2028\\')).toBe('"; process.exit(3); "\u2028\\')
    expect(() => text('{% block a");process.exit(3);(" %}{% endblock %}')).toThrow(TemplateFault)
  })
})

describe('a render is bounded', () => {
  test.each([
    ['a range of a billion', '{% for i in range(1000000000) %}{% endfor %}'],
    [
      'loops in loops',
      '{% for i in range(10000) %}{% for j in range(10000) %}{% for k in range(10000) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    [
      'a text that doubles',
      '{% set x = "aaaaaaaa" %}{% for i in range(60) %}{% set x = x ~ x %}{% endfor %}',
    ],
    ['a text that is repeated', '{{ "x".repeat(1000000000) }}'],
    ['a text that is padded', '{{ "x".padEnd(2000000000) }}'],
    [
      'a list that holds itself again and again',
      '{% set x = [1] %}{% for i in range(60) %}{% set x = [x, x] %}{% endfor %}{{ x }}',
    ],
    [
      'the same as JSON',
      '{% set x = [1] %}{% for i in range(60) %}{% set x = [x, x] %}{% endfor %}{{ x | dump }}',
    ],
    [
      'the same through a shared filter',
      '{% set x = [1] %}{% for i in range(60) %}{% set x = [x, x] %}{% endfor %}{{ x | to_json }}',
    ],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    [
      'a replacement that explodes',
      '{% set x = "a".repeat(5000) %}{{ x.replaceAll("a", x).replaceAll("a", x) }}',
    ],
    ['a static text in a long loop', `{% for i in range(1000000) %}${'x'.repeat(500)}{% endfor %}`],
  ])('%s', (_what, template) => {
    const began = performance.now()
    expect(() => text(template)).toThrow()
    expect(performance.now() - began).toBeLessThan(15_000)
  })

  test.each([
    ['includes itself', { 'main.njk': '{% include "main.njk" %}' }],
    ['extends itself', { 'main.njk': '{% extends "main.njk" %}' }],
    ['imports itself', { 'main.njk': '{% import "main.njk" as m %}' }],
    ['is in a ring', { 'main.njk': '{% extends "b.njk" %}', 'b.njk': '{% extends "main.njk" %}' }],
  ])('a template that %s', (_what, templates) => {
    expect(() => text(templates)).toThrow(/deep/)
  })

  test('a name that leaves the folder is refused', () => {
    for (const name of ['../x', '/etc/passwd', 'a/../../x', 'a\\\\b', 'c:x']) {
      expect(fault(`{% include "${name}" %}`), name).toMatchObject({ kind: 'missing' })
    }
  })
})
