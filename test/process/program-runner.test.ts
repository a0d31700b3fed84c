import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProgramRun } from '../../src/ports.ts'
import { createProgramRunner, type RunningPrograms } from '../../src/process/program-runner.ts'
import { eventually, makeFolder, writeIn } from '../running-server.ts'

let folder: ReturnType<typeof makeFolder>
let runner: RunningPrograms

beforeEach(() => {
  folder = makeFolder({})
  runner = createProgramRunner({ env: process.env, maxAtOnce: 4 })
})
afterEach(async () => {
  await runner.close()
  folder.remove()
})

/** Writes an executable and gives how to run it. */
function program(text: string, changes: Partial<ProgramRun> = {}, name = 'program'): ProgramRun {
  const path = join(folder.path, name)
  writeIn(folder.path, name, text)
  chmodSync(path, 0o755)
  const bounds = { timeoutMs: 10_000, maxOutputBytes: 100_000, onFlood: 'end' } as const
  return { path, args: [], cwd: dirname(path), ...bounds, ...changes }
}

const shell = (text: string, changes: Partial<ProgramRun> = {}, name?: string) =>
  program(`#!/bin/sh\n${text}\n`, changes, name)

async function timed<Result>(promise: Promise<Result>): Promise<[result: Result, ms: number]> {
  const begin = performance.now()
  return [await promise, performance.now() - begin]
}

/** Whether a process runs; one that has ended and waits for its parent does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The number of a process, once it is written into a file of the folder. */
async function pidIn(name: string): Promise<number> {
  let pid = 0
  await eventually(() => {
    pid = Number(readFileSync(join(folder.path, name), 'utf8').trim())
    expect(pid).toBeGreaterThan(0)
  })
  return pid
}

describe('a program that ends by itself', () => {
  test('gives its exit status and both outputs', async () => {
    expect(await runner.run(shell('echo out; echo err >&2; exit 3'))).toEqual({
      kind: 'exited',
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      summary: 'it ended with exit status 3',
    })
  })

  test('gets its arguments as they are, without a shell, and nothing to read', async () => {
    const args = ['two words', '$HOME', '; echo more', '*', '']
    const run = shell('cat; pwd; for a; do echo "[$a]"; done', { args })
    expect((await runner.run(run)).stdout).toBe(
      `${folder.path}\n[two words]\n[$HOME]\n[; echo more]\n[*]\n[]\n`,
    )
  })

  test('may lie in a folder with spaces and quotes in its name', async () => {
    const run = shell('echo fine', {}, `a 'b' "c"/x y`)
    expect(await runner.run(run)).toMatchObject({ kind: 'exited', exitCode: 0, stdout: 'fine\n' })
  })

  test("sees nothing of the server's environment that may be secret", async () => {
    await runner.close()
    const env = {
      PATH: process.env['PATH'],
      HOME: '/h',
      LANG: 'C',
      LC_ALL: 'C',
      TZ: 'UTC',
      TMPDIR: '/t',
      ZTPUSH_OPERATOR_TOKEN: 'secret',
      NODE_OPTIONS: '--x',
      LD_PRELOAD: '/x',
    }
    runner = createProgramRunner({ env })
    const { stdout } = await runner.run(shell('env'))
    const names = stdout.split('\n').map((line) => line.split('=')[0] ?? '')
    // the shell adds these itself
    const own = names.filter((name) => !['', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))
    expect(own.sort()).toEqual(['HOME', 'LANG', 'LC_ALL', 'PATH', 'TMPDIR', 'TZ'])
  })

  test('says by which signal it was ended', async () => {
    expect(await runner.run(shell('kill -SEGV $$'))).toMatchObject({
      kind: 'killed',
      exitCode: null,
      summary: 'it was ended by SIGSEGV',
    })
  })

  test('bytes that are no UTF-8 are replaced', async () => {
    expect((await runner.run(shell("printf 'a\\377b'"))).stdout).toBe('a\u{fffd}b')
  })
})

describe('a program that takes too long', () => {
  test('is ended together with what it has forked', async () => {
    const run = shell('sleep 60 & echo $! > child; wait', { timeoutMs: 300 })
    const [end, ms] = await timed(runner.run(run))
    expect(end).toMatchObject({
      kind: 'timed-out',
      exitCode: null,
      summary: 'it took longer than 0.3 s and was ended',
    })
    expect(ms).toBeLessThan(6_000)
    const child = await pidIn('child')
    await eventually(() => expect(isRunning(child)).toBe(false), 8_000)
  })

  test('is ended even when it will not listen', async () => {
    const run = shell("trap '' TERM; echo begun; while :; do sleep 0.1; done", { timeoutMs: 300 })
    const [end, ms] = await timed(runner.run(run))
    expect(end).toMatchObject({ kind: 'timed-out', stdout: 'begun\n' })
    expect(ms).toBeGreaterThan(2_000)
    expect(ms).toBeLessThan(9_000)
  })
})

describe('a program that leaves something behind', () => {
  test('does not keep us waiting when a child holds its outputs, and the child is ended', async () => {
    const run = shell(
      "(trap '' TERM; echo $$; while :; do sleep 0.1; done) & echo $! > child; echo out",
    )
    const [end, ms] = await timed(runner.run(run))
    expect(end).toMatchObject({ kind: 'exited', exitCode: 0 })
    expect(end.stdout).toContain('out\n')
    expect(ms).toBeLessThan(6_000)
    const child = await pidIn('child')
    await eventually(() => expect(isRunning(child)).toBe(false), 8_000)
  })

  test('with outputs of its own is ended too', async () => {
    await runner.run(shell('sleep 60 > /dev/null 2>&1 & echo $! > child'))
    const child = await pidIn('child')
    await eventually(() => expect(isRunning(child)).toBe(false), 8_000)
  })
})

describe('a program that prints too much', () => {
  const flood = 'head -c 100000000 /dev/zero | tr "\\0" x'

  test('is ended, where it must not', async () => {
    const end = await runner.run(shell(`${flood}; echo done > done`, { maxOutputBytes: 1_000 }))
    expect(end).toMatchObject({
      kind: 'flooded',
      exitCode: null,
      stdout: 'x'.repeat(1_000),
      summary: 'it printed more than 1000 bytes and was ended',
    })
    expect(existsSync(join(folder.path, 'done'))).toBe(false)
  })

  test.each(['', ' >&2'])('goes on to its end, where that is allowed (%j)', async (to) => {
    const before = process.memoryUsage().rss
    const bounds = { maxOutputBytes: 1_000, onFlood: 'cut' } as const
    const end = await runner.run(shell(`(${flood})${to}; echo last >&2; exit 4`, bounds))
    expect(end).toMatchObject({ kind: 'exited', exitCode: 4 })
    expect(end.stdout.length + end.stderr.length).toBe(to === '' ? 1_005 : 1_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(90_000_000)
  })

  test('is cut between characters', async () => {
    const bounds = { maxOutputBytes: 3, onFlood: 'cut' } as const
    expect((await runner.run(shell("printf 'üüü'", bounds))).stdout).toBe('ü')
  })
})

describe('a program that cannot be started', () => {
  test.each<[string, () => ProgramRun, RegExp]>([
    [
      'is not there',
      () => {
        const run = shell('')
        rmSync(run.path)
        return run
      },
      /no such file/,
    ],
    [
      'has no right to be executed',
      () => {
        const run = shell('')
        chmodSync(run.path, 0o644)
        return run
      },
      /may not be executed \(chmod \+x\)/,
    ],
    ['has no first line with an interpreter', () => program('echo hello\n'), /#!/],
    ['is empty', () => program(''), /#!/],
    ['names an interpreter that is not there', () => program('#!/no/such\n'), /interpreter.*CRLF/],
    ['has lines that end in CRLF', () => program('#!/bin/sh\r\necho\r\n'), /interpreter.*CRLF/],
    [
      'is a folder',
      () => {
        const run = shell('', {}, 'folder')
        rmSync(run.path)
        mkdirSync(run.path)
        return run
      },
      /folder/,
    ],
    ['is to run in a folder that is not there', () => shell('', { cwd: '/no/such' }), /\/no\/such/],
    ['gets an argument with a NUL', () => shell('', { args: ['a\0b'] }), /NUL/],
    ['gets too long arguments', () => shell('', { args: ['x'.repeat(3_000_000)] }), /too long/],
  ])('says why: it %s', async (_what, prepare, reason) => {
    const end = await runner.run(prepare())
    expect(end).toMatchObject({ kind: 'not-started', exitCode: null, stdout: '', stderr: '' })
    expect(end.summary).toMatch(/^it could not be started: /)
    expect(end.summary).toMatch(reason)
  })

  test('because it is deleted at that moment is told like any other', async () => {
    const run = shell('echo fine')
    const pending = runner.run(run)
    rmSync(run.path)
    expect(['exited', 'not-started']).toContain((await pending).kind)
  })
})

describe('many programs', () => {
  test('run a few at a time, and all of them', async () => {
    const run = shell('mkdir running.$$; ls -d running.* | wc -l; sleep 0.2; rmdir running.$$')
    const ends = await Promise.all(Array.from({ length: 10 }, () => runner.run(run)))
    const atOnce = ends.map(({ stdout }) => Number(stdout))
    expect(ends.every(({ exitCode }) => exitCode === 0)).toBe(true)
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(4)
    expect(Math.max(...atOnce)).toBeGreaterThan(1)
  })

  test('that fail give their places back', async () => {
    const missing = shell('')
    rmSync(missing.path)
    await Promise.all(Array.from({ length: 20 }, () => runner.run(missing)))
    expect(await runner.run(shell('echo fine'))).toMatchObject({ stdout: 'fine\n' })
  })
})

describe('when the server stops', () => {
  test('everything that runs is ended, and what waits is not started', async () => {
    const run = shell('sleep 60 & echo $$ $! >> begun; wait')
    const pending = Array.from({ length: 6 }, () => runner.run(run))
    // four at once: the others wait until one of them has ended
    const begun = () => readFileSync(join(folder.path, 'begun'), 'utf8').trim().split('\n')
    await eventually(() => expect(begun()).toHaveLength(4), 10_000)
    const [parent = 0, child = 0] = (begun()[0] ?? '').split(' ').map(Number)
    const [, ms] = await timed(runner.close())
    expect(ms).toBeLessThan(8_000)
    expect(isRunning(parent)).toBe(false)
    // its end is on the way: nobody here is its parent, who could wait for it
    await eventually(() => expect(isRunning(child)).toBe(false), 2_000)
    const kinds = (await Promise.all(pending)).map(({ kind }) => kind)
    expect(kinds.slice(0, 4)).toEqual(Array(4).fill('killed'))
    expect(kinds.slice(4)).toEqual(['not-started', 'not-started'])
    expect((await runner.run(run)).summary).toContain('the server stops')
  })
})
