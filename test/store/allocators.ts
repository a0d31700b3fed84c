/**
 * Processes that allocate from a pool at the same time as others, and what must hold of the file afterwards.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const script = fileURLToPath(new URL('allocator-child.mjs', import.meta.url))

export interface Allocator {
  readonly process: ChildProcess
  /** Who was told which value. */
  readonly answers: Map<string, string>
  readonly ready: Promise<void>
  readonly end: Promise<number | null>
}

/** Starts a process that allocates; its stderr is the test's. */
export function startAllocator(
  root: string,
  pool: string,
  prefix: string,
  { count, clients }: { readonly count: number; readonly clients: number },
): Allocator {
  const args = [script, root, pool, prefix, String(count), String(clients)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const answers = new Map<string, string>()
  const lines = createInterface(child.stdout)
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      // of a process that was killed the last line may be cut off
      const [id, value, given] = line.split(' ')
      if (line === 'ready') resolve()
      else if (id !== undefined && value !== undefined && given === 'given') answers.set(id, value)
    })
    child.on('close', () => resolve())
  })
  const told = new Promise<void>((resolve) => lines.on('close', () => resolve()))
  const gone = new Promise<number | null>((resolve) => child.on('close', resolve))
  const end = told.then(() => gone)
  return { process: child, answers, ready, end }
}

/** The text of a pool with so many free values, each with a comment. */
export function freePool(count: number): string {
  let text = '# values\n'
  for (let at = 0; at < count; at++)
    text += `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}/24: null # ${at}\n`
  return text
}

/** Everything that is promised of a pool that began as {@link freePool} of `count` values. */
export function expectWhole(
  path: string,
  count: number,
  answers: ReadonlyMap<string, string>,
): void {
  const lines = readFileSync(path, 'utf8').split('\n')
  expect(lines).toHaveLength(count + 2)
  const holders = new Map<string, string>()
  const odd: string[] = []
  for (const [at, line] of lines.slice(1, -1).entries()) {
    const [, value = '', holder = ''] = /^(\S+): (\S+) # (\d+)$/.exec(line) ?? []
    const same = line === `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}/24: ${holder} # ${at}`
    if (!same || holders.has(holder)) odd.push(line)
    if (holder !== 'null') holders.set(holder, value)
  }
  expect(odd).toEqual([])
  const lost = [...answers].filter(([id, value]) => holders.get(id) !== value)
  expect(lost).toEqual([])
  expect(new Set(answers.values()).size).toBe(answers.size)
}

/** Whether PyYAML reads the file; true where there is none. */
export function pyYamlReads(path: string): boolean {
  const run = spawnSync('python3', [
    '-c',
    'import sys\ntry:\n import yaml\nexcept ImportError:\n sys.exit(0)\nyaml.load(open(sys.argv[1]), yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)',
    path,
  ])
  return run.error !== undefined || run.status === 0
}

/** The names of locks and of files being written in a folder. */
export function dotNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.'))
}
