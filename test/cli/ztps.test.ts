import { spawn } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ask,
  eosHeaders,
  eventually,
  freePorts,
  makeFolder,
  runZtps,
  writeIn,
} from '../running-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}
let folder: ReturnType<typeof makeFolder>
let dataRoot: string

beforeEach(() => {
  folder = makeFolder({
    'ztpserver.conf': '[default]\ndata_root = data root\n',
    'data root/neighbordb':
      "patterns:\n- {name: ok, definition: d1, interfaces: [{any: 'any:any'}]}\n",
    'data root/definitions/d1':
      "name: d\nactions:\n- action: a\n  attributes: {ip: allocate('pool'), id: test('x')}\n",
    'data root/resources/pool': '10.0.0.1: null\n',
  })
  dataRoot = join(folder.path, 'data root')
})
afterEach(() => folder.remove())

const run = (...args: string[]) =>
  runZtps(folder.path, args, { ZTPS_CONFIG: join(folder.path, 'ztpserver.conf') })

describe('options of ztps', () => {
  test.each(['-v', '--version'])('%s prints the version and ends', async (option) => {
    expect(await run(option)).toEqual({
      code: 0,
      stdout: `ZTPServer version ${version}\n`,
      stderr: '',
    })
  })

  test.each(['-h', '--help'])('%s prints the options and ends well', async (option) => {
    const { code, stdout } = await run(option)
    expect(code).toBe(0)
    for (const name of ['-c, --conf', '-v, --version', '-V, --validate-config', '--debug']) {
      expect(stdout).toContain(name)
    }
    expect(stdout).toContain('-r, --clear-resources')
  })

  test.each([['--bogus'], ['extra'], ['--conf']])('wrong usage ends with 2: %s', async (option) => {
    expect(await run(option)).toMatchObject({ code: 2, stdout: '' })
  })

  test('several of them are done in one order, however they are typed', async () => {
    const { stdout, code } = await run('--validate', '-v')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ZTPServer version .*\nValidating neighbordb /)
  })
})

describe('settings of ztps', () => {
  test.each([
    ['[server]\nport = notaport', 'notaport'],
    ['[default]\nidentifier = hostname', 'hostname'],
  ])('%j stops the start with the value', async (conf, value) => {
    writeIn(folder.path, 'ztpserver.conf', conf)
    const { code, stderr } = await run()
    expect(code).toBe(1)
    expect(stderr).toContain(value)
  })
})

describe('ztps --validate-config', () => {
  test.each(['-V', '--validate', '--validate-config'])(
    '%s tells what it checks',
    async (option) => {
      writeIn(dataRoot, 'nodes/N1/definition', 'name: d\n')
      writeIn(dataRoot, 'nodes/N1/pattern', 'name: p\n')
      writeIn(dataRoot, 'nodes/N1/startup-config', 'not: [yaml\n')
      expect(await run(option)).toEqual({
        code: 0,
        stderr: '',
        stdout: `Validating neighbordb ('${dataRoot}/neighbordb')...
Ok!

Validating definitions...
Validating ${dataRoot}/definitions/d1...
Ok!

Validating resources...
Validating ${dataRoot}/resources/pool...
Ok!

Validating nodes...
Validating ${dataRoot}/nodes/N1/definition...
Ok!
Validating ${dataRoot}/nodes/N1/pattern...
Ok!
`,
      })
    },
  )

  test('lists invalid and bogus patterns by name, numbered in file order', async () => {
    writeIn(
      dataRoot,
      'neighbordb',
      `patterns:
- {name: fine, definition: d1, interfaces: [{any: 'any:any'}]}
- {name: no definition, interfaces: [{any: 'any:any'}]}
- {definition: d1, interfaces: [{Vlan9: x}]}
- {name: bogus, definition: d1, interfaces: [{any: 'none:none'}]}
- {name: blank, definition: d1, interfaces: [{Ethernet 1: x}]}
- {name: '', definition: d1, interfaces: []}
`,
    )
    const { code, stdout } = await run('-V')
    expect(code).toBe(1)
    expect(stdout).toContain(`Validating neighbordb ('${dataRoot}/neighbordb')...

ERROR: Failed to validate neighbordb patterns
   Invalid Patterns (count: 5/6)
   ---------------------------
   [0] no definition
   [1] N/A
   [2] bogus
   [3] blank
   [4] N/A

Validating definitions...
`)
  })

  test.each([
    ['is not YAML', 'patterns: [\n'],
    ['has bad variables', 'variables: [a]\npatterns: []\n'],
  ])('a neighbordb that %s is told as a whole, with the reason', async (_what, text) => {
    writeIn(dataRoot, 'neighbordb', text)
    const { code, stdout } = await run('-V')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /neighbordb'\)\.\.\.\n\nERROR: Failed to validate neighbordb\n\S.+\n\nValidating definitions/,
    )
    expect(stdout.match(/Ok!/g)).toHaveLength(2)
  })

  test('a neighbordb of another name that is not there is an error', async () => {
    writeIn(
      folder.path,
      'ztpserver.conf',
      '[default]\ndata_root = data root\n[neighbordb]\nfilename = db/n\n',
    )
    const { code, stdout } = await run('-V')
    expect(code).toBe(1)
    expect(stdout).toContain(`Validating neighbordb ('${dataRoot}/db/n')...\n\nERROR: `)
  })

  test('malformed files, missing plugins and missing pools are errors', async () => {
    writeIn(dataRoot, 'definitions/sub/broken', 'a: [\n')
    writeIn(
      dataRoot,
      'definitions/missing',
      `name: d
attributes: {g: "other(\\"y\\")"}
actions:
- action: a
  attributes: {a: allocate('nopool'), b: {c: ["noplugin('x') and more", 1]}, d: "allocate('two words')", e: "x allocate('q')"}
- action: b
  attributes: {a: allocate('nopool'), s: sqlite('table'), u: allocate('../neighbordb')}
`,
    )
    writeIn(dataRoot, 'resources/brokenpool', 'a: {\n')
    writeIn(dataRoot, 'nodes/N2/definition', 'b: [\n')
    const { code, stdout } = await run('-V')
    expect(code).toBe(1)
    const missing = `${dataRoot}/definitions/missing`
    expect(stdout).toContain(`Validating ${missing}...

ERROR: Plugin 'other' configured in '${missing}' is missing from '${dataRoot}/plugins'!

ERROR: Resource file 'nopool' configured in '${missing}' is missing from '${dataRoot}/resources'!

ERROR: Plugin 'noplugin' configured in '${missing}' is missing from '${dataRoot}/plugins'!

ERROR: Resource file '../neighbordb' configured in '${missing}' is missing from '${dataRoot}/resources'!
Validating ${dataRoot}/definitions/sub/broken...

ERROR: Failed to validate ${dataRoot}/definitions/sub/broken
${dataRoot}/definitions/sub/broken:`)
    for (const path of ['resources/brokenpool', 'nodes/N2/definition']) {
      expect(stdout).toContain(`\n\nERROR: Failed to validate ${dataRoot}/${path}\n`)
    }
  })

  test('a plugin that is there is not missing', async () => {
    writeIn(dataRoot, 'plugins/mine', '#!/bin/sh\n')
    writeIn(dataRoot, 'definitions/d1', "actions: [{action: a, attributes: {x: mine('y')}}]\n")
    expect(await run('-V')).toMatchObject({ code: 0 })
  })

  test('links are followed, and loops of links come to an end', async () => {
    writeIn(folder.path, 'shared/leaf', 'a: [\n')
    symlinkSync(join(folder.path, 'shared'), join(dataRoot, 'definitions/shared'))
    symlinkSync('..', join(dataRoot, 'definitions/loop'))
    symlinkSync('nowhere', join(dataRoot, 'definitions/broken-link'))
    const { stdout } = await run('-V')
    expect(stdout).toContain(`ERROR: Failed to validate ${dataRoot}/definitions/shared/leaf\n`)
    expect(stdout).toContain(`ERROR: Failed to validate ${dataRoot}/definitions/broken-link\n`)
    expect(stdout.length).toBeLessThan(5_000)
  })
})

describe('ztps --clear-resources', () => {
  test.each(['-r', '--clear-resources'])(
    '%s frees every value and keeps the rest',
    async (option) => {
      const pool = '# rack 1\nb2: NODE1   # spare\na1: null\nc3: NODE2\n'
      writeIn(dataRoot, 'resources/pool', pool)
      writeIn(dataRoot, 'resources/sub/other', '001: "0012"\n')
      writeIn(dataRoot, 'resources/empty', '')
      expect(await run(option)).toEqual({
        code: 0,
        stderr: '',
        stdout: `Validating resources...
Validating ${dataRoot}/resources/empty...
Ok!
Validating ${dataRoot}/resources/pool...
Ok!
Validating ${dataRoot}/resources/sub/other...
Ok!

Clearing resources...
Clearing ${dataRoot}/resources/empty...
Ok!
Clearing ${dataRoot}/resources/pool...
Ok!
Clearing ${dataRoot}/resources/sub/other...
Ok!
`,
      })
      const text = readFileSync(join(dataRoot, 'resources/pool'), 'utf8')
      expect(text).toMatch(/^# rack 1\nb2: null\s+# spare\na1: null\nc3: null\n$/)
      expect(readFileSync(join(dataRoot, 'resources/sub/other'), 'utf8')).toBe('001: null\n')
    },
  )

  test('changes nothing where a pool is malformed', async () => {
    writeIn(dataRoot, 'resources/good', 'a: N\n')
    writeIn(dataRoot, 'resources/bad', 'a: [\n')
    const { code, stdout } = await run('-r')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Validating resources\.\.\.\nValidating .*bad\.\.\.\n\nERROR: Failed/)
    expect(stdout).toMatch(/\n\nERROR: Unable to clear resources because of validation error\n$/)
    expect(readFileSync(join(dataRoot, 'resources/good'), 'utf8')).toBe('a: N\n')
  })
})

describe('ztps serves', () => {
  async function start(conf: string, args: readonly string[] = []) {
    const [port = 0, operatorPort = 0] = await freePorts(2)
    const text = conf.replace('OPERATOR', String(operatorPort))
    writeIn(
      folder.path,
      'ztpserver.conf',
      `[server]\ninterface = 127.0.0.1\nport = ${port}\n${text}`,
    )
    const child = spawn(
      process.execPath,
      [join(root, 'bin/ztps'), '--conf', 'ztpserver.conf', ...args],
      { cwd: folder.path, env: { PATH: process.env['PATH'], TZ: 'UTC' } },
    )
    const printed = { stdout: '', stderr: '' }
    child.stdout.on('data', (bytes) => {
      printed.stdout += bytes
    })
    child.stderr.on('data', (bytes) => {
      printed.stderr += bytes
    })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${printed.stderr}`)
      await ask(port, '/healthz')
    }, 10_000)
    const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal)
      return ended
    }
    return { port, operatorPort, printed, stop }
  }

  test.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    'until %s, and logs as ZTPServer does',
    async (signal) => {
      const server = await start('[default]\ndata_root = data root\nunknown_key = 1\n')
      expect(await server.stop(signal)).toBe(0)
      const { stdout, stderr } = server.printed
      expect(stdout).toBe('')
      for (const line of stderr.trimEnd().split('\n')) {
        expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}:(?:INFO|WARNING):\[ztps:0\] \S/)
      }
      expect(stderr).toMatch(/WARNING:\[ztps:0\] .*unknown_key.*there is no such key/)
    },
  )

  test('logs in the format of the file, with --debug on the standard output', async () => {
    const format = '%(levelname)-8s|%(name)s|%(process)d|%(nothing)s|%(message)s'
    const conf = `[default]\ndata_root = data root\nconsole_logging_format = ${format}\n`
    const server = await start(conf, ['--debug'])
    await server.stop()
    expect(server.printed.stderr).toBe('')
    expect(server.printed.stdout).toMatch(
      /^WARNING \|ztpserver\|\d+\|%\(nothing\)s\|console_logging_format: .*%\(nothing\)s\nINFO {4}\|/,
    )
  })

  test.each(['logging', 'console_logging'])('logs nothing with %s off', async (key) => {
    const server = await start(`[default]\ndata_root = data root\n${key} = No\n`)
    expect(await server.stop()).toBe(0)
    expect(server.printed).toEqual({ stdout: '', stderr: '' })
  })

  test('no /dynconfig and no operator side, unless they are stated', async () => {
    const headers = eosHeaders('52:54:00:00:11:11')
    const plain = await start('[default]\ndata_root = data root\n')
    expect((await ask(plain.port, '/dynconfig', headers)).status).toBe(404)
    await expect(ask(plain.operatorPort, '/readyz')).rejects.toThrow()
    await plain.stop()

    writeIn(folder.path, 'swinfo.json', { '52:54:00:00:11:11': { hostname: 'leaf1' } })
    writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }}\n')
    const both = await start(
      '[dynconfig]\ninventory = swinfo.json\n[operator]\nlisten = 127.0.0.1:OPERATOR\n',
    )
    expect((await ask(both.port, '/dynconfig', headers)).body).toBe('hostname leaf1\n')
    expect((await ask(both.operatorPort, '/readyz')).status).toBe(200)
    await both.stop()
  })

  test('writes nothing of its own where nothing happens', async () => {
    const server = await start('[default]\ndata_root = data root\n')
    await server.stop()
    expect(existsSync(join(dataRoot, 'nodes'))).toBe(false)
  })
})
