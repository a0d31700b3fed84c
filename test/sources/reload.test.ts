import { execFileSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ask,
  eventually,
  makeFolder,
  type RunningServer,
  startServer,
  writeIn,
} from '../running-server.ts'

const mac = '52:54:00:00:11:11'
const other = '52:54:00:00:22:22'
const inventory = (hostname: string) => ({ [mac]: { hostname }, [other]: { hostname: 'other' } })

let folder: ReturnType<typeof makeFolder>
let server: RunningServer | undefined

beforeEach(() => {
  folder = makeFolder({
    'swinfo.json': inventory('one'),
    'templates/config.njk': 'hostname {{ hostname }}\n',
  })
})
afterEach(async () => {
  await server?.stop()
  server = undefined
  folder.remove()
})

async function serve(args: readonly string[] = []): Promise<RunningServer> {
  server = await startServer(folder.path, args)
  return server
}

const get = (systemMac = mac) =>
  ask(server?.port ?? 0, '/dynconfig', { 'X-Arista-SystemMAC': systemMac })

interface Ready {
  readonly ready: boolean
  readonly problems: readonly { code: string; file: string; line: number | null; message: string }[]
}

async function ready(): Promise<Ready & { status: number }> {
  const answer = await ask(server?.operatorPort ?? 0, '/readyz')
  return { ...(JSON.parse(answer.body) as Ready), status: answer.status }
}

/** The text is served soon: a second is promised, a machine that is busy with other tests gets two. */
async function servedSoon(text: string, systemMac = mac): Promise<void> {
  await eventually(async () => expect((await get(systemMac)).body).toBe(text), 2_000)
}

const path = (name: string) => join(folder.path, name)

describe('an edit is live within a second, however it is saved', () => {
  test.each<[string, (text: string) => void]>([
    ['in place', (text) => writeFileSync(path('swinfo.json'), text)],
    [
      'renamed over',
      (text) => {
        writeFileSync(path('swinfo.json.new'), text)
        renameSync(path('swinfo.json.new'), path('swinfo.json'))
      },
    ],
    [
      'as vim does: away to a backup, made anew, backup removed',
      (text) => {
        renameSync(path('swinfo.json'), path('swinfo.json~'))
        writeFileSync(path('swinfo.json'), text)
        unlinkSync(path('swinfo.json~'))
      },
    ],
    [
      'truncated, then written in pieces',
      (text) => {
        const handle = openSync(path('swinfo.json'), 'r+')
        ftruncateSync(handle, 0)
        for (let at = 0; at < text.length; at += 20) writeSync(handle, text.slice(at, at + 20))
        closeSync(handle)
      },
    ],
    [
      'deleted and made anew',
      (text) => {
        unlinkSync(path('swinfo.json'))
        writeFileSync(path('swinfo.json'), text)
      },
    ],
  ])('%s', async (_how, save) => {
    await serve()
    for (const hostname of ['two', 'three', 'four']) {
      save(JSON.stringify(inventory(hostname)))
      await servedSoon(`hostname ${hostname}\n`)
    }
    expect(await ready()).toMatchObject({ ready: true, problems: [] })
  })

  test('a template, and one that it includes', async () => {
    await serve()
    writeIn(
      folder.path,
      'templates/config.njk',
      '{% include "parts/a.njk" ignore missing %}{{ hostname }}!\n',
    )
    await servedSoon('one!\n')
    writeIn(folder.path, 'templates/parts/a.njk', 'part of ')
    await servedSoon('part of one!\n')
    writeIn(folder.path, 'templates/parts/a.njk', 'piece of ')
    await servedSoon('piece of one!\n')
  })

  test('git checkout of another branch, back and forth', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example', ...args], {
        cwd: folder.path,
        stdio: 'pipe',
      })
    git('init', '-q', '-b', 'main')
    git('add', '.')
    git('commit', '-qm', 'one')
    git('checkout', '-qb', 'next')
    writeIn(folder.path, 'swinfo.json', inventory('two'))
    writeIn(folder.path, 'templates/config.njk', 'name {{ hostname }}\n')
    git('commit', '-qam', 'two')
    await serve()
    for (let turn = 0; turn < 3; turn++) {
      git('checkout', '-q', 'main')
      await servedSoon('hostname one\n')
      git('checkout', '-q', 'next')
      await servedSoon('name two\n')
    }
  })

  test.each([
    ['a file', 'map/swinfo.json'],
    ['a folder', 'map'],
  ])(
    'a link that is swapped, as Kubernetes does with a ConfigMap: %s',
    async (_what, inventoryPath) => {
      const version = (name: string, hostname: string) => {
        mkdirSync(path(`map/${name}`), { recursive: true })
        writeIn(folder.path, `map/${name}/swinfo.json`, inventory(hostname))
        writeIn(folder.path, `map/${name}/config.njk`, `${name} {{ hostname }}\n`)
      }
      version('..v1', 'a')
      symlinkSync('..v1', path('map/..data'))
      symlinkSync('..data/swinfo.json', path('map/swinfo.json'))
      symlinkSync('..data/config.njk', path('map/config.njk'))
      await serve(['--inventory', inventoryPath, '--templates', 'map'])
      await servedSoon('..v1 a\n')
      for (const [name, hostname] of [
        ['..v2', 'b'],
        ['..v3', 'c'],
      ] as const) {
        version(name, hostname)
        symlinkSync(name, path('map/..tmp'))
        renameSync(path('map/..tmp'), path('map/..data'))
        await servedSoon(`${name} ${hostname}\n`)
      }
      // back to one that has been there before
      symlinkSync('..v1', path('map/..tmp'))
      renameSync(path('map/..tmp'), path('map/..data'))
      await servedSoon('..v1 a\n')
    },
  )

  test('a link somewhere above a link in the folder of templates is swapped, back and forth', async () => {
    for (const release of ['r1', 'r2']) writeIn(folder.path, `${release}/ntp.njk`, `${release}\n`)
    writeIn(folder.path, 'templates/config.njk', "{% include 'parts/ntp.njk' %}")
    mkdirSync(path('templates/parts'))
    symlinkSync('r1', path('current'))
    symlinkSync('../../current/ntp.njk', path('templates/parts/ntp.njk'))
    await serve()
    for (const release of ['r2', 'r1', 'r2']) {
      symlinkSync(release, path('next'))
      renameSync(path('next'), path('current'))
      await servedSoon(`${release}\n`)
    }
    // as "cp -p" writes over it
    const { atime, mtime } = statSync(path('r2/ntp.njk'))
    writeFileSync(path('r2/ntp.njk'), 'r3\n')
    utimesSync(path('r2/ntp.njk'), atime, mtime)
    await servedSoon('r3\n')
  })

  test('the last of a burst of 1,000 changes, and not a single answer in between is torn', async () => {
    await serve()
    const seen = new Set<string>()
    for (let change = 1; change <= 1_000; change++) {
      writeFileSync(path('swinfo.json'), JSON.stringify(inventory(`n${change}`)))
      if (change % 50 === 0) {
        const answer = await get()
        expect(answer.status).toBe(200)
        seen.add(answer.body)
      }
    }
    await servedSoon('hostname n1000\n')
    for (const body of seen) expect(body).toMatch(/^hostname (?:one|n\d+)\n$/)
    expect((await ready()).problems).toEqual([])
  })

  test('a large inventory, of which one entry changes, is read by the worker', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [
        `52:55:00:00:${(at >> 8).toString(16).padStart(2, '0')}:${(at & 255).toString(16).padStart(2, '0')}`,
        { hostname: `leaf-${at}`, vlans: [1, 2, 3], note: 'some text that makes the file large' },
      ]),
    )
    writeIn(folder.path, 'swinfo.json', { ...inventory('one'), ...many })
    await serve()
    for (const hostname of ['two', 'three']) {
      writeIn(folder.path, 'swinfo.json', { ...inventory(hostname), ...many })
      await servedSoon(`hostname ${hostname}\n`)
      await servedSoon('hostname leaf-9999\n', '52:55:00:00:27:0f')
    }
    const { '52:55:00:00:27:0f': _gone, ...fewer } = many
    writeIn(folder.path, 'swinfo.json', {
      ...inventory('four'),
      ...fewer,
      '52:56:00:00:00:01': { hostname: 'new' },
    })
    await servedSoon('hostname new\n', '52:56:00:00:00:01')
    expect((await get('52:55:00:00:27:0f')).status).toBe(404)
    writeIn(folder.path, 'swinfo.json', `${JSON.stringify(many, null, 2).slice(0, -20)}`)
    await eventually(async () =>
      expect((await ready()).problems).toMatchObject([{ code: 'inventory-syntax' }]),
    )
    expect((await get()).body).toBe('hostname four\n')
  })
})

describe('a broken edit changes nothing but the list of problems', () => {
  test('the last good one stays, the problem names file, line and column, is told once, and is gone when mended', async () => {
    await serve()
    writeIn(
      folder.path,
      'swinfo.json',
      `{\n  "${mac}": {"hostname": "two"},\n  "${other}": {"hostname" "x"}\n}\n`,
    )
    await eventually(async () =>
      expect(await ready()).toMatchObject({
        status: 200,
        ready: true,
        problems: [{ code: 'inventory-syntax', file: 'swinfo.json', line: 3, column: 36 }],
      }),
    )
    expect((await get()).body).toBe('hostname one\n')
    writeIn(folder.path, 'templates/other.njk', 'unrelated\n')
    await eventually(() => expect(server?.output()).toContain('reloaded'))
    expect(server?.output().match(/inventory-syntax/g)).toHaveLength(1)
    writeIn(folder.path, 'swinfo.json', inventory('three'))
    await servedSoon('hostname three\n')
    expect(await ready()).toMatchObject({ ready: true, problems: [] })
    await server?.waitFor(/mended: swinfo\.json:3:36/)
  })

  test.each<[string, string | Uint8Array, string]>([
    ['empty', '', 'inventory-empty'],
    ['a list', '[]', 'inventory-shape'],
    ['not UTF-8', new Uint8Array([123, 0xff, 0xfe, 125]), 'inventory-encoding'],
    [
      'nested 10,000 deep',
      `{"${mac}": {"a": ${'['.repeat(10_000)}${']'.repeat(10_000)}}}`,
      'inventory-shape',
    ],
  ])('%s', async (_what, content, code) => {
    await serve()
    writeIn(folder.path, 'swinfo.json', content)
    await eventually(async () =>
      expect((await ready()).problems).toMatchObject([{ code, file: 'swinfo.json' }]),
    )
    expect((await get()).body).toBe('hostname one\n')
  })

  test('a template that is broken or empty keeps its last good version; a deleted one is gone', async () => {
    await serve()
    for (const text of ['{% if %}', '', '{{ 1 < 2 < 3 }}']) {
      writeIn(folder.path, 'templates/config.njk', text)
      await eventually(async () => expect((await ready()).problems).toHaveLength(1))
      expect((await get()).body).toBe('hostname one\n')
    }
    unlinkSync(path('templates/config.njk'))
    await eventually(async () => expect((await get()).status).toBe(503), 2_000)
    writeIn(folder.path, 'templates/config.njk', 'back {{ hostname }}\n')
    await servedSoon('back one\n')
  })

  test('a file saved in another encoding stops nobody', async () => {
    await serve()
    writeIn(
      folder.path,
      'swinfo.json',
      Buffer.from(`{"${mac}": {"hostname": "K\u00f6ln ${'x'.repeat(300)}"}}`, 'latin1'),
    )
    await eventually(async () =>
      expect((await ready()).problems).toMatchObject([
        { code: 'inventory-encoding', line: 1, column: 38 },
      ]),
    )
    expect((await get()).body).toBe('hostname one\n')
  })

  test('a link that leads to itself is its own problem, and gone when it is', async () => {
    await serve()
    symlinkSync('loop.njk', path('templates/loop.njk'))
    await eventually(async () =>
      expect((await ready()).problems).toMatchObject([
        { code: 'template-unreadable', file: 'templates/loop.njk' },
      ]),
    )
    writeIn(folder.path, 'templates/config.njk', 'other {{ hostname }}\n')
    await servedSoon('other one\n')
    unlinkSync(path('templates/loop.njk'))
    await eventually(async () => expect((await ready()).problems).toEqual([]))
  })

  test('the inventory deleted, and the folder of templates moved away: both go on until they are back', async () => {
    await serve()
    unlinkSync(path('swinfo.json'))
    renameSync(path('templates'), path('away'))
    await eventually(async () =>
      expect((await ready()).problems.map(({ code }) => code).sort()).toEqual([
        'inventory-missing',
        'templates-missing',
      ]),
    )
    expect((await get()).body).toBe('hostname one\n')
    expect((await ready()).status).toBe(200)
    writeIn(folder.path, 'swinfo.json', inventory('two'))
    renameSync(path('away'), path('templates'))
    await servedSoon('hostname two\n')
    writeIn(folder.path, 'templates/config.njk', 'new {{ hostname }}\n')
    await servedSoon('new two\n')
    expect((await ready()).problems).toEqual([])
  })

  test("a mistake inside of one entry is that entry's own: the rest of the edit is live", async () => {
    await serve()
    writeIn(folder.path, 'swinfo.json', {
      [mac]: { hostname: 'two', groups: ['nowhere'] },
      [other]: { hostname: 'new' },
    })
    await servedSoon('hostname new\n', other)
    expect((await get()).status).toBe(503)
    expect((await ready()).problems).toMatchObject([
      { code: 'group-unknown', file: 'swinfo.json', line: 5 },
    ])
    writeIn(folder.path, 'swinfo.json', inventory('three'))
    await servedSoon('hostname three\n')
  })
})

describe('an inventory folder', () => {
  beforeEach(() => {
    rmSync(path('swinfo.json'))
    writeIn(folder.path, 'inv/a.yaml', `defaults: {site: s}\n${mac}: {hostname: one}\n`)
    writeIn(folder.path, 'inv/b.json', { [other]: { hostname: 'other' } })
  })

  test('is the union of its files; a deleted one takes its switches with it, a broken one keeps its own', async () => {
    await serve(['--inventory', 'inv'])
    await servedSoon('hostname other\n', other)
    writeIn(folder.path, 'inv/a.yaml', 'x: [')
    writeIn(folder.path, 'inv/b.json', { [other]: { hostname: 'changed' } })
    await servedSoon('hostname changed\n', other)
    expect((await get()).body).toBe('hostname one\n')
    unlinkSync(path('inv/b.json'))
    await eventually(async () => expect((await get(other)).status).toBe(404), 2_000)
    cpSync(path('inv/a.yaml'), path('inv/.hidden.yaml'))
    unlinkSync(path('inv/a.yaml'))
    await eventually(async () =>
      expect((await ready()).problems[0]).toMatchObject({ code: 'inventory-empty', file: 'inv' }),
    )
    expect((await get()).body).toBe('hostname one\n')
  })

  test('a switch stated twice is served by neither; defaults stated twice break the later file only', async () => {
    await serve(['--inventory', 'inv'])
    writeIn(folder.path, 'inv/c.json', {
      '5254.0000.1111': { hostname: 'twin' },
      '52:54:00:00:33:33': { hostname: 'third' },
    })
    await servedSoon('hostname third\n', '52:54:00:00:33:33')
    expect((await get()).status).toBe(503)
    const [problem] = (await ready()).problems
    expect(problem).toMatchObject({ code: 'switch-duplicate' })
    expect(problem?.message).toContain('inv/a.yaml:2')
    expect(problem?.message).toContain('inv/c.json:2')
    writeIn(folder.path, 'inv/c.json', {
      defaults: {},
      '52:54:00:00:33:33': { hostname: 'fourth' },
    })
    await eventually(async () =>
      expect((await ready()).problems).toMatchObject([
        { code: 'inventory-duplicate-section', file: 'inv/c.json' },
        { code: 'switch-duplicate' },
      ]),
    )
    // its last good version is the one with the twin in it
    expect((await get('52:54:00:00:33:33')).body).toBe('hostname third\n')
  })
})

test('without a last good version the server starts, knows nobody for sure, and recovers when the file is made', async () => {
  rmSync(path('swinfo.json'))
  rmSync(path('templates'), { recursive: true })
  await serve(['--inventory', 'later/swinfo.json', '--templates', 'later/templates'])
  expect(await ready()).toMatchObject({ status: 503, ready: false })
  expect((await get()).status).toBe(503)
  writeIn(folder.path, 'later/swinfo.json', inventory('one'))
  writeIn(folder.path, 'later/templates/config.njk', 'late {{ hostname }}\n')
  await servedSoon('late one\n')
  expect(await ready()).toMatchObject({ status: 200, ready: true, problems: [] })
  writeIn(folder.path, 'later/templates/config.njk', 'later {{ hostname }}\n')
  await servedSoon('later one\n')
})

test('an inventory above its limit is refused by name and key', async () => {
  writeIn(folder.path, 'ztpush.conf', '[dynconfig]\nmax_inventory_mb = 1\n')
  await serve()
  writeFileSync(path('swinfo.json'), `{"${mac}": {"x": "${'x'.repeat(2_000_000)}"}}`)
  await eventually(async () =>
    expect((await ready()).problems).toMatchObject([
      { code: 'inventory-too-large', file: 'swinfo.json' },
    ]),
  )
  expect((await get()).body).toBe('hostname one\n')
})

test('SIGHUP reads everything at once, SIGTERM lets a request end and stops with code 0', async () => {
  const running = await serve()
  running.process.kill('SIGHUP')
  await running.waitFor(/SIGHUP/)
  expect((await get()).status).toBe(200)
  expect(await running.stop()).toBe(0)
  server = undefined
  expect(readFileSync(path('swinfo.json'), 'utf8')).toContain('one')
})
