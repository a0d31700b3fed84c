/**
 * Runs the benchmarks, all or the named ones: `node bench/run.mjs [name…] [--json FILE]`. Exit code 1 when a floor fails.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, seed } from './lib/env.mjs'
import { figures } from './lib/report.mjs'

const names = [
  'dynconfig',
  'journal',
  'live',
  'page',
  'scale',
  'storm',
  'load',
  'reload',
  'render-all',
  'jinja',
  'files',
  'meta',
  'nodes',
  'pools',
]

const { values, positionals } = readArguments()
if (values.help) {
  process.stdout.write(
    `node bench/run.mjs [name…] [--json FILE]\nnames: ${names.join(', ')}; bench/README.md tells what they measure\n`,
  )
  process.exit(0)
}
const unknown = positionals.filter((name) => !names.includes(name))
if (unknown.length > 0)
  wrongUsage(`unknown: ${unknown.join(', ')} (there are: ${names.join(', ')})`)
if (!existsSync(join(root, 'dist/main.js'))) wrongUsage('there is no build: npm run build')

const chosen = positionals.length === 0 ? names : names.filter((name) => positionals.includes(name))
const machine = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: availableParallelism(),
  memoryMb: Math.round(totalmem() / 1_048_576),
  commit: commit(),
  seed,
}
process.stdout.write(
  `Node ${machine.node}, ${machine.cores} × ${machine.cpu}, ${machine.memoryMb} MB; commit ${machine.commit}; median [min–max]\n`,
)
const began = performance.now()
const failures = []
for (const name of chosen) {
  const start = performance.now()
  try {
    const module = await import(`./benchmarks/${name}.mjs`)
    await Object.values(module)[0]()
  } catch (error) {
    failures.push(name)
    process.stdout.write(`${name}: could not be measured: ${error.stack}\n`)
  }
  process.stdout.write(`${name}: took ${((performance.now() - start) / 1_000).toFixed(0)} s\n`)
}
const missed = figures.filter(({ holds }) => holds === false)
const seconds = Math.round((performance.now() - began) / 1_000)
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, seconds, failures, figures }, null, 2)}\n`,
  )
}
const floors = figures.filter(({ holds }) => holds !== undefined).length
process.stdout.write(`${floors - missed.length} of ${floors} floors hold; ${seconds} s\n`)
for (const { benchmark, what } of missed) process.stdout.write(`  fails: ${benchmark}: ${what}\n`)
process.exit(missed.length + failures.length > 0 ? 1 : 0)

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: { type: 'string' }, help: { type: 'boolean' } },
    })
  } catch (error) {
    return wrongUsage(error.message)
  }
}

function wrongUsage(message) {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

function commit() {
  try {
    return execFileSync('git', ['-C', root, 'describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
