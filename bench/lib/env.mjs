/**
 * What every benchmark stands on: the checkout that is measured, the temporary folder, numbers from the environment.
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const benchFolder = dirname(dirname(fileURLToPath(import.meta.url)))

/** The checkout that is measured: this one, or another built one (`BENCH_ROOT`). */
export const root = resolve(process.env.BENCH_ROOT ?? dirname(benchFolder))

/** Imports a built module of the checkout that is measured. */
export function built(module) {
  return import(pathToFileURL(join(root, 'dist', `${module}.js`)).href)
}

/** The command of the checkout that is measured. */
export const ztpush = join(root, 'bin', 'ztpush')

/** A script that benchmarks run as a process of its own. */
export function child(name) {
  return join(benchFolder, 'children', name)
}

/** A number from the environment. */
export function number(name, standard) {
  const text = process.env[name]
  if (text === undefined || text === '') return standard
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a number above 0`)
  return value
}

/** The seed of everything that is generated. */
export const seed = number('BENCH_SEED', 20_240_501)

const folder = mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), 'ztpush-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** A folder that is gone when the run ends. */
export function tempFolder(name) {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  return path
}

/** The environment for what is measured: without settings of ztpush's own. */
export function cleanEnv(more = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:ZTPUSH_|ZTPS_|NODE_OPTIONS|NODE_V8_COVERAGE)/.test(name),
  )
  return { ...Object.fromEntries(kept), ...more }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms))
