import { expect, test } from 'vitest'
import { servingBudget } from '../../../src/render/bounds.ts'
import { compileTemplate } from '../../../src/render/dialects.ts'
import { runRender } from '../../../src/render/run-render.ts'
import { TemplateFault } from '../../../src/render/template-fault.ts'

function faultOf(text: string): TemplateFault {
  const source = { name: 'config.j2', file: 'templates/config.j2', text }
  try {
    compileTemplate(source, { trimBlocks: false, lstripBlocks: false })
  } catch (error) {
    if (error instanceof TemplateFault) return error
    throw error
  }
  throw new Error('the template was taken')
}

test('all filters and tests that nobody has are told at once, with their lines', () => {
  const { message, site, kind } = faultOf('{{ a | frob }}\n\n{{ b is nosuch }}\n{{ c | other }}\n')
  expect(message).toBe(
    'there is no filter "frob"; there is no test "nosuch" (line 3); there is no filter "other" (line 4)',
  )
  expect(kind).toBe('dialect')
  expect(site).toMatchObject({ line: 1 })
})

test('a filter that nobody has is refused within a condition only when it is come to', () => {
  const source = {
    name: 'a.j2',
    file: 'a.j2',
    text: '{% if x is defined %}{{ x | frob }}{% endif %}ok',
  }
  expect(() => compileTemplate(source, { trimBlocks: false, lstripBlocks: false })).not.toThrow()
})

test.each([
  ['{% trans %}x{% endtrans %}', 'the tag "trans" is not for templates here'],
  [
    '{% autoescape true %}x{% endautoescape %}',
    '"autoescape" is for HTML: only "autoescape false" is for a configuration',
  ],
  ['{{ "\\N{BULLET}" }}', 'characters by name (\\N{…}) are not for templates here'],
  ['{% endfor %}', '"endfor" without an open "for"'],
  ['{% for x in y %}', 'the template ends before "endfor" or "else"'],
  ['{{ x', 'a tag without its "}}"'],
  ['{% set 5 = 1 %}', 'expected a name to assign to'],
  ['{{ a ! b }}', 'unexpected character "!"'],
  ['{{ (a }}', 'unexpected "}", expected ")"'],
])('%s is refused when it is loaded', (text, message) => {
  expect(faultOf(text).message).toBe(message)
})

test('the place of a fault is its line and column', () => {
  expect(faultOf('one\ntwo\n  {{ a b }}\n').site).toEqual({
    template: 'config.j2',
    line: 3,
    column: 8,
  })
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'nothing of JavaScript can be reached by the name %s',
  (name) => {
    const shown = (text: string) => {
      const source = { name: 'a.j2', file: 'a.j2', text }
      const template = compileTemplate(source, { trimBlocks: false, lstripBlocks: false })
      const variables = new Map([['d', new Map()]])
      return runRender(
        template,
        { dialect: 'jinja', variables: { variables, facts: {}, serverUrl: '' } },
        { find: () => undefined, hashes: new Map(), budget: servingBudget, now: () => 0 },
      )
    }
    const values = [
      'd',
      '{}',
      '[]',
      '()',
      "'x'",
      '5',
      '1.5',
      'true',
      'none',
      'range(3)',
      'namespace()',
      'dict',
      name,
    ]
    for (const value of values) {
      const members = value === name ? [value] : [`${value}.${name}`, `(${value})['${name}']`]
      for (const member of members) {
        expect(shown(`{{ ${member} is defined }}`), member).toMatchObject({
          kind: 'text',
          text: 'False',
        })
      }
    }
    expect(shown(`{{ 'x' | comment('${name}') }}`)).toMatchObject({
      fault: { code: 'template-failed' },
    })
    expect(shown(`{{ '1' is version('1', '${name}') }}`)).toMatchObject({
      fault: { code: 'template-failed' },
    })
    expect(() => shown(`{% ${name} %}`)).toThrow(`there is no tag "${name}"`)
    expect(() => shown(`{{ 1 | ${name} }}`)).toThrow(`there is no filter "${name}"`)
    expect(() => shown(`{{ 1 is ${name} }}`)).toThrow(`there is no test "${name}"`)
  },
)
