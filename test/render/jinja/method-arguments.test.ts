import { expect, test } from 'vitest'
import { faultIn, textOf } from './render.ts'

test.each([
  ["{{ 'x'.center(width=3) }}", 'takes no arguments by name'],
  ["{{ 'aa'.replace('a', 'b', count=1) }}", 'takes no arguments by name'],
  ["{{ {}.get('a', default=1) }}", 'takes no arguments by name'],
  ['{{ [1].pop(index=0) }}', 'takes no arguments by name'],
  ['{{ (5).bit_length(1) }}', 'takes no arguments'],
  ["{{ 'a'.splitlines(none) }}", 'needs an integer'],
  ["{{ [1].sort(reverse='yes') }}", 'needs an integer'],
  ["{{ '%5%' % () }}", 'has no meaning'],
])('%s is refused, as in Python', (template, message) => {
  expect(faultIn(template).message).toContain(message)
})

test.each([
  ["{{ 'a b c'.split(sep=' ', maxsplit=1) }}", "['a', 'b c']"],
  ["{{ 'a\\nb'.splitlines(keepends=true) }}", "['a\\n', 'b']"],
  ['{% set l = [1, 2] %}{% do l.sort(reverse=1) %}{{ l }}', '[2, 1]'],
  ["{{ '%d%%' % 5 }}", '5%'],
])('%s is taken, as in Python', (template, text) => {
  expect(textOf(template)).toBe(text)
})
