/** Pools that were changed, read by PyYAML: the loader that ZTPServer has. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isFreeText } from '../../src/core/pool-holder.ts'
import { parsePool, readUnusualPool } from '../../src/core/pool-reader.ts'
import { Problem } from '../../src/core/problem.ts'
import type { ResourcePool } from '../../src/core/resource-pool.ts'
import { yaml11Text } from '../../src/core/yaml11-text.ts'

const hasPyYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0
if (!hasPyYaml && process.env['CI'] !== 'true') {
  console.log('skipped: pools read by PyYAML (python3 has no module yaml)')
}
// under CI they are to fail instead
const pyTest = test.skipIf(!hasPyYaml && process.env['CI'] !== 'true')

const reader = `
import json, sys, yaml
for line in sys.stdin:
    text = json.loads(line)
    try:
        yaml.safe_load(text)
        node = yaml.compose(text, yaml.SafeLoader)
        pairs = [[k.value, v.tag.split(':')[-1], v.value] for k, v in node.value]
        print(json.dumps({'pairs': pairs}), flush=True)
    except Exception as error:
        print(json.dumps({'error': str(error)}), flush=True)
`

let python: ChildProcess
const answers: ((line: string) => void)[] = []

beforeAll(() => {
  if (!hasPyYaml) return
  python = spawn('python3', ['-c', reader], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (python.stdout === null) throw new Error('no pipe')
  createInterface(python.stdout).on('line', (line) => answers.shift()?.(line))
})
afterAll(() => {
  if (hasPyYaml) python.stdin?.end()
})

interface Loaded {
  readonly pairs?: readonly (readonly [key: string, type: string, value: string])[]
  readonly error?: string
}

function load(text: string): Promise<Loaded> {
  return new Promise((resolve) => {
    answers.push((line) => resolve(JSON.parse(line) as Loaded))
    // Python takes lone halves of surrogate pairs from JSON
    python.stdin?.write(`${JSON.stringify(text).replaceAll('\u2028', '\\u2028')}\n`)
  })
}

const textOf = (pool: ResourcePool) => Buffer.concat(pool.chunks()).toString()

/** The entries that a pool must have, by what PyYAML says of its pairs: one a value, the last holder counts. */
function entriesOf({ pairs, error }: Loaded): [string, string | null][] {
  if (pairs === undefined) throw new Error(error)
  const entries = new Map<string, string | null>()
  for (const [key, type, value] of pairs) {
    const free = type === 'null' || value === '' || isFreeText(value)
    entries.set(key, free ? (entries.get(key) ?? null) : value)
  }
  return [...entries]
}

const pairsOf = (pool: ResourcePool) =>
  pool.entries().map(({ value, holder }) => [value, holder ?? null])

const key = fc.oneof(
  fc.constantFrom('10.0.0.1/24', '2001:db8::1/64', '010', '0x1F', 'yes', 'a b', "it's", '~', 'x#y'),
  fc.constantFrom('12:30:45', '1_000', 'é', '2024-05-01', 'null', '=', '-', '%', '5'),
  fc.integer({ min: 0, max: 30 }).map((at) => `k${at}`),
)
const holder = fc.oneof(
  fc.constantFrom('001122334455', '010', 'SER1', '5254.00aa.1111', 'leaf 1', 'yes', 'ünï', "it's"),
  fc.constantFrom('12:30:45', '2024-05-01', 'null', 'None', '', '~', '1e3', '- x', '🦊'),
)
const quoted = (text: string) =>
  fc.constantFrom(`'${text.replaceAll("'", "''")}'`, JSON.stringify(text))
const isPlain = (text: string) => /^[\w./é][\w ./:é#]*$/.test(text)
const written = (text: string) =>
  isPlain(text) ? fc.oneof(fc.constant(text), quoted(text)) : quoted(text)

const free = fc.constantFrom('null', '~', 'Null', 'NULL', '')
const blank = fc.constantFrom(' ', '  ', '   ')

/** A holder in block style, from right after the colon; `%` stands for the number of its pair. */
const blockHolder = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(blank, free).map(([space, text]) => (text === '' ? '' : space + text)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(blank, holder.chain(written)).map(([space, text]) => space + text),
  },
  fc.constantFrom(' &x% null', ' &x% SER%', ' !!str 007', ' &x% !!str', ' !!null', ' &x%'),
  fc.constantFrom(' *x', ' *x'),
  fc.constantFrom(
    ' |\n  text %\n',
    ' >-  # in the header %\n  two\n  lines\n',
    ' # below %\n  leaf %',
    ' two\n   lines',
  ),
)
const commentEnd = fc.constantFrom('', '', ' # same line %', '   #%')
const between = fc.constantFrom(
  '',
  '',
  '',
  '\n',
  '# alone %\n',
  '  # indented % \t\n',
  '\n# é %\n\n',
)

const blockPool = fc
  .record({
    pairs: fc.array(fc.tuple(key.chain(written), blockHolder, commentEnd, between, fc.boolean()), {
      minLength: 1,
      maxLength: 12,
    }),
    head: fc.constantFrom('', '', '# head\n', '---\n', '%YAML 1.1\n---\n# c\n'),
    indent: fc.constantFrom('', '', '  '),
    tail: fc.constantFrom('', '', '# end', '...\n', '\n\n'),
    lineBreak: fc.constantFrom('\n', '\n', '\r\n'),
    finalBreak: fc.boolean(),
    mark: fc.constantFrom('', '', '\ufeff'),
  })
  .map(({ pairs, head, indent, tail, lineBreak, finalBreak, mark }) => {
    let anchors = 0
    const lines = pairs.map(([name, given, comment, after, explicit], at) => {
      let value = given
      // below a block text it would be a part of it
      const gap = /^ [|>]/.test(value) && after.startsWith('  #') ? '' : after
      if (value === ' *x') value = anchors === 0 ? ' null' : ` *x${anchors - 1}`
      if (value.includes('&x%')) value = value.replace('&x%', `&x${anchors++}`)
      const isBlock = /\n/.test(value)
      const pair = explicit
        ? value === ''
          ? `? ${name}${comment}`
          : `? ${name}\n${indent}:${value}${isBlock ? '' : comment}`
        : `${name}:${value}${isBlock ? '' : comment}`
      const line = `${indent}${pair}`.replaceAll('\n  ', `\n${indent}  `)
      return `${line.endsWith('\n') ? line : `${line}\n`}${gap}`.replaceAll('%', String(at))
    })
    let text = head + lines.join('') + tail
    if (!finalBreak) text = text.replace(/\n$/, '')
    return mark + text.replaceAll('\n', lineBreak)
  })

const flowPool = fc
  .array(
    fc.tuple(
      key.chain(quoted),
      fc.oneof(fc.constant(undefined), free, holder.chain(quoted)),
      blank,
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((pairs) => {
    const items = pairs.map(([name, value, space], at) => {
      const pair = value === undefined ? name : `${name}:${space}${value}`
      return at % 3 === 2 ? `\n  ${pair}  # flow ${at}\n ` : pair
    })
    return `{${items.join(',')}}\n`
  })

const action = fc.oneof(
  fc.record({ take: fc.oneof(holder, fc.string({ unit: 'binary', maxLength: 8 })) }),
  fc.record({ ids: fc.array(holder, { maxLength: 2 }) }),
  fc.record({ value: key }),
)

pyTest(
  'a changed pool reads back in PyYAML: same values, right holders, all comments',
  async () => {
    let changes = 0
    const property = fc.asyncProperty(
      fc.oneof({ weight: 3, arbitrary: blockPool }, flowPool),
      fc.array(action, { maxLength: 12 }),
      async (text, actions) => {
        const before = await load(text)
        // what PyYAML refuses is not ours to judge here
        if (before.error !== undefined) return
        const pool = parsePool('pool', text)
        expect(pairsOf(pool)).toEqual(entriesOf(before))
        expect(textOf(pool)).toBe(text)
        for (const each of actions) {
          if ('take' in each) {
            if (each.take !== '' && !isFreeText(each.take)) pool.take(each.take)
          } else if ('ids' in each) pool.releaseHeldBy(each.ids)
          else pool.releaseValue(each.value)
        }
        const changed = textOf(pool)
        const after = await load(changed)
        expect(entriesOf(after)).toEqual(pairsOf(pool))
        for (const [index, [name, type, value]] of (after.pairs ?? []).entries()) {
          expect(name).toBe(before.pairs?.[index]?.[0])
          const same = value === before.pairs?.[index]?.[2]
          if (!same) expect([type, value]).toContain(type === 'null' ? 'null' : 'str')
        }
        for (const [comment] of text.matchAll(/(?<=^|[ \n])#[^\n'"]*?\d/g))
          expect(changed).toContain(comment)
        if (changed !== text) changes++
      },
    )
    await fc.assert(property, { numRuns: 800 })
    expect(changes).toBeGreaterThan(150)
  },
  60_000,
)

pyTest(
  'any text is written as a text, in block and in flow style',
  async () => {
    const property = fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.string({ unit: fc.constantFrom(...'0123456789abefxo_.:+-eE'), maxLength: 9 }),
        fc.string({ unit: fc.constantFrom(...' \t\n\'"#:-{}[],&*!|>%@`?=<~\\'), maxLength: 6 }),
      ),
      async (text) => {
        const plain = yaml11Text(text)
        for (const whole of [`k: ${plain}  # c\n`, `{k: ${plain}, l: ${plain}}`]) {
          expect((await load(whole)).pairs?.[0]).toEqual(['k', 'str', text])
        }
      },
    )
    await fc.assert(property, { numRuns: 800 })
  },
  60_000,
)

test('the quick reader and the parser say the same of every text', () => {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(key, holder).map(([name, value]) => `${name}: ${value}`) },
    { weight: 3, arbitrary: key.map((name) => `${name}:`) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('a: null', "b: 'x'", 'c: "y"  # c', 'd: ~', 'e:   # c'),
    },
    fc.constantFrom(
      "'q': 1",
      'a:b',
      'a::  x',
      'a: b:',
      "a: 'x'#",
      'a: ~b',
      'a: b c',
      ' a: b',
      '  x',
    ),
    fc.constantFrom(
      '',
      '  ',
      '# c',
      '   # c',
      '\t',
      'a: b\t',
      'a: b\t# c',
      '---',
      '...',
      '- a',
      '? a',
      ': b',
    ),
    fc.string({ unit: fc.constantFrom(...'ab: #\'"~-\t\r\u0085é\u2028'), maxLength: 8 }),
  )
  const property = fc.property(
    fc.array(fc.tuple(piece, fc.constantFrom('\n', '\n', '\r\n', '')), { maxLength: 6 }),
    fc.constantFrom('', '\ufeff'),
    (lines, mark) => {
      const text = mark + lines.map(([line, end]) => line + end).join('')
      expect(outcome(parsePool, text)).toEqual(outcome(readUnusualPool, text))
    },
  )
  void fc.assert(property, { numRuns: 6000 })
}, 60_000)

function outcome(read: typeof parsePool, text: string) {
  try {
    const pool = read('pool', text)
    const found = { pairs: pairsOf(pool), warnings: pool.warnings().map((each) => each.at) }
    for (let at = 0; at < 3; at++) pool.take(`x${at}`)
    return { ...found, text: textOf(pool) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { code: error.code, at: error.at }
  }
}
