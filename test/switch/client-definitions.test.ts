/** Definitions and actions of every bad sort. */
import { describe, expect, test } from 'vitest'
import { noSwitch, pythons } from './client-runs.ts'
import { before, download, expectFailure } from './hostile-runs.ts'
import { type Boot, boot, json, metaOf, python } from './provisioned-switch.ts'

describe.skipIf(noSwitch).concurrent('a definition', () => {
  const given = (definition: string): Boot => ({
    ...download,
    answers: { '/nodes/SSJ17115134': json(definition) },
  })

  test.each([
    ['that is not JSON', '{"actions": [', /nodes\/SSJ17115134 is not JSON/],
    ['that is empty', '', /nodes\/SSJ17115134 is not JSON/],
    ['that is a list', '[]', /'actions' section missing from definition/],
    ['without actions', '{"name": "x"}', /'actions' section missing from definition/],
    ['whose actions are none', '{"actions": {"action": "x"}}', /'actions' section missing/],
    [
      'with an action that is a text',
      '{"actions": ["x"]}',
      /actions\[0\] of the definition has no/,
    ],
    ['with an action without name', '{"actions": [{}]}', /actions\[0\] of the definition has no/],
    ['with a number for a name', '{"actions": [{"action": 5}]}', /actions\[0\] of the definition/],
    [
      'with attributes that are a list',
      '{"actions": [{"action": "fetch", "attributes": [1]}]}',
      /executing action failed \(fetch\): 'attributes' is not a mapping/,
    ],
  ])('%s is an error that says so', async (_, definition, message) => {
    expectFailure(await boot(given(definition)), message)
  })

  test('without actions to run leaves no startup-config, which is the error', async () => {
    expectFailure(
      await boot(given('{"actions": []}')),
      /startup configuration is missing at the end of the bootstrap process/,
    )
  })

  const nested = (depth: number) =>
    `{"actions": [{"action": "configure", "attributes": {"x": ${'['.repeat(depth)}${']'.repeat(depth)}}}]}`

  test.each(pythons)(
    'that nests 1,000 deep runs, or is refused (Python $minor)',
    async ({ path }) => {
      const run = await boot({ ...given(nested(1000)), python: path })
      if (run.code === 0) expect(run.flash['startup-config']).toBe('hostname new')
      else expectFailure(run, /is not JSON: maximum recursion depth exceeded/)
      expect(run.stderr).toBe('')
    },
  )

  test.each(pythons)('that nests 100,000 deep is refused (Python $minor)', async ({ path }) => {
    expectFailure(
      await boot({ ...given(nested(100_000)), python: path }),
      /is not JSON: .*recursion/i,
    )
  })

  test.each(['../x', '..', '.', '/etc/x', 'a/b', 'a\\b', '', 'a\0b', '.ssh', 'startup-config'])(
    'that names an action %j is refused before anything is asked for',
    async (action) => {
      const run = await boot({ ...download, entries: [{ action }] })
      expectFailure(run, /cannot be the name of an action/)
      expect(run.asked.at(-1)).toBe('GET /nodes/SSJ17115134')
    },
  )

  test.each(
    pythons.flatMap(({ path, minor }) =>
      ['json', 'os', 'sys', 'socket', 'logging', '__main__', 'two words', 'größe'].map(
        (action) => ({
          action,
          path,
          minor,
        }),
      ),
    ),
  )('that names an action $action runs that, not the module (Python $minor)', async (at) => {
    const { action, path } = at
    const source = `# -*- coding: utf-8 -*-\nGREETING = "own"\ndef main(attributes):\n    attributes.get("NODE").append_startup_config_lines([GREETING])\n`
    const run = await boot({
      ...{ ...download, python: path },
      entries: [{ action }, download.entries?.[0] ?? {}, { action }],
      answers: {
        [`/actions/${encodeURIComponent(action)}`]: python(source),
        [`/meta/actions/${encodeURIComponent(action)}`]: metaOf(source),
      },
    })
    expect(run.stdout).toContain('ZTP bootstrap completed successfully!')
    expect(run.flash['startup-config']).toBe('own\nhostname new\nown')
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
  })

  test.each([
    ['has a syntax error', 'def main(:\n', /invalid syntax/],
    ['has no main', 'x = 1\n', /the action has no function main\(attributes\)/],
    ['has a main of another form', 'def main(): pass\n', /main\(\) takes/],
    [
      'raises',
      'def main(a): raise ValueError("b\\xe4d")\n',
      /executing action failed \(odd\): bäd/,
    ],
    ['exits', 'import sys\ndef main(a): sys.exit(3)\n', /it ended with exit status 3/],
    ['exits while it is loaded', 'raise SystemExit(4)\n', /executing action failed \(odd\): 4/],
    [
      'raises what is no Exception',
      'class Cancelled(BaseException): pass\ndef main(a):\n    open("/mnt/flash/new", "w").close()\n    raise Cancelled("gone")\n',
      /executing action failed \(odd\): gone/,
    ],
    ['is not text', '\u0000\u0001', /executing action failed \(odd\)/],
    ['recurses', 'def main(a): main(a)\n', /maximum recursion depth exceeded/],
    [
      'writes to standard error',
      'import sys, warnings\ndef main(a):\n    warnings.warn("careful")\n    raise OSError(28, "No space left", "/x")\n',
      /executing action failed \(odd\): No space left/,
    ],
  ])('with an action that %s fails, and says so', async (_, source, message) => {
    const run = await boot({ ...download, actions: { odd: source }, entries: [{ action: 'odd' }] })
    expectFailure(run, message)
  })

  test.each(pythons)(
    'with an action that puts something else in the place of standard output is logged on (Python $minor)',
    async ({ path }) => {
      for (const made of ['None', 'io.StringIO()', 'io.BytesIO()']) {
        const run = await boot({
          ...{ ...download, python: path, entries: [{ action: 'catch' }] },
          actions: {
            catch: `import io, sys
def main(attributes):
    sys.stdout = ${made}
    attributes.get("NODE").log_msg("unheard")
    attributes.get("NODE").append_startup_config_lines(["hostname new"])
    raise ValueError("heard by syslog")
`,
          },
        })
        expect(run.flash).toEqual(before)
        expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
        expect(run.eos.syslog.map(({ text }) => text)).toContain(
          'ZTPS - ERROR: SSJ17115134: Bootstrap process failed: executing action failed (catch): heard by syslog',
        )
      }
    },
  )

  test.each(pythons)(
    'with an action that leaves a daemon behind is gone through once (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...{ ...download, python: path, entries: [{ action: 'daemon' }, { action: 'once' }] },
        actions: {
          daemon: `import os, sys
def main(attributes):
    for ending in ("return", "exit", "raise"):
        child = os.fork()
        if child == 0:
            open("/tmp/" + ending, "w").close()
            if ending == "return":
                return
            if ending == "exit":
                sys.exit(7)
            raise ValueError("in the child")
        status = os.waitpid(child, 0)[1]
        attributes.get("NODE").log_msg("%s: %d" % (ending, os.WEXITSTATUS(status)))
`,
          once: `def main(attributes):
    attributes.get("NODE").append_startup_config_lines(["hostname new"])
`,
        },
        tell: ['/tmp/return', '/tmp/exit', '/tmp/raise'],
      })
      expect(run.told).toEqual({ '/tmp/return': '', '/tmp/exit': '', '/tmp/raise': '' })
      expect(run.stdout.match(/(return|exit|raise): \d+/g)).toEqual([
        'return: 0',
        'exit: 7',
        'raise: 1',
      ])
      expect(run.stdout.match(/Executing action once/g)).toHaveLength(1)
      expect(run.flash).toEqual({ ...before, 'startup-config': 'hostname new' })
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    },
  )
})
