/** What runs on the switch by the way: run_bash_script and run_cli_commands. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { before, configured, expectFailure, expectSuccess, Provisioning } from './provisioned.ts'

const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]
const substitution = 'Unable to perform variable substitution - '
const note = '/mnt/flash/note'

/** What is wrong with variables, for both actions: a file, its variables, the error. */
const wrongVariables: readonly (readonly [string, unknown, string, string])[] = [
  ['a name has no value', { a: 1 }, '$b', "'b' missing from list of substitutions"],
  ['there are no variables', undefined, '$HOME', "'HOME' missing from list of substitutions"],
  [
    'a dollar sign stands alone',
    null,
    'echo a\necho $(date)',
    'Invalid placeholder in string: line 2, col 6 (a dollar sign is written $$)',
  ],
  ['variables is a list', ['a'], 'echo', "invalid variables: found ['a'], expected a mapping"],
  ['variables is text', 'a', 'echo', 'invalid variables: found a, expected a mapping'],
]

let site: Provisioning

beforeAll(async () => {
  site = await Provisioning.start()
})
afterEach(() => site.removeSwitches())
afterAll(() => site.stop())

const impossible = fakeEosImpossible() !== undefined

describe.skipIf(impossible)('run_bash_script', () => {
  const script = (variables?: unknown) => ({
    action: 'run_bash_script',
    attributes: { url: 'files/script', ...(variables !== undefined && { variables }) },
  })

  test.each(pythons)(
    'runs a script with its variables filled in (Python $minor)',
    async (python) => {
      const lines = [
        '#!/bin/bash',
        `echo "\${city} $size $none $$HOME $$((1+2)) $$$$" > ${note}`,
        'for each in a b; do echo "said $$each"; done',
      ]
      const run = await site.run({
        actions: [script({ city: 'Köln', size: 7, none: null })],
        files: { script: `${lines.join('\n')}\n` },
        python,
      })
      const text = /^K\xc3\xb6ln 7 None \/root 3 \d+\n$/
      expectSuccess(run, { ...configured, note: expect.stringMatching(text) })
      expect(run.log).toEqual(expect.arrayContaining(['said a', 'said b']))
    },
  )

  test.each([
    ['with CRLF', `#!/bin/bash\r\nprintf x > ${note}\r\n`, 'x'],
    ['with a byte order mark', `\ufeff#!/bin/bash\nprintf x > ${note}\n`, 'x'],
    [
      'without a variable: $$ is a dollar sign',
      `#!/bin/sh\nprintf "$$0" > ${note}`,
      '/tmp/tmp-run-script',
    ],
    [
      'that is not UTF-8, its bytes as they are',
      Buffer.from(`#!/bin/sh\nprintf 'gr\xfcn \xff' > ${note}`, 'latin1'),
      'gr\xfcn \xff',
    ],
    ['for another interpreter', `#!/usr/bin/env python\nopen("${note}", "w").write("x")\n`, 'x'],
    ['without a first line of its own', `printf x > ${note}\n`, 'x'],
    [
      'that leaves a program behind, which nobody waits for',
      `#!/bin/sh\nsleep 300 &\nprintf x > ${note}\n`,
      'x',
    ],
  ])('runs a script %s', async (_what, text, expected) => {
    const run = await site.run({ actions: [script()], files: { script: text } })
    expectSuccess(run, { ...configured, note: expected })
    expect(run.seconds).toBeLessThan(10)
  })

  test.each([
    ['exit status 3', 'printf half; exit 3', 3, 'half', ''],
    ['exit status 3 and text on stderr', 'printf oops >&2; exit 3', 3, '', 'oops'],
    ['text on stderr alone', 'printf half; printf oops >&2', 0, 'half', 'oops'],
    ['a command that is not there', 'nothing_of_the_kind 2>/dev/null', 127, '', ''],
    ['text that is not ASCII', 'printf grün; exit 1', 1, 'grün', ''],
  ])(
    'fails on %s, and what the script did to flash is undone',
    async (_what, text, code, out, err) => {
      const lines = `#!/bin/bash\necho x > ${note}\necho x >> /mnt/flash/boot-config\n${text}\n`
      for (const python of pythons) {
        const run = await site.run({ actions: [script()], files: { script: lines }, python })
        expectFailure(
          run,
          'run_bash_script',
          `Running /tmp/tmp-run-script in bash failed return_code=${code}, stdout=${out}, stderr=${err})`,
        )
      }
    },
  )

  test.each(wrongVariables)('fails when %s', async (_what, variables, text, expected) => {
    const run = await site.run({ actions: [script(variables)], files: { script: text } })
    expectFailure(run, 'run_bash_script', substitution + expected)
  })

  test('fails when a variable cannot be said in the encoding of the script', async () => {
    const run = await site.run({
      actions: [script({ city: '東京' })],
      files: { script: Buffer.from('echo gr\xfcn $city', 'latin1') },
    })
    const text = /the script is not UTF-8, the variables are not ISO 8859-1: /
    expectFailure(run, 'run_bash_script', text)
  })

  test('runs each of several scripts, the last one undone with the run when it fails', async () => {
    const actions = ['first', 'second', 'third'].map((name) => ({
      action: 'run_bash_script',
      attributes: { url: `files/${name}` },
    }))
    const files = {
      first: `echo 1 >> ${note}`,
      second: `echo 2 >> ${note}`,
      third: `echo 3 >> ${note}; exit 1`,
    }
    const good = await site.run({ actions: actions.slice(0, 2), files })
    expectSuccess(good, { ...configured, note: '1\n2\n' })
    const bad = await site.run({ actions, files })
    expectFailure(
      bad,
      'run_bash_script',
      /^Running \/tmp\/tmp-run-script in bash failed return_code=1, /,
    )
  })
})

describe.skipIf(impossible)('run_cli_commands', () => {
  const commands = (variables?: unknown) => ({
    action: 'run_cli_commands',
    attributes: { url: 'files/commands', ...(variables !== undefined && { variables }) },
  })

  test.each(pythons)(
    'runs the lines of a file in one call, from enable mode (Python $minor)',
    async (python) => {
      const lines = ['configure', '', '  hostname $name', 'banner login $$5', '\t', 'show version']
      const run = await site.run({
        actions: [commands({ name: 'grün' })],
        files: { commands: `\ufeff${lines.join('\r\n')}\r\n` },
        python,
      })
      expectSuccess(run, configured)
      expect(run.eos.eapiCalls.filter(({ commands }) => commands.includes('configure'))).toEqual([
        expect.objectContaining({
          format: 'text',
          commands: ['enable', 'configure', 'hostname grün', 'banner login $5', 'show version'],
        }),
      ])
      expect(run.eos.runningConfig.slice(-2)).toEqual(['hostname grün', 'banner login $5'])
    },
  )

  test('can make EOS save its configuration as startup-config', async () => {
    const run = await site.run({
      actions: [commands()],
      files: { commands: 'configure\nhostname leaf7\nend\nwrite memory\n' },
      isBare: true,
    })
    const text = expect.stringMatching(/\nhostname leaf7\nend\n$/)
    expectSuccess(run, { ...before, 'startup-config': text })
  })

  test.each([
    ['empty', ''],
    ['of blank lines', ' \r\n\n\t'],
  ])('has nothing to do when the file is %s, and says so', async (_what, text) => {
    const run = await site.run({ actions: [commands()], files: { commands: text } })
    expectSuccess(run, configured)
    expect(run.log).toContain('run_cli_commands: nothing to do: no commands in files/commands')
  })

  test.each(pythons)(
    'fails at the first command that EOS refuses; what came before it stays (Python $minor)',
    async (python) => {
      const run = await site.run({
        actions: [commands()],
        files: { commands: 'configure\nhostname leaf7\nshow coffee\nhostname leaf8\n' },
        python,
      })
      expectFailure(
        run,
        'run_cli_commands',
        "Running CLI commands ['configure', 'hostname leaf7', 'show coffee', 'hostname leaf8'] failed: " +
          "CLI command 4 of 5 'show coffee' failed: invalid command (1002)",
      )
      expect(run.eos.runningConfig.filter((line) => line.startsWith('hostname'))).toEqual([
        'hostname leaf7',
      ])
    },
  )

  test('fails when eAPI does', async () => {
    const run = await site.run({
      actions: [commands()],
      files: { commands: 'show clock' },
      eos: {
        eapi: { fault: (call) => (call.commands.includes('show clock') ? 'garbage' : undefined) },
      },
    })
    expectFailure(
      run,
      'run_cli_commands',
      /^Running CLI commands \['show clock'\] failed: eAPI answers no JSON: /,
    )
  })

  test.each(wrongVariables)('fails when %s', async (_what, variables, text, expected) => {
    const run = await site.run({ actions: [commands(variables)], files: { commands: text } })
    expectFailure(run, 'run_cli_commands', substitution + expected)
    if (expected.startsWith('invalid')) {
      expect(run.log.filter((line) => line.startsWith('Variables: '))).toHaveLength(1)
    }
  })
})
