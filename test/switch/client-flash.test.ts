/** Flashes of every bad sort, and what a run that was killed leaves on them. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { noSwitch, pythons } from './client-runs.ts'
import { reserveHttpAddress } from './eapi-service.ts'
import { createFakeEos } from './fake-eos.ts'
import { before, client, download, expectFailure, fetches, image } from './hostile-runs.ts'
import { HttpDouble } from './http-double.ts'
import { answersOf, boot, clientFor, flashText, json, text } from './provisioned-switch.ts'

describe.skipIf(noSwitch).concurrent('a flash', () => {
  test.each([[[]], [['-n']]])(
    'that is read-only ends the run before it begins (%j)',
    async (words) => {
      const flash = { ...before, 'startup-config': 'hostname old\n' }
      const run = await boot({ ...download, words, eos: { flash, flashIsReadOnly: true } })
      expect(run.stdout).toMatch(/failed: unable to move \/mnt\/flash\/startup-config .*Read-only/)
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
      expect(run.flash).toEqual(flash)
      expect(run.asked).toEqual([])
    },
  )

  test.each(pythons)(
    'that becomes read-only on the way is told as the reason (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...{ ...download, python: path },
        eos: { flash: before },
        entries: [{ action: 'wait' }, ...(download.entries ?? [])],
        actions: {
          fetch: fetches,
          wait: `import os, time
def main(attributes):
    attributes.get("NODE").log_msg("waiting")
    while os.access("/mnt/flash", os.W_OK):
        time.sleep(0.01)
`,
        },
        during: async (running, eos) => {
          while (!running.stdout.includes('waiting')) await pause(5)
          eos.remountFlash('ro')
        },
      })
      expectFailure(run, /Read-only file system/)
    },
  )

  test.each(pythons)(
    'that is too full for the startup-config is left as it was (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...{ ...download, python: path, entries: [{ action: 'fill' }] },
        eos: { flash: { ...before, 'startup-config': 'hostname old\n' }, flashSize: '64k' },
        actions: {
          fill: `def main(attributes):
    node = attributes.get("NODE")
    with open("/mnt/flash/boot-config", "a") as changed:
        changed.write("changed")
    node.append_startup_config_lines(["x" * 100] * 1000)
`,
        },
      })
      expectFailure(run, /executing action failed \(fill\): No space left on device/)
    },
  )

  test('whose rc.eos ends without a newline gets the next line on one of its own', async () => {
    const run = await boot({
      ...download,
      entries: [{ action: 'rc' }],
      actions: {
        rc: `def main(attributes):
    node = attributes.get("NODE")
    for path in (node.rc_eos(), node.startup_config()):
        with open(path, "w") as file:
            file.write("first")
    node.append_rc_eos_lines(["second", "third"])
    node.append_startup_config_lines(["second"])
`,
      },
    })
    expect(run.flash).toEqual({
      ...before,
      'rc.eos': 'first\nsecond\nthird',
      'startup-config': 'first\nsecond',
    })
  })

  test.each(pythons)(
    'with names that are no UTF-8, links and folders is put right (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...{ ...download, python: path, entries: [{ action: 'mess' }] },
        actions: {
          mess: `import os, shutil
def main(attributes):
    os.mkdir(b"/mnt/flash/\\xff")
    open(b"/mnt/flash/\\xff/\\xfe", "w").close()
    os.symlink("/etc", "/mnt/flash/link")
    os.symlink("/nowhere", "/mnt/flash/broken")
    os.mkfifo("/mnt/flash/pipe")
    shutil.rmtree("/mnt/flash/a")
    os.remove("/mnt/flash/image")
    os.mkdir("/mnt/flash/image")
    open("/mnt/flash/image/x", "w").close()
    raise ValueError("enough")
`,
        },
      })
      expectFailure(run, /executing action failed \(mess\): enough/)
    },
  )

  test.each(pythons)(
    'is put right also when EOS has lost its command line meanwhile (Python $minor)',
    async ({ path }) => {
      const address = await reserveHttpAddress()
      const run = await boot({
        ...{ ...download, python: path, entries: [{ action: 'lose' }] },
        eos: { flash: before, version: '4.14.5F', eapi: { address } },
        rewrites: {
          'COMMAND_API_SERVER = "localhost"': `COMMAND_API_SERVER = "${address.host}:${address.port}"`,
        },
        actions: {
          lose: `import os
def main(attributes):
    attributes.get("NODE").append_startup_config_lines(["hostname new"])
    os.environ["PATH"] = "/nowhere"
    raise ValueError("enough")
`,
        },
      })
      expectFailure(run, /executing action failed \(lose\): enough/)
      expect(run.stdout).toMatch(
        /ERROR: .*unable to clean up : unable to run FastCli: No such file/,
      )
    },
  )
})

describe.skipIf(noSwitch).concurrent('a run that was killed', () => {
  test.each(pythons)(
    'leaves the next one nothing that it does not put right (Python $minor)',
    async ({ path }) => {
      const eos = await createFakeEos({ python: path, flash: { ...before, 'rc.eos': 'old' } })
      const server = await HttpDouble.open(
        answersOf({
          ...download,
          ...client({ timeout: 9 }),
          entries: [
            ...(download.entries ?? []),
            { action: 'fetch', attributes: { url: 'files/slow', path: '/mnt/flash/slow' } },
          ],
          files: { image, slow: image },
          answers: { '/files/slow': text(image, { bytesPerSecond: 100, etag: '"one"' }) },
        }),
      )
      try {
        const running = eos.start(clientFor(server.url))
        await running.killWhen('SIGKILL', () => eos.file('/mnt/flash/.ztp-part-slow') !== undefined)
        expect((await running.result).signal).toBe('SIGKILL')
        expect([...eos.flash().keys()].sort()).toEqual([
          '.ztp-kept/image',
          '.ztp-part-slow',
          'a/b',
          'boot-config',
          'image',
          'startup-config',
        ])

        server.replace('/nodes/SSJ17115134', json({ actions: [] }))
        const failed = await eos.run(clientFor(server.url))
        expect({ code: failed.code, stderr: failed.stderr }).toEqual({ code: 1, stderr: '' })
        expect(failed.stdout).toContain('Restoring /mnt/flash/image...')
        expect(failed.stdout).toContain('Deleting /mnt/flash/.ztp-part-slow...')
        expect(flashText(eos)).toEqual(before)
        expect([...eos.flashListing().keys()]).toEqual(['a', 'a/b', 'boot-config', 'image'])

        server.replace('/nodes/SSJ17115134', json({ actions: download.entries }))
        const next = await eos.run(clientFor(server.url))
        expect({ code: next.code, stderr: next.stderr }).toEqual({ code: 0, stderr: '' })
        expect(flashText(eos)).toEqual({
          ...before,
          image: image.toString('latin1'),
          'startup-config': 'hostname new',
        })
        expect([...eos.flashListing().keys()]).not.toContain('.ztp-kept')
      } finally {
        await eos.close()
        await server.close()
      }
    },
  )

  test('is put right also where a folder has taken the place of a file', async () => {
    const run = await boot({
      ...download,
      entries: [...(download.entries ?? []), { action: 'folder' }],
      actions: {
        fetch: fetches,
        folder: `import os
def main(attributes):
    os.remove("/mnt/flash/image")
    os.makedirs("/mnt/flash/image/x")
    raise ValueError("enough")
`,
      },
    })
    expectFailure(run, /enough/)
  })

  test('with -n while it moves files away has lost none of them', async () => {
    const extensions = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `.extensions/${at}.rpm`,
        Buffer.alloc(500_000, `${at}`),
      ]),
    )
    const flash = { ...before, ...extensions, 'startup-config': 'hostname old\n' }
    for (const afterMs of [0, 5, 10, 20]) {
      const run = await boot({
        ...download,
        words: ['-n'],
        eos: { flash },
        during: async (running) => {
          while (!running.stdout.includes('.extensions')) await pause(1)
          await pause(afterMs)
          await running.kill('SIGTERM')
        },
      })
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
      const sizes = ([path, content]: [string, string | Uint8Array]) => [path, content.length]
      expect(Object.entries(run.flash).map(sizes)).toEqual(
        expect.arrayContaining(Object.entries(flash).map(sizes)),
      )
    }
  })
})
