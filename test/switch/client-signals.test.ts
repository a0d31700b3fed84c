/** Signals at any moment of a run. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { newest, noSwitch, pythons } from './client-runs.ts'
import { before, download, expectFailure, fetches, image } from './hostile-runs.ts'
import { type Boot, type BootResult, boot, quickClient } from './provisioned-switch.ts'

/** A run that changes flash in every way, and takes its time in every place. */
const busy: Boot = {
  eos: {
    flash: {
      ...before,
      'startup-config': 'hostname old\n',
      '.extensions/a.rpm': 'old',
      'a/c': 'c',
    },
  },
  config: {
    client: quickClient,
    logging: [{ destination: 'file:/mnt/flash/ztp.log', level: null }],
  },
  entries: [
    { action: 'fetch', attributes: { url: 'files/image', path: '/mnt/flash/image' } },
    { action: 'fetch', attributes: { url: 'files/image', path: '/mnt/flash/new' } },
    { action: 'change', onstart: 'changes' },
    { action: 'work' },
    { action: 'change' },
  ],
  actions: {
    fetch: fetches,
    change: `import os, shutil
def main(attributes):
    node = attributes.get("NODE")
    with open("/mnt/flash/boot-config", "w") as file:
        file.write("SWI=flash:/new.swi")
    shutil.rmtree("/mnt/flash/a", True)
    os.makedirs("/mnt/flash/folder/of/mine/%d" % len(os.listdir("/mnt/flash")))
    node.append_rc_eos_lines(["echo"])
    node.api_config_cmds(["hostname new"])
`,
    work: `def main(attributes):
    node = attributes.get("NODE")
    for at in range(5):
        node.bash_cmds(["echo %d >> /mnt/flash/worked; sleep 0.02" % at])
        node._cli_enable_cmd("show version")
`,
  },
  files: { image },
}

describe.skipIf(noSwitch).concurrent('a signal', () => {
  const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)
  console.log(`moments of SIGTERM: KILL_SEED=${seed}`)

  test.each(pythons)(
    'at random moments of a run leaves flash as it was (Python $minor)',
    async ({ path, minor }) => {
      const kills = path === newest ? 25 : 10
      const whole = await boot({ ...busy, python: path })
      expect({ code: whole.code, stderr: whole.stderr }).toEqual({ code: 0, stderr: '' })
      const moments = Array.from({ length: kills }, randomNumbers(seed))
      let cut = 0
      const killAt = async (moment: number) => {
        const afterMs = moment * whole.seconds * 1000
        const run = await boot({
          ...{ ...busy, python: path },
          during: async (running) => {
            await pause(afterMs)
            await running.kill('SIGTERM')
          },
        })
        const told = `Python ${minor}, after ${afterMs} ms:\n${run.stdout}`
        expect(run.stderr, told).toBe('')
        if (run.signal !== null) {
          // its handler was not yet there, and nothing had been done
          expect([run.signal, run.stdout], told).toEqual(['SIGTERM', ''])
          expect(run.flash, told).toEqual(busy.eos?.flash)
        } else if (run.code === 1) {
          cut++
          expect(run.stdout, told).toContain('ended by SIGTERM')
          const began = run.stdout.includes('Backing up')
          expect(run.flash, told).toEqual(began ? { ...before, 'a/c': 'c' } : busy.eos?.flash)
        } else {
          expect(run.code, told).toBe(0)
          expect(withoutLog(run), told).toEqual(withoutLog(whole))
        }
      }
      const lanes = [0, 1, 2].map(async (lane) => {
        for (const moment of moments.filter((_, at) => at % 3 === lane)) await killAt(moment)
      })
      await Promise.all(lanes)
      expect(cut).toBeGreaterThan(kills / 4)
    },
    40_000,
  )

  const withoutLog = ({ flash }: BootResult) => ({ ...flash, 'ztp.log': '' })

  const sleeps = (body: string): Boot => ({
    ...{ ...download, entries: [{ action: 'wait' }] },
    actions: {
      wait: `import time
def main(attributes):
    attributes.get("NODE").append_startup_config_lines(["hostname new"])
${body}
`,
    },
  })
  const once = (run: { stdout: string }) => run.stdout.includes('waiting')

  test.each([
    ['SIGTERM', /Bootstrap process failed: ended by SIGTERM/],
    ['SIGHUP', /Bootstrap process failed: ended by SIGHUP/],
    ['SIGINT', /Bootstrap process keyboard-interrupted/],
  ] as const)(
    '%s ends a run with a traceback in the log, and only that',
    async (signal, message) => {
      const run = await boot({
        ...sleeps('    print("waiting")\n    __import__("sys").stdout.flush()\n    time.sleep(9)'),
        during: (running) => running.killWhen(signal, () => once(running)),
      })
      expectFailure(run, message)
      expect(run.stdout).toMatch(/Traceback[\s\S]*in main\n[\s\S]*Terminated|KeyboardInterrupt/)
    },
  )

  test.each(pythons)(
    'that an action catches ends the run all the same (Python $minor)',
    async (at) => {
      const run = await boot({
        ...sleeps(`    try:
        attributes.get("NODE").log_msg("waiting")
        time.sleep(9)
    except BaseException:
        pass`),
        python: at.path,
        during: (running) => running.killWhen('SIGTERM', () => once(running)),
      })
      expectFailure(run, /ended by SIGTERM/)
      expect(run.stdout).not.toContain('executed succesfully')
    },
  )

  test.each(pythons)(
    'where Python loses what is raised ends the run a little later (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...sleeps(`    import sys
    class Slow(object):
        def __del__(self):
            attributes.get("NODE").log_msg("waiting")
            time.sleep(0.3)
    slow = Slow()
    del slow
    time.sleep(9)`),
        python: path,
        during: (running) => running.killWhen('SIGTERM', () => once(running)),
      })
      expectFailure(run, /ended by SIGTERM/)
      expect(run.seconds).toBeLessThan(8)
    },
  )

  test.each([
    ['stays when a signal ends the run: the operator wants no other', '    time.sleep(9)', true],
    ['is deleted when an action fails: it would be the last run', '    raise OSError("x")', false],
  ])('zerotouch-config %s', async (_, end, stays) => {
    const run = await boot({
      ...sleeps(`    open("/mnt/flash/zerotouch-config", "w").close()
    attributes.get("NODE").log_msg("waiting")
${end}`),
      during: (running) =>
        stays ? running.killWhen('SIGTERM', () => once(running)) : running.result,
    })
    expect(run.flash).toEqual(stays ? { ...before, 'zerotouch-config': '' } : before)
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
  })

  test('again and again while flash is put right does not disturb that', async () => {
    const run = await boot({
      ...sleeps(`    for at in range(300):
        open("/mnt/flash/%d" % at, "w").close()
    attributes.get("NODE").log_msg("waiting")
    time.sleep(9)`),
      during: async (running) => {
        for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) {
          await running.killWhen(signal, () => once(running))
        }
      },
    })
    expectFailure(run, /ended by SIG(TERM|HUP)|keyboard-interrupted/)
  })

  test('ends what a script of an action has started', async () => {
    const run = await boot({
      ...sleeps(`    node = attributes.get("NODE")
    node.log_msg("waiting")
    node.bash_cmds(["touch /tmp/began; sleep 0.6; touch /mnt/flash/late"])`),
      during: async (running, eos) => {
        await running.killWhen('SIGTERM', () => eos.file('/tmp/began') !== undefined)
        await running.result
        await pause(700)
      },
    })
    expectFailure(run, /ended by SIGTERM/)
  })
})

/** Numbers from 0 to 1 that a seed decides: mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
