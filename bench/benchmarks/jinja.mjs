/**
 * The first render of a leaf against Jinja2, same template and variables.
 * @module
 */
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { child, number, tempFolder } from '../lib/env.mjs'
import { writeLeaves } from '../lib/leaf.mjs'
import { forkChild } from '../lib/processes.mjs'
import { remark, tell } from '../lib/report.mjs'
import { ratios, summary } from '../lib/stats.mjs'

const name = 'jinja'
const pairs = number('JINJA_PAIRS', 9)
const renders = number('JINJA_RENDERS', 500)
const leaves = 50

export async function jinja() {
  const candidates = [process.env.BENCH_PYTHON, '/usr/bin/python3', 'python3'].filter(Boolean)
  const pythons = candidates.filter(
    (python) => spawnSync(python, ['-c', 'import jinja2']).status === 0,
  )
  if (pythons.length === 0) {
    remark(
      name,
      `left out: none of ${candidates.join(', ')} has jinja2 (BENCH_PYTHON names another)`,
    )
    return
  }
  for (const [dialect, atMost] of [
    ['njk', 0.9],
    ['j2', 2],
  ]) {
    for (const [label, filters] of [
      ['ipaddr and hwaddr', true],
      ['built-in filters only', false],
    ]) {
      const template = `config.${dialect}`
      const site = writeLeaves(tempFolder(`jinja-${dialect}-${filters}`), leaves, {
        filters,
        template,
      })
      await against(pythons[0], `.${dialect}, ${label}`, site, atMost)
    }
  }
}

async function against(python, label, site, atMost) {
  const ours = forkChild('jinja-ours.mjs', [JSON.stringify(site)])
  await ours.answer()
  const theirs = startPython(python, site)
  try {
    const versions = await theirs.next()
    const [{ text }, other] = [await ours.ask({ what: 'text' }), await theirs.ask('text')]
    if (text !== other.text)
      throw new Error(`the texts differ:\n${firstDifference(text, other.text)}`)
    const one = async () => (await ours.ask({ renders })).us
    const whole = async () => (await ours.ask({ renders, what: 'whole' })).us
    const jinja2 = async () => (await theirs.ask(renders)).us
    const times = { ours: [], whole: [], theirs: [] }
    const first = [await one(), await jinja2()]
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']
      for (const side of order) times[side].push(await (side === 'ours' ? one() : jinja2()))
      times.whole.push(await whole())
    }
    const shown = (values) => ({ ...summary(values), unit: ' µs' })
    const lines = text.trimEnd().split('\n').length
    tell(
      name,
      `${label} (${lines} lines, ${text.length} bytes): first render ÷ Jinja2's`,
      ratios(times.ours, times.theirs),
      {
        floor: { atMost },
        raw: {
          ztpush: shown(times.ours),
          'with all that a request needs': shown(times.whole),
          [`Jinja2 ${versions.jinja2}, Python ${versions.python}`]: shown(times.theirs),
          [`mean of the first ${renders} of each process`]: `${first.map((us) => us.toFixed(0)).join(' and ')} µs`,
        },
      },
    )
  } finally {
    theirs.stop()
    await ours.stop()
  }
}

function startPython(python, site) {
  const process_ = spawn(python, [child('jinja.py'), JSON.stringify(site)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('Python ended')
    return JSON.parse(value)
  }
  return {
    next,
    ask: (message) => {
      process_.stdin.write(`${message}\n`)
      return next()
    },
    stop: () => process_.kill(),
  }
}

function firstDifference(ours, theirs) {
  const [one, other] = [ours, theirs].map((text) => text.split('\n'))
  const at = one.findIndex((line, number) => line !== other[number])
  return `line ${at + 1}\n  ztpush: ${JSON.stringify(one[at])}\n  Jinja2: ${JSON.stringify(other[at])}`
}
