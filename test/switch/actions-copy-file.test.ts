import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type FakeEos, fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import {
  before,
  configured,
  expectFailure,
  expectSuccess,
  flashText,
  Provisioning,
} from './provisioned.ts'

const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]
const motd = 'authorised people only\r\n\xff\x00'
const files = { motd: Buffer.from(motd, 'latin1') }

const copy = (dst_url: string, attributes: object = {}) => ({
  action: 'copy_file',
  attributes: { src_url: 'files/motd', dst_url, ...attributes },
})

describe.skipIf(fakeEosImpossible() !== undefined)('copy_file', () => {
  let site: Provisioning

  beforeAll(async () => {
    site = await Provisioning.start()
  })
  afterEach(() => site.removeSwitches())
  afterAll(() => site.stop())

  test.each(pythons)(
    'copies at once to each place that survives a reboot, and makes folders (Python $minor)',
    async (python) => {
      const elsewhere = [
        '/mnt/usb1',
        '/mnt/drive/logs/',
        '/persist/local',
        '/persist/sys/a/b',
        '/mnt/flash/../drive',
      ]
      const run = await site.run({
        actions: ['/mnt/flash', '/mnt/flash/a/b/', '/link/c', ...elsewhere].map((to) => copy(to)),
        files,
        python,
        prepare: (eos) => symlinkSync('/mnt/flash/linked', eos.path('/link')),
      })
      expectSuccess(run, { ...configured, motd, 'a/b/motd': motd, 'linked/c/motd': motd })
      for (const folder of elsewhere) {
        expect(run.eos.file(`${folder}/motd`)).toBe(files.motd.toString('utf8'))
      }
    },
  )

  test.each([
    ['"0755"', '0755', 0o755],
    ['"640"', '640', 0o640],
    ['755 without quotes', 755, 0o755],
    ['"0o600"', '0o600', 0o600],
    ['"4750"', '4750', 0o4750],
    // the client of ZTPServer leaves downloads so
    ['null', null, 0o777],
    ['an empty text', '', 0o777],
  ])('with mode %s gives the file these permissions', async (_what, mode, expected) => {
    const run = await site.run({ actions: [copy('/mnt/flash', { mode })], files })
    expectSuccess(run, { ...configured, motd })
    expect(run.eos.flashListing().get('motd')).toEqual({ kind: 'file', mode: expected })
  })

  test.each([
    ['rwxr-xr-x', 'rwxr-xr-x'],
    ['789', '789'],
    // 0755 without quotes
    [493, '493'],
    ['-755', '-755'],
    ['755; reboot', '755; reboot'],
  ])('takes no mode %s', async (mode, shown) => {
    for (const folder of ['/mnt/flash', '/home']) {
      const run = await site.run({ actions: [copy(folder, { mode })], files })
      const text = `Invalid attribute('mode'): found ${shown}, expected octal digits as in '755' (in quotes: YAML reads 0755 as 493)`
      expectFailure(run, 'copy_file', text)
      expect(run.log).not.toContain('GET SERVER/files/motd')
    }
  })

  test.each([
    ['replaces a file', {}, { motd: 'old' }, { motd }],
    ['replaces a file', { overwrite: 'replace' }, { motd: 'old' }, { motd }],
    ['replaces a file', { overwrite: null }, { motd: 'old' }, { motd }],
    ['copies one that is not there', { overwrite: 'if-missing' }, {}, { motd }],
    ['copies one that is not there', { overwrite: 'backup' }, {}, { motd }],
    ['keeps a copy', { overwrite: 'backup' }, { motd: 'old' }, { motd, 'motd.backup': 'old' }],
    [
      'keeps a copy in the place of an older copy',
      { overwrite: 'backup' },
      { motd: 'old', 'motd.backup': 'older' },
      { motd, 'motd.backup': 'old' },
    ],
  ])('%s on flash with %j', async (_what, attributes, flash, expected) => {
    const run = await site.run({
      actions: [copy('/mnt/flash', attributes)],
      files,
      eos: { flash },
    })
    expectSuccess(run, { ...configured, ...expected })
  })

  test('leaves a file alone with if-missing, its mode too, says so and downloads nothing', async () => {
    const run = await site.run({
      actions: [copy('/mnt/flash/', { overwrite: 'if-missing', mode: '600' })],
      files,
      eos: { flash: { motd: 'old' } },
    })
    expectSuccess(run, { ...configured, motd: 'old' })
    expect(run.eos.flashListing().get('motd')?.mode).toBe(0o644)
    expect(run.log).toContain('copy_file: nothing to do: /mnt/flash/motd already exists')
    expect(run.log).not.toContain('GET SERVER/files/motd')
  })

  test.each(['replace', 'backup'])(
    'with %s is undone when the run fails later',
    async (overwrite) => {
      const flash = { motd: 'old', 'motd.backup': 'older' }
      const run = await site.run({
        actions: [copy('/mnt/flash', { overwrite }), copy('/mnt/flash', { src_url: 'files/none' })],
        files,
        eos: { flash },
      })
      expectFailure(run, 'copy_file', /^Unable to retrieve file from files\/none: /, {
        ...before,
        ...flash,
      })
    },
  )

  test.each(['keep', 'Replace', 'if_missing'])('takes no overwrite: %s', async (overwrite) => {
    const run = await site.run({ actions: [copy('/mnt/flash', { overwrite })], files })
    const text = `Erroneous 'overwrite' value: found '${overwrite}', expected one of replace, if-missing, backup`
    expectFailure(run, 'copy_file', text)
  })

  test('fails where there is a file in the place of a folder, or a folder in that of the file', async () => {
    const onFile = await site.run({ actions: [copy('/mnt/flash/boot-config/a/b')], files })
    expectFailure(
      onFile,
      'copy_file',
      /^Unable to make folder \/mnt\/flash\/boot-config: .*File exists/,
    )
    const onFolder = await site.run({
      actions: [copy('/mnt/flash')],
      files,
      eos: { flash: { 'motd/today': 'hello' } },
    })
    const flash = { ...before, 'motd/today': 'hello' }
    expectFailure(onFolder, 'copy_file', 'Unable to replace /mnt/flash/motd: it is a folder', flash)
  })

  test.each(['/mnt/flash/tools', '/home'])(
    'to %s fails before the download when flash has not the space',
    async (to) => {
      const run = await site.run({
        actions: [copy(to)],
        files: { motd: Buffer.alloc(200_000) },
        eos: { flashSize: '128k' },
      })
      expectFailure(
        run,
        'copy_file',
        /^Unable to retrieve file from files\/motd: not enough memory on flash for saving SERVER\/files\/motd to \S+ \(free: \d+ bytes, required: 200000 bytes\)$/,
      )
      expect([...run.eos.flashListing().keys()]).toEqual([
        'boot-config',
        'persist',
        'persist/notes',
      ])
      expect(run.log).toContain('GET SERVER/meta/files/motd')
    },
  )

  describe('to a place that does not survive a reboot', () => {
    const kept = '/mnt/flash/.ztp-files/motd'
    const to = '/home/motd'

    /** Attributes → lines of rc.eos, as ZTPServer's own tests look for them. */
    const lines: readonly (readonly [object, readonly string[]])[] = [
      [{}, [`sudo cp ${kept} ${to}`]],
      [{ overwrite: 'replace' }, [`sudo cp ${kept} ${to}`]],
      [{ overwrite: 'if-missing' }, [`[ ! -f ${to} ] && sudo cp ${kept} ${to}`]],
      [
        { overwrite: 'backup' },
        [`[ -f ${to} ] && sudo mv ${to} ${to}.backup`, `sudo cp ${kept} ${to}`],
      ],
      [{ mode: '0640' }, [`sudo cp ${kept} ${to}`, `sudo chmod 0640 ${to}`]],
      [
        { mode: 777, overwrite: 'if-missing' },
        [`[ ! -f ${to} ] && sudo cp ${kept} ${to}`, `sudo chmod 777 ${to}`],
      ],
      [
        { mode: '755', overwrite: 'backup' },
        [
          `[ -f ${to} ] && sudo mv ${to} ${to}.backup`,
          `sudo cp ${kept} ${to}`,
          `sudo chmod 755 ${to}`,
        ],
      ],
    ]
    test.each(lines)('with %j has these lines in rc.eos', async (attributes, expected) => {
      const run = await site.run({ actions: [copy(to, attributes)], files })
      expectSuccess(run, {
        ...configured,
        '.ztp-files/motd': motd,
        'rc.eos': ['#!/bin/bash', ...expected].join('\n'),
      })
      expect(run.eos.file(to)).toBeUndefined()
    })

    test.each(pythons)(
      'adds the lines of several behind each other (Python $minor)',
      async (python) => {
        const run = await site.run({
          actions: [copy(to), copy('/home/', { src_url: 'files/issue' })],
          files: { ...files, issue: 'x' },
          python,
        })
        expectSuccess(run, {
          ...configured,
          '.ztp-files/motd': motd,
          '.ztp-files/issue': 'x',
          'rc.eos': `#!/bin/bash\nsudo cp ${kept} ${to}\nsudo cp /mnt/flash/.ztp-files/issue /home/`,
        })
      },
    )

    /** Runs rc.eos as EOS does, and gives what is in `/home` then. */
    const booted = async (eos: FakeEos) => {
      const { stdout, stderr } = await eos.startProgram(['bash', '/mnt/flash/rc.eos']).result
      expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
      return readdirSync(eos.path('/home')).sort()
    }

    test.each([
      ['as it is named there', '/home/', {}, 'motd'],
      ['under a name of its own', '/home/issue', {}, 'issue'],
      ['with its mode', to, { mode: '0640' }, 'motd'],
      ['where there is none yet', to, { overwrite: 'if-missing', mode: '0640' }, 'motd'],
      ['without a copy of nothing', to, { overwrite: 'backup' }, 'motd'],
    ])('is copied there at boot: %s', async (_what, dst_url, attributes, name) => {
      const run = await site.run({ actions: [copy(dst_url, attributes)], files })
      expect(run.code).toBe(0)
      expect(await booted(run.eos)).toEqual([name])
      expect(run.eos.file(`/home/${name}`)).toBe(files.motd.toString('utf8'))
      const mode = statSync(run.eos.path(`/home/${name}`)).mode & 0o7777
      if ('mode' in attributes) expect(mode).toBe(0o640)
      expect(flashText(run.eos)).toEqual(run.flash)
    })

    test.each([
      ['replaced', 'replace', { motd: files.motd.toString('utf8') }],
      ['left alone', 'if-missing', { motd: 'from EOS' }],
      [
        'kept as a copy',
        'backup',
        { motd: files.motd.toString('utf8'), 'motd.backup': 'from EOS' },
      ],
    ])('has what EOS puts there %s at each boot', async (_what, overwrite, expected) => {
      const run = await site.run({ actions: [copy(to, { overwrite })], files })
      for (const _boot of ['first', 'second']) {
        const put = "rm -f /home/*; printf 'from EOS' > /home/motd"
        await run.eos.startProgram(['sh', '-c', put]).result
        await booted(run.eos)
        const there = Object.keys(expected).map((name) => [name, run.eos.file(`/home/${name}`)])
        expect(Object.fromEntries(there)).toEqual(expected)
      }
    })

    test('quotes names that a shell would not take as they are', async () => {
      const run = await site.run({
        actions: [
          copy("/home/it's $HOME; here/", { src_url: 'files/the motd?v=1' }),
          copy("/home/it's $HOME; here/copy", { src_url: 'files/motd', mode: 600 }),
        ],
        files: { ...files, 'the motd': 'today' },
        prepare: (eos) => mkdirSync(eos.path("/home/it's $HOME; here")),
      })
      const folder = `'/home/it'"'"'s $HOME; here/`
      expectSuccess(run, {
        ...configured,
        '.ztp-files/motd': motd,
        '.ztp-files/the motd': 'today',
        'rc.eos': [
          '#!/bin/bash',
          `sudo cp '/mnt/flash/.ztp-files/the motd' ${folder}'`,
          `sudo cp ${kept} ${folder}copy'`,
          `sudo chmod 600 ${folder}copy'`,
        ].join('\n'),
      })
      await booted(run.eos)
      expect(run.eos.file("/home/it's $HOME; here/the motd")).toBe('today')
      expect(run.eos.file("/home/it's $HOME; here/copy")).toBe(files.motd.toString('utf8'))
    })

    test('keeps two files of one name apart, and one file for two places once', async () => {
      const run = await site.run({
        actions: [
          copy('/home/first', { src_url: 'files/a/motd' }),
          copy('/home/second', { src_url: 'files/b/motd' }),
          copy('/home/third', { src_url: 'files/a/motd' }),
        ],
        files: { 'a/motd': 'one', 'b/motd': 'two' },
      })
      expectSuccess(run, {
        ...configured,
        '.ztp-files/motd': 'one',
        '.ztp-files/motd.2': 'two',
        'rc.eos': [
          '#!/bin/bash',
          `sudo cp ${kept} /home/first`,
          `sudo cp ${kept}.2 /home/second`,
          `sudo cp ${kept} /home/third`,
        ].join('\n'),
      })
      await booted(run.eos)
      const found = ['first', 'second', 'third'].map((name) => run.eos.file(`/home/${name}`))
      expect(found).toEqual(['one', 'two', 'one'])
    })
  })
})
