import { afterAll, describe, expect, test } from 'vitest'
import { makeFolder, runCommand } from '../running-server.ts'

const folder = makeFolder({
  'swinfo.json': {
    '52:54:00:00:11:11': { hostname: 'leaf1', template: 'lookup.j2' },
    '52:54:00:00:22:22': { hostname: 'leaf2', template: 'whole.j2' },
    '52:54:00:00:33:33': { hostname: 'leaf3', template: 'undefined.jinja' },
  },
  'templates/whole.j2': 'hostname {{ hostname }}\n',
  'templates/filters.j2':
    'hostname {{ hostname | frob }}\n{% if hostname is nosuch %}{% endif %}\n',
  'templates/tag.jinja2': 'a\n\n  {% trans %}b{% endtrans %}\n',
  'templates/open.j2': '{% for v in vlans %}\nvlan {{ v }}\n',
  'templates/folder/escape.j2': '{{ "\\N{BULLET}" }}\n',
  'templates/lookup.j2': 'hostname {{ hostname }}\nkey {{ lookup("env", "KEY") }}\n',
  'templates/undefined.jinja': 'hostname {{ hostname }}\nmtu {{ mtu }}\n',
})
afterAll(() => folder.remove())

describe('ztpush validate tells every refusal of the .j2 templates at once', () => {
  test('one line a template at least, with file, line and column', async () => {
    const { code, stdout } = await runCommand(folder.path, ['validate'])
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      '3 switches: 6 errors, 0 warnings',
      'error: templates/filters.j2:1:24 (hostname | frob): there is no filter "frob"; there is no test "nosuch" (line 2)  [template-dialect]',
      'error: templates/folder/escape.j2:1:5: characters by name (\\N{…}) are not for templates here  [template-syntax]',
      'error: templates/lookup.j2:2:8 (lookup()): not for templates here: lookup() [leaf1]  [template-dialect]',
      'error: templates/open.j2:2:13: the template ends before "endfor" or "else"  [template-syntax]',
      'error: templates/tag.jinja2:3:6: the tag "trans" is not for templates here  [template-syntax]',
      'error: templates/undefined.jinja:2:8 (mtu): "mtu" is undefined [leaf3]. Fix: state it in the inventory, or write "| default(…)"  [template-undefined]',
    ])
    expect(code).toBe(1)
  })

  test('as JSON too, with the code of each', async () => {
    const { stdout } = await runCommand(folder.path, ['validate', '--format', 'json'])
    const told = stdout.match(/templates\/[\w./]+\.(?:j2|jinja2?)/g)
    expect(new Set(told)).toEqual(
      new Set([
        'templates/filters.j2',
        'templates/folder/escape.j2',
        'templates/lookup.j2',
        'templates/open.j2',
        'templates/tag.jinja2',
        'templates/undefined.jinja',
      ]),
    )
  })
})
