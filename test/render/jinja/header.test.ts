import { describe, expect, test } from 'vitest'
import { workerBudget } from '../../../src/render/bounds.ts'
import { compileTemplate } from '../../../src/render/dialects.ts'
import { PyDict } from '../../../src/render/python/values.ts'
import { runRender } from '../../../src/render/run-render.ts'
import { TemplateFault } from '../../../src/render/template-fault.ts'

const rules = { trimBlocks: true, lstripBlocks: false }
const variables = { variables: new PyDict(), facts: {}, serverUrl: 'http://ztpush.example' }

/** Renders the first template; the others are there for it to use. */
function rendered(...texts: string[]) {
  const [main, ...others] = texts.map((text, at) => {
    const name = `${at}.j2`
    return compileTemplate({ name, file: name, text }, rules)
  })
  if (main === undefined) throw new Error('no template')
  return runRender(
    main,
    { dialect: 'jinja', variables },
    {
      find: (name) => others[Number.parseInt(name, 10) - 1],
      hashes: new Map(),
      budget: workerBudget,
      now: () => performance.now(),
    },
  )
}

function refused(...texts: string[]): unknown {
  try {
    const end = rendered(...texts)
    return end.kind === 'fault' ? { ...end.fault, kind: end.fault.code } : end
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error
    return { kind: `template-${error.kind}`, message: error.message, ...error.site }
  }
}

describe('the line "#jinja2:" at the top of a template, as in Ansible', () => {
  test.each([
    ['#jinja2: lstrip_blocks: True\na\n  {% if true %}\nb{% endif %}', 'a\nb'],
    ['#jinja2:trim_blocks:False, lstrip_blocks: True\n  {% if true %}\nb{% endif %}', '\nb'],
    ['#jinja2: trim_blocks: True\n  {% if true %}\nb{% endif %}', '  b'],
    ['\n#jinja2: trim_blocks: False\nb', '\n#jinja2: trim_blocks: False\nb'],
  ])('%j gives %j', (template, text) => {
    expect(rendered(template)).toMatchObject({ kind: 'text', text })
  })

  test('keeps the places of faults', () => {
    expect(rendered('#jinja2: trim_blocks: False\n{{ mtu }}')).toMatchObject({
      fault: { line: 2, column: 4 },
    })
  })

  test.each([
    ["variable_start_string:'[['", 10],
    ['trim_blocks: False, newline_sequence: "\\n"', 30],
    ['lstrip_blocks: "False"', 10],
    ['trim_blocks', 10],
    ['constructor: True', 10],
  ])('is refused by name with anything else: %s', (settings, column) => {
    expect(refused(`#jinja2: ${settings}\nx`)).toMatchObject({
      kind: 'template-dialect',
      message: expect.stringContaining(settings.split(', ').at(-1) ?? ''),
      line: 1,
      column,
    })
  })

  test('is refused where it would hold for other templates too, and is none where they are so anyhow', () => {
    const using = '{% if false %}{% include "1.j2" %}{% endif %}x'
    expect(refused(`#jinja2: lstrip_blocks: True\n${using}`)).toMatchObject({
      kind: 'template-dialect',
      message: expect.stringContaining('would hold for the templates used too'),
    })
    expect(rendered(`#jinja2: trim_blocks: True\n${using}`)).toMatchObject({
      kind: 'text',
      text: 'x',
    })
  })

  test('is refused in a template that another one uses: Ansible prints it there', () => {
    expect(refused('{% include "1.j2" %}', '#jinja2: trim_blocks: True\nx')).toMatchObject({
      kind: 'template-dialect',
      message: expect.stringContaining('that another one uses'),
      line: 1,
    })
  })

  test('alone is no template', () => {
    expect(refused('#jinja2: trim_blocks: True\n')).toMatchObject({ kind: 'template-syntax' })
  })
})
