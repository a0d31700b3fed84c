import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mask } from '../../src/core/secrets.ts'
import { type SwitchDiffs, switchDiffsSchema } from '../../src/core/switch-diff.ts'
import { ask, makeFolder, runCommand, startServer, writeIn } from '../running-server.ts'

let folder: ReturnType<typeof makeFolder>
const inventory = {
  defaults: { domain: 'lab', secret: '$6$a$old' },
  '52:54:00:00:11:11': { hostname: 'leaf1' },
  N2: { hostname: 'leaf2' },
}
const template = `hostname {{ hostname }}
one
two
three
dns domain {{ domain }}
four
five
six
username admin secret sha512 {{ secret }}
`

beforeEach(() => {
  folder = makeFolder({ 'swinfo.json': inventory, 'templates/config.njk': template })
})
afterEach(() => folder.remove())

const run = (...args: string[]) => runCommand(folder.path, ['diff', ...args])

async function data(code: number, ...args: string[]): Promise<SwitchDiffs> {
  const result = await run(...args, '--json')
  expect(result.stderr).toBe('')
  expect(result.code).toBe(code)
  const found = JSON.parse(result.stdout) as SwitchDiffs
  expect(switchDiffsSchema.strict().parse(found)).toEqual(found)
  return found
}

const statuses = ({ switches }: SwitchDiffs) =>
  switches.map(({ name, status }) => `${name} ${status}`)

function git(...args: string[]): void {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example', '-c', 'init.defaultBranch=main']
  execFileSync('git', [...who, ...args], { cwd: folder.path, stdio: 'pipe' })
}

function commit(): void {
  if (!existsSync(join(folder.path, '.git'))) git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'x')
}

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ztpush-revision-'))

describe('against a folder', () => {
  beforeEach(async () => {
    await runCommand(folder.path, ['render', '--all', '--out', 'before'])
  })

  test('nothing differs right after render --all', async () => {
    const result = await run('--against', 'before')
    expect(result).toEqual({ code: 0, stdout: '', stderr: '2 switches: 2 same\n' })
  })

  test('a change is a unified diff, and a secret that has changed is told without it', async () => {
    writeIn(folder.path, 'swinfo.json', {
      ...inventory,
      defaults: { domain: 'lab', secret: '$6$a$new' },
      N2: { hostname: 'leaf2', domain: 'other' },
    })
    const result = await run('--against', 'before/', 'leaf2')
    expect(result.code).toBe(1)
    expect(result.stderr).toBe('1 switch: 1 changed\n')
    expect(result.stdout).toBe(`diff --git a/leaf2.cfg b/leaf2.cfg
--- a/leaf2.cfg\tbefore/leaf2.cfg
+++ b/leaf2.cfg\tnow
@@ -2,8 +2,8 @@
 one
 two
 three
-dns domain lab
+dns domain other
 four
 five
 six
-username admin secret sha512 ${mask}
+username admin secret sha512 ${mask} (changed)
`)
    const shown = await run('--against', 'before', 'N2', '--show-secrets')
    expect(shown.stdout).toContain(
      '-username admin secret sha512 $6$a$old\n+username admin secret sha512 $6$a$new',
    )
  })

  test('a diff with secrets shown can be applied', async () => {
    writeIn(folder.path, 'templates/config.njk', `${template.replace('four\n', '')}end\n`)
    const { stdout } = await run('--against', 'before', '--show-secrets')
    writeIn(folder.path, 'x.patch', stdout)
    execFileSync('patch', ['-s', '-p1', '-d', 'before', '-i', '../x.patch'], { cwd: folder.path })
    expect((await run('--against', 'before')).code).toBe(0)
  })

  test('what is new, gone or cannot be rendered is told', async () => {
    writeIn(folder.path, 'swinfo.json', {
      ...inventory,
      N2: { hostname: 'leaf2', template: 'no.njk' },
      N3: { hostname: 'leaf3' },
    })
    writeIn(folder.path, 'before/old.cfg', 'x')
    const found = await data(1, '--against', 'before')
    expect(statuses(found)).toEqual(['leaf1 same', 'leaf2 failed', 'leaf3 new', 'old gone'])
    expect(found.counts).toEqual({ same: 1, changed: 0, new: 1, gone: 1, failed: 1 })
    const [, failed, added, gone] = found.switches
    expect(failed?.problem?.code).toBe('template-missing')
    expect(added?.diff).toMatch(
      /^diff --git .*\n--- \/dev\/null\n\+\+\+ b\/leaf3\.cfg\tnow\n@@ -0,0 \+1,9 @@\n\+hostname leaf3\n/,
    )
    expect(gone).toMatchObject({ id: null, against: 'before/old.cfg' })
    expect(gone?.diff).toMatch(
      /\+\+\+ \/dev\/null\n@@ -1,1 \+0,0 @@\n-x\n\\ No newline at end of file\n$/,
    )
  })

  test('texts that have nothing in common are told as a whole, soon', async () => {
    const lines = (word: string) =>
      Array.from({ length: 20_000 }, (_each, at) => `${word} ${at}\n`).join('')
    writeIn(folder.path, 'before/leaf1.cfg', lines('a'))
    writeIn(folder.path, 'templates/config.njk', lines('b'))
    const found = await data(1, '--against', 'before', 'leaf1')
    expect(found.switches[0]?.diff?.split('\n').length).toBe(40_005)
  })

  test('what a configuration holds reaches a pipe as it is, and JSON as escapes', async () => {
    writeIn(folder.path, 'before/leaf1.cfg', 'banner \u001b[31m\u009b\n')
    expect((await run('--against', 'before', 'leaf1')).stdout).toContain(
      '-banner \u001b[31m\u009b\n',
    )
    const { stdout } = await run('--against', 'before', 'leaf1', '--json')
    expect(stdout).toContain('-banner \\u001b[31m\\u009b')
  })

  test.each([
    [['--against', 'nix'], /nix: cannot compare with it: there is no such folder/],
    [['--against', 'swinfo.json'], /it is not a folder/],
    [['--against', 'before', 'nobody'], /the inventory has no switch "nobody"/],
    [['--backed-up'], /there is no data root/],
  ])('%j is a problem with a reason', async (args, message) => {
    const result = await run(...args)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(message)
  })
})

describe('against a revision', () => {
  test('inventory and templates are those of then, and nothing is left behind', async () => {
    commit()
    writeIn(folder.path, 'templates/config.njk', template.replace('four', 'vier'))
    writeIn(folder.path, 'swinfo.json', { ...inventory, N2: undefined, N3: { hostname: 'leaf3' } })
    const before = leftovers()
    const found = await data(1, '--rev', 'HEAD')
    expect(statuses(found)).toEqual(['leaf1 changed', 'leaf3 new', 'leaf2 gone'])
    expect(found.switches[0]).toMatchObject({ id: '52:54:00:00:11:11', against: 'HEAD' })
    expect(found.switches[0]?.diff).toMatch(/\n-four\n\+vier\n/)
    expect(leftovers()).toEqual(before)
    commit()
    expect((await run('--rev', 'HEAD')).code).toBe(0)
    expect((await run('--rev', 'main~1', 'leaf1')).code).toBe(1)
  })

  test('the repository itself is not touched, and its hooks are not run', async () => {
    commit()
    writeIn(folder.path, '.git/hooks/post-checkout', '#!/bin/sh\ntouch ran\n')
    writeIn(folder.path, '.git/hooks/post-index-change', '#!/bin/sh\ntouch ran\n')
    execFileSync('chmod', ['+x', '.git/hooks/post-checkout', '.git/hooks/post-index-change'], {
      cwd: folder.path,
    })
    const index = readFileSync(join(folder.path, '.git/index'))
    const env = { GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index' }
    expect(await runCommand(folder.path, ['diff', '--rev', 'HEAD'], env)).toMatchObject({ code: 0 })
    expect(readFileSync(join(folder.path, '.git/index'))).toEqual(index)
    expect(existsSync(join(folder.path, 'ran'))).toBe(false)
    expect(existsSync(join(folder.path, '.git/ran'))).toBe(false)
  })

  test('pools are those of then, and links are followed', async () => {
    const files = folder.path
    rmSync(join(files, 'swinfo.json'))
    mkdirSync(join(files, 'site'))
    writeIn(files, 'site/all.json', {
      N1: { hostname: 'leaf1', secret: 'x', domain: "allocate('p')" },
    })
    symlinkSync('site/all.json', join(files, 'swinfo.json'))
    writeIn(files, 'data_root/resources/p', '10.0.0.1: null\n')
    commit()
    writeIn(files, 'data_root/resources/p', '10.0.0.1: other\n10.0.0.2: null\n')
    const found = await data(1, '--rev', 'HEAD')
    expect(found.switches[0]?.diff).toMatch(/-dns domain 10\.0\.0\.1\n\+dns domain 10\.0\.0\.2\n/)
    expect(readFileSync(join(files, 'data_root/resources/p'), 'utf8')).toBe(
      '10.0.0.1: other\n10.0.0.2: null\n',
    )
  })

  test('what could not be rendered then is new, with the reason', async () => {
    writeIn(folder.path, 'templates/config.njk', `${template}{{ nothing }}\n`)
    commit()
    writeIn(folder.path, 'templates/config.njk', template)
    const found = await data(1, '--rev', 'HEAD', 'leaf1')
    expect(found.switches[0]).toMatchObject({
      status: 'new',
      problem: { code: 'template-undefined', file: 'templates/config.njk', line: 10 },
    })
  })

  test.each([
    ['nope', /git knows no revision "nope"/],
    ['--help', /git knows no revision "--help"/],
    ['HEAD:swinfo.json', /git knows no revision/],
    ['HEAD', /templates: it is not in git at "HEAD"/],
  ])('the revision %s is a problem with a reason', async (revision, message) => {
    git('init', '-q')
    git('add', 'swinfo.json')
    git('commit', '-qm', 'x')
    const before = leftovers()
    const result = await run(`--rev=${revision}`)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(message)
    expect(leftovers()).toEqual(before)
  })

  test('files outside of a repository are a problem with a reason', async () => {
    const outside = await run('--rev', 'HEAD')
    expect(outside.code).toBe(1)
    expect(outside.stderr).toMatch(/there is no git repository: not a git repository/)
    commit()
    const other = makeFolder({ 'config.njk': 'x\n' })
    const result = await run('--rev', 'HEAD', '--templates', other.path)
    expect(result.stderr).toMatch(/it is not in the git repository/)
    other.remove()
  })
})

test('against what each switch was last served, which explain tells of too', async () => {
  const server = await startServer(folder.path)
  const headers = {
    'X-Arista-SystemMAC': '52:54:00:00:11:11',
    'X-Arista-ModelName': 'DCS-1',
    'X-Arista-SoftwareVersion': '4.30.1F',
  }
  await ask(server.port, '/dynconfig', headers)
  await server.stop()
  const same = await data(1)
  expect(statuses(same)).toEqual(['leaf1 same', 'leaf2 new'])
  expect(same.switches[0]?.against).toMatch(/^served \d{4}-\d\d-\d\dT[\d:.]+Z$/)
  writeIn(folder.path, 'templates/DCS-1.njk', template.replace('one', 'eins'))
  expect((await run('leaf1')).stdout).toMatch(/\n-one\n\+eins\n/)
  const { stdout } = await runCommand(folder.path, ['explain', 'leaf1'])
  expect(stdout).toMatch(/^ {2}model +DCS-1\n {2}EOS +4\.30\.1F$/m)
  expect(stdout).toMatch(/DCS-1\.njk {2}named like the model/)
  expect(stdout).toMatch(/config-served +GET \/dynconfig 200/)
})

test('against what switches have backed up, known by their folders', async () => {
  writeIn(folder.path, 'data_root/nodes/525400001111/startup-config', 'hostname leaf1\n')
  writeIn(folder.path, 'data_root/nodes/X/startup-config', 'hostname leaf2\n')
  writeIn(folder.path, 'data_root/nodes/X/.node', { serialnumber: 'N2', model: 'M', neighbors: {} })
  writeIn(
    folder.path,
    'templates/config.njk',
    'hostname {{ hostname }}\n{% if switch.model is defined %}model {{ switch.model }}\n{% endif %}',
  )
  const found = await data(1, '--backed-up')
  expect(statuses(found)).toEqual(['leaf1 same', 'leaf2 changed'])
  expect(found.switches[1]).toMatchObject({ against: 'nodes/X/startup-config' })
  expect(found.switches[1]?.diff).toContain('+model M\n')
})

test('a part of the switches gets the values that it would get among all', async () => {
  writeIn(folder.path, 'swinfo.json', {
    defaults: { secret: 'x', domain: "allocate('p')" },
    N1: { hostname: 'leaf1' },
    N2: { hostname: 'leaf2' },
  })
  writeIn(folder.path, 'data_root/resources/p', '10.0.0.1: null\n10.0.0.2: null\n')
  await runCommand(folder.path, ['render', '--all', '--out', 'before'])
  expect((await run('--against', 'before', 'leaf2')).code).toBe(0)
})

test('a broken inventory makes nobody disappear', async () => {
  await runCommand(folder.path, ['render', '--all', '--out', 'before'])
  writeIn(folder.path, 'swinfo.json', '{')
  const result = await run('--against', 'before')
  expect(result.code).toBe(1)
  expect(result.stdout).toBe('')
  expect(result.stderr).toMatch(/swinfo\.json:1/)
})
