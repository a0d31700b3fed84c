import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ask, freePorts, makeFolder, runCommand, startServer, writeIn } from '../running-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const mac = '52:54:00:00:11:11'
let folder: ReturnType<typeof makeFolder>

beforeEach(() => {
  folder = makeFolder({
    'swinfo.json': {
      [mac]: { hostname: 'leaf1', vlans: [1] },
      '52:54:00:00:22:22': { hostname: 'leaf2', vlans: [] },
      SER3: { hostname: 'twin', vlans: [] },
      SER4: { hostname: 'twin', vlans: [] },
      SER5: { hostname: '../evil', vlans: [] },
    },
    'templates/config.njk': 'hostname {{ hostname }}\nmodel {{ switch.model | default("none") }}\n',
  })
})
afterEach(() => folder.remove())

const run = (...args: string[]) => runCommand(folder.path, args)

describe('help and usage', () => {
  test.each([[], ['serve'], ['render'], ['validate'], ['explain'], ['diff'], ['init']])(
    '%s --help shows an example and ends well',
    async (...command) => {
      const result = await run(...command, '--help')
      expect(result.code).toBe(0)
      expect(result.stdout).toMatch(/Examples:\n {2}ztpush /)
    },
  )

  test.each([
    [['nonsense'], /unknown command/],
    [['serve', '--nonsense'], /unknown option/],
    [['serve', '--port'], /argument missing/],
    [['validate', '--format', 'xml'], /text, json, github/],
    [['render'], /name one switch/],
    [['render', 'x', '--all'], /name one switch/],
    [['render', '--all'], /--out FOLDER/],
    [['init', '--example', 'tree'], /there are: lab, leaf-spine/],
    [['simulate'], /"ztpush simulate" is not in this version/],
    [['explain'], /missing required argument/],
    [['diff', '--rev', 'x', '--against', 'y'], /say one of/],
    [[], /Usage: ztpush/],
  ])('wrong usage ends with code 2: %j', async (args, message) => {
    const result = await run(...args)
    expect(result.code).toBe(2)
    expect(result.stderr).toMatch(message)
    expect(result.stdout).toBe('')
  })

  test('--version tells the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(await run('--version')).toMatchObject({ code: 0, stdout: `ztpush ${version}\n` })
  })
})

describe('render', () => {
  test.each(['52:54:00:00:11:11', '5254.0000.1111', '525400001111', 'leaf1'])(
    'finds a switch by %s',
    async (name) => {
      expect(await run('render', name)).toEqual({
        code: 0,
        stdout: 'hostname leaf1\nmodel none\n',
        stderr: '',
      })
    },
  )

  test('takes stand-ins for headers', async () => {
    expect((await run('render', 'ser3', '--model', 'DCS-7050')).stdout).toBe(
      'hostname twin\nmodel DCS-7050\n',
    )
  })

  test.each([
    ['a stranger', 'nobody', /the inventory has no switch "nobody"/],
    ['a hostname of two', 'twin', /several switches: SER3, SER4/],
  ])('names the problem of %s', async (_what, name, message) => {
    const result = await run('render', name)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(message)
  })

  test('tells where an undefined variable stands', async () => {
    writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }}\n  vlan {{ vlan_id }}\n')
    const result = await run('render', 'leaf1')
    expect(result.code).toBe(1)
    expect(result.stderr).toBe(
      'error: templates/config.njk:2:11 (vlan_id): "vlan_id" is undefined [leaf1]. Fix: state it in the inventory, or write "| default(…)"\n',
    )
  })

  test('warns when a template uses the URL of a server that nobody named', async () => {
    writeIn(folder.path, 'templates/config.njk', 'url {{ server.url }}\n')
    const guessed = await run('render', 'leaf1')
    expect(guessed.code).toBe(0)
    expect(guessed.stderr).toMatch(/warning: templates\/config\.njk:1 .*--server-url/)
    const stated = await run('render', 'leaf1', '--server-url', 'http://ztp:1234')
    expect(stated).toEqual({ code: 0, stdout: 'url http://ztp:1234\n', stderr: '' })
  })

  test.each([
    ['included by it', "{% include 'part.njk' %}", 'part.njk:2'],
    [
      'imported as a macro',
      "{% import 'macros.njk' as m with context %}{{ m.url() }}",
      'macros.njk:1',
    ],
    ['through another name', '{% set s = server %}{{ s.url }}', 'config.njk'],
    ['as a whole', '{{ server | dump }}', 'config.njk:1'],
    [
      'only for other switches',
      "{% if hostname != 'leaf1' %}{{ server.url }}{% endif %}x",
      undefined,
    ],
    ['in a comment and as text', 'server.url {# server.url #}', undefined],
    ['under the name of a variable', "{% set server = {url: 'x'} %}{{ server.url }}", undefined],
    ['in no template that it gets', 'x', undefined],
  ])(
    'warns of the URL of a server that nobody named where the switch gets it: %s',
    async (_how, text, place) => {
      writeIn(folder.path, 'templates/config.njk', `${text}\n`)
      writeIn(folder.path, 'templates/part.njk', 'part\n{{ server.url }}\n')
      writeIn(
        folder.path,
        'templates/macros.njk',
        '{% macro url() %}{{ server.url }}{% endmacro %}',
      )
      writeIn(folder.path, 'templates/nobody.njk', '{{ server.url }}\n')
      const { code, stderr } = await run('render', 'leaf1')
      expect(code).toBe(0)
      if (place === undefined) expect(stderr).toBe('')
      else expect(stderr).toContain(`warning: templates/${place} ([default] server_url): `)
    },
  )

  test('warns of that URL in Jinja2 and in a render that takes long too', async () => {
    writeIn(folder.path, 'templates/config.njk', 'x\n')
    const both = async (text: string) => {
      writeIn(folder.path, 'templates/other.j2', text)
      return (await run('render', 'leaf1', '--template', 'other.j2')).stderr
    }
    writeIn(folder.path, 'swinfo.json', { leaf1: { hostname: 'leaf1', template: 'other.j2' } })
    expect(await both('{{ server.url }}\n')).toMatch(/^warning: templates\/other\.j2:1 /)
    expect(await both('{# server.url #}{{ hostname }}\n')).toBe('')
    const long = '{% for each in range(150000) %}{% set x = each %}{% endfor %}x\n'
    expect(await both(long)).toBe('')
    expect(await both(`${long}{{ server.url }}`)).toMatch(/^warning: templates\/other\.j2:2 /)
  })

  test('validate, diff and --all warn of that URL once, when one of the switches gets it', async () => {
    writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }}\n')
    writeIn(folder.path, 'templates/url.njk', '{{ server.url }}\n')
    const commands = [
      ['validate'],
      ['render', '--all', '--out', 'out'],
      ['diff', '--against', 'out'],
    ]
    const warned = async (...args: string[]) => {
      const { stdout, stderr } = await run(...args)
      return `${stdout}${stderr}`.split('[default] server_url)').length - 1
    }
    for (const command of commands) expect(await warned(...command), command[0]).toBe(0)
    const inventory = {
      a: { template: 'url.njk' },
      b: { template: 'url.njk' },
      c: { hostname: 'c' },
    }
    writeIn(folder.path, 'swinfo.json', inventory)
    for (const command of commands) expect(await warned(...command), command[0]).toBe(1)
    expect(await warned('diff', '--against', 'out', 'c')).toBe(0)
  })

  test('--all writes one file a switch, inside of the folder, whatever the hostname', async () => {
    const result = await run('render', '--all', '--out', 'out/configs')
    expect(result).toMatchObject({ code: 0, stdout: '' })
    expect(result.stderr).toMatch(/^5 of 5 configurations written to out\/configs\n$/)
    expect(readdirSync(join(folder.path, 'out/configs')).sort()).toEqual([
      'SER5.cfg',
      'leaf1.cfg',
      'leaf2.cfg',
      'twin-SER4.cfg',
      'twin.cfg',
    ])
    expect(readFileSync(join(folder.path, 'out/configs/leaf1.cfg'), 'utf8')).toBe(
      'hostname leaf1\nmodel none\n',
    )
  })

  test('--all tells what fails, writes the rest, and ends with code 1', async () => {
    writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }} {{ vlans[0] }}\n')
    const result = await run('render', '--all', '--out', 'out')
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/"vlans\[0\]" is undefined \[leaf2\]/)
    expect(result.stderr).toMatch(/1 of 5 configurations/)
    expect(readdirSync(join(folder.path, 'out'))).toEqual(['leaf1.cfg'])
  })

  const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0
  if (!canMount) {
    if (process.env['CI'] !== undefined)
      throw new Error('the test of a full disk needs root and mount namespaces')
    console.warn('skipped: a full disk (needs root and mount namespaces)')
  }
  test.runIf(canMount)(
    'a full disk leaves the files of before whole and nothing half written',
    async () => {
      writeIn(folder.path, 'out/leaf1.cfg', 'before\n')
      writeIn(folder.path, 'templates/config.njk', `${'x'.repeat(200_000)}{{ hostname }}\n`)
      const script = `mount -t tmpfs -o size=64k none out && echo before > out/leaf1.cfg && '${process.execPath}' '${root}/bin/ztpush' render --all --out out; code=$?; ls out; cat out/leaf1.cfg; exit $code`
      const result = spawnSync('unshare', ['-m', 'sh', '-c', script], {
        cwd: folder.path,
        encoding: 'utf8',
      })
      expect(result.status).toBe(1)
      expect(result.stderr).toMatch(/out\/leaf1\.cfg: cannot write: the disk is full/)
      expect(result.stdout).toBe('leaf1.cfg\nbefore\n')
    },
  )
})

describe('validate', () => {
  test('says so when everything is fine', async () => {
    expect(await run('validate')).toEqual({
      code: 0,
      stdout: '5 switches: 0 errors, 0 warnings\n',
      stderr: '',
    })
    expect(JSON.parse((await run('validate', '--json')).stdout)).toEqual({
      problems: [],
      errors: 0,
      warnings: 0,
    })
  })

  test('finds what is wrong in templates, entries and files, each with its place', async () => {
    writeIn(folder.path, 'swinfo.json', {
      [mac]: { hostname: 'leaf1', groups: ['floor9'] },
      '52:54:00:00:22:22': { hostname: 'leaf2', template: 'leaf.njk' },
      'not a switch': {},
    })
    writeIn(folder.path, 'templates/leaf.njk', 'a\n{{ mtu }}\n')
    writeIn(folder.path, 'templates/bad.njk', '{% for x in y if x %}{% endfor %}\n')
    const result = await run('validate', '--format', 'json')
    expect(result.code).toBe(1)
    const report = JSON.parse(result.stdout) as {
      problems: Record<string, unknown>[]
      errors: number
      warnings: number
    }
    expect(report).toMatchObject({ errors: 4, warnings: 0 })
    const places = report.problems.map((problem) => [
      problem['code'],
      problem['file'],
      problem['line'],
      problem['switch'],
    ])
    expect(places).toEqual(
      expect.arrayContaining([
        ['template-misread', 'templates/bad.njk', 1, null],
        ['group-unknown', 'swinfo.json', 5, 'leaf1'],
        ['switch-id', 'swinfo.json', 12, 'not a switch'],
        ['template-undefined', 'templates/leaf.njk', 2, 'leaf2'],
      ]),
    )
    for (const problem of report.problems) {
      expect(Object.keys(problem).sort()).toEqual([
        'code',
        'column',
        'file',
        'fix',
        'key',
        'line',
        'message',
        'severity',
        'switch',
      ])
    }
  })

  test('nothing of the inventory commands the terminal or begins a line of its own', async () => {
    const hostname = 'leaf\n::error::\u001b[31m\u009b'
    writeIn(folder.path, 'swinfo.json', { [mac]: { hostname, template: 'bad.njk' } })
    writeIn(folder.path, 'templates/bad.njk', '{{ mtu }}\n')
    const shown = 'leaf\\n::error::\\u001b[31m\\u009b'
    const [text, github, json] = await Promise.all(
      ['text', 'github', 'json'].map((format) => run('validate', '--format', format)),
    )
    expect(text?.stdout.split('\n')).toEqual([
      expect.stringContaining(`is undefined [${shown}]. Fix: `),
      '1 switch: 1 error, 0 warnings',
      '',
    ])
    expect(github?.stdout.split('\n')).toEqual([expect.stringContaining(`[${shown}]`), ''])
    expect(json?.stdout).not.toMatch(/[\u001b\u009b]/)
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ problems: [{ switch: hostname }] })
  })

  test('refusals of settings are problems like the others', async () => {
    writeIn(folder.path, 'ztpush.conf', '[server]\nport = eighty\n[tls]\ncert = x.pem\n')
    const result = await run('validate', '--json')
    expect(result.code).toBe(1)
    expect((JSON.parse(result.stdout) as { problems: unknown[] }).problems).toMatchObject([
      { code: 'settings-not-built', line: 4 },
      { code: 'settings-value', file: expect.stringMatching(/ztpush\.conf$/), line: 2 },
    ])
  })

  test('writes annotations for GitHub', async () => {
    writeIn(folder.path, 'templates/config.njk', 'a\n{{ 50% }}\n')
    const result = await run('validate', '--format', 'github')
    expect(result.code).toBe(1)
    expect(result.stdout).toMatch(
      /^::error file=templates\/config\.njk,line=2,col=\d+,title=template-syntax::templates\/config\.njk:2:/m,
    )
    expect(result.stdout).not.toMatch(/%(?!25|0A|0D|3A|2C)/)
  })

  test('warnings alone end with code 0, unless --strict', async () => {
    writeIn(folder.path, 'swinfo.json', `{"${mac}": {"hostname": "leaf1", "eos": 4.30}}`)
    expect(await run('validate')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /warning: swinfo\.json:1:\d+: 4\.30 .*\n1 switch: 0 errors, 1 warning\n/,
      ),
    })
    expect((await run('validate', '--strict')).code).toBe(1)
  })

  test('has no colours where there is no terminal', async () => {
    writeIn(folder.path, 'templates/config.njk', '{{ nope }}')
    expect((await run('validate')).stdout).not.toContain('\u001b')
  })
})

describe('init', () => {
  test('makes a folder that serve works in, and overwrites nothing', async () => {
    const made = await run('init', 'lab')
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/cd lab && ztpush serve/) })
    const lab = join(folder.path, 'lab')
    expect(readdirSync(lab).sort()).toEqual(['dhcp', 'swinfo.json', 'templates'])
    expect(await runCommand(lab, ['validate', '--strict'])).toMatchObject({ code: 0 })
    const again = await run('init', 'lab')
    expect(again.code).toBe(1)
    expect(again.stderr).toMatch(/there is already: swinfo\.json, templates, dhcp/)
    expect((await run('init')).code).toBe(1)
    expect(existsSync(join(folder.path, 'dhcp'))).toBe(false)
  })

  test.each(['my lab', "o'hare$(false)", '-n'])(
    'what it says to do next can be pasted: %j',
    async (name) => {
      const { stdout } = await run('init', '--', name)
      const next = /^Next: (cd .*) && ztpush serve$/m.exec(stdout)?.[1]
      const listed = execFileSync('sh', ['-c', `${next} && ls`], { cwd: folder.path })
      expect(listed.toString()).toContain('swinfo.json')
    },
  )

  test('where no folder can be made it says why, and what to do', async () => {
    const { code, stderr } = await run('init', 'swinfo.json')
    expect(code).toBe(1)
    expect(stderr).toMatch(/swinfo\.json: cannot write: there is a file of that name\. Fix: name a/)
  })
})

describe('serve', () => {
  test('prints both addresses, the DHCP option, and a curl line that works as it stands', async () => {
    const server = await startServer(folder.path)
    await server.waitFor(/^try:.*\n/m)
    const line = /^try: +(curl .*)$/m.exec(server.output())?.[1] ?? ''
    expect(execFileSync('sh', ['-c', `${line} -s`], { encoding: 'utf8' })).toBe(
      'hostname leaf1\nmodel none\n',
    )
    expect(server.output()).toContain(`DHCP option 67: http://127.0.0.1:${server.port}/dynconfig`)
    expect(server.output()).toContain(`operator side:  http://127.0.0.1:${server.operatorPort}/`)
    expect((await ask(server.operatorPort, '/healthz')).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })

  test('in an empty folder says what to make', async () => {
    rmSync(join(folder.path, 'swinfo.json'))
    rmSync(join(folder.path, 'templates'), { recursive: true })
    const result = await run('serve')
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/swinfo\.json.*templates[\s\S]*ztpush init/)
  })

  test('a port that is taken stops the start with the setting to change', async () => {
    const taken = createServer()
    const [port = 0, free = 0] = await freePorts(2)
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve))
    const one = await run(
      'serve',
      '--interface',
      '127.0.0.1',
      '--port',
      String(port),
      '--operator',
      'off',
    )
    const other = await run(
      'serve',
      '--interface',
      '127.0.0.1',
      '--port',
      String(free),
      '--operator',
      `127.0.0.1:${port}`,
    )
    await new Promise((resolve) => taken.close(resolve))
    expect(one).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\[server\] port \(--port\).*something else listens/),
    })
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\[operator\] listen \(--operator\).*something else listens/),
    })
  })

  test('an operator side beyond loopback needs a token, and shows without it how many problems there are', async () => {
    const [port = 0, operator = 0] = await freePorts(2)
    const args = [
      'serve',
      '--interface',
      '127.0.0.1',
      '--port',
      String(port),
      '--operator',
      `0.0.0.0:${operator}`,
    ]
    const refused = await run(...args)
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ZTPUSH_OPERATOR_TOKEN/),
    })
    writeIn(
      folder.path,
      'ztpush.conf',
      `[operator]\ntoken = a-secret-token\nlisten = 0.0.0.0:${operator}\n`,
    )
    writeIn(folder.path, 'templates/bad.njk', '{% if %}')
    const [child] = [await startServer(folder.path, ['--operator', `0.0.0.0:${operator}`])]
    const asked = await ask(operator, '/readyz')
    const trusted = await ask(operator, '/readyz', { Authorization: 'Bearer a-secret-token' })
    const forged = await ask(operator, '/readyz', { Authorization: 'Bearer a-secret-tokem' })
    const health = await ask(operator, '/healthz')
    await child.stop()
    expect(JSON.parse(asked.body)).toEqual({ ready: true, problems: 1 })
    expect(JSON.parse(forged.body)).toEqual({ ready: true, problems: 1 })
    expect(JSON.parse(trusted.body)).toMatchObject({ problems: [{ code: 'template-syntax' }] })
    expect(health.status).toBe(200)
  })

  test('an inventory that nobody may read is a problem, not the end', async () => {
    if (process.getuid?.() === 0) {
      // root reads everything; a folder in its place is as unreadable
      rmSync(join(folder.path, 'swinfo.json'))
      writeIn(folder.path, 'swinfo.json/x', 'x')
    } else {
      chmodSync(join(folder.path, 'swinfo.json'), 0)
    }
    const server = await startServer(folder.path)
    expect((await ask(server.port, '/dynconfig', { 'X-Arista-SystemMAC': mac })).status).toBe(503)
    expect((await ask(server.operatorPort, '/readyz')).status).toBe(503)
    await server.stop()
  })

  test('a data root that is not there is warned of, and the rest is served', async () => {
    const server = await startServer(folder.path, ['--data-root', 'root'])
    expect(server.output()).toContain('(--data-root): there is no such folder: ')
    expect((await ask(server.port, '/dynconfig', { 'X-Arista-SystemMAC': mac })).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })

  test('a path that would hide a route of ZTPServer stops the start', async () => {
    writeIn(folder.path, 'ztpush.conf', '[dynconfig]\npath = /nodes/x\n')
    const result = await runCommand(folder.path, ['serve', '--data-root', '.'])
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(
      /ztpush\.conf:2 \(\[dynconfig\] path\): .* Fix: choose another path/,
    )
  })

  test.each([['ZTPUSH_TLS_CERT', { ZTPUSH_TLS_CERT: 'x.pem' }]])(
    'what this version does not have stops the start by name: %s',
    async (name, env) => {
      const result = await runCommand(folder.path, ['serve'], env as Record<string, string>)
      expect(result.code).toBe(1)
      expect(result.stderr).toContain(name)
    },
  )
})
