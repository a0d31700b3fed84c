/** What the client meets and must survive: servers, definitions, flashes and EOS of every bad sort. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createFakeEos, type FakeEosOptions, fakeEosImpossible } from './fake-eos.ts'
import { HttpDouble, type HttpScript, type HttpStep } from './http-double.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import type { ProgramAnswer } from './program-calls.ts'
import {
  answersOf,
  type Boot,
  type BootResult,
  boot,
  clientFor,
  flashText,
  html,
  json,
  metaOf,
  python,
  quickClient,
  text,
} from './provisioned-switch.ts'

const noSwitch = fakeEosImpossible() !== undefined
const newest = newestInterpreter().path
/** Two Pythons, the oldest and the newest; only one where there is only one. */
const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]

const fetches = `def main(attributes):
    node = attributes.get("NODE")
    node.retrieve_url(attributes.get("url"), attributes.get("path"))
    node.append_startup_config_lines(["hostname new"])
`
const image = Buffer.alloc(60_000, 'an image of EOS, more or less ')
const before = { 'boot-config': 'SWI=flash:/old.swi\n', image: 'the former one\n', 'a/b': 'kept\n' }

/** A run that downloads `files/image` over a file of flash. */
const download: Boot = {
  python: newest,
  eos: { flash: { ...before, 'startup-config': 'hostname old\n' } },
  entries: [{ action: 'fetch', attributes: { url: 'files/image', path: '/mnt/flash/image' } }],
  actions: { fetch: fetches },
  files: { image },
}

const client = (settings: object) => ({ config: { client: { ...quickClient, ...settings } } })

/** The requests of a run, each with its answer when all is well. */
const paths = {
  config: '/bootstrap/config',
  nodes: '/nodes',
  definition: '/nodes/SSJ17115134',
  'meta of an action': '/meta/actions/fetch',
  action: '/actions/fetch',
  'meta of a file': '/meta/files/image',
  file: '/files/image',
}
const places = Object.entries(paths)
/** An action goes on without its metadata, and they are asked for once. */
const needed = places.filter(([name]) => name !== 'meta of an action')

/** The right answer of a place. */
function rightAt(path: string): HttpStep {
  const step = answersOf(download)[path]
  if (step === undefined || typeof step === 'function' || !('headers' in step)) {
    throw new Error(`no answer for ${path}`)
  }
  return step
}

function expectFailure(run: BootResult, message: string | RegExp): void {
  const said = run.stdout.split('\n').find((line) => line.includes('Bootstrap process failed'))
  expect(said ?? run.stdout).toMatch(message)
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
  expect(run.flash).toEqual(before)
}

function expectSuccess(run: BootResult): void {
  expect(run.stdout).toContain('SSJ17115134: ZTP bootstrap completed successfully!')
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
  expect(run.flash).toEqual({
    ...before,
    image: image.toString('latin1'),
    'startup-config': 'hostname new',
  })
}

describe.skipIf(noSwitch).concurrent('a download', () => {
  test.each(pythons)('goes on where the server left it (Python $minor)', async ({ path }) => {
    const body = text(image, { etag: '"one"' })
    const answers = { '/files/image': [{ ...body, cutAfter: 30_000 }, body] }
    const run = await boot({ ...download, python: path, answers })
    expectSuccess(run)
    const [, second] = run.requests.filter((request) => request.path === '/files/image')
    expect(second?.headers).toMatchObject({ range: 'bytes=30000-', 'if-range': '"one"' })
    expect(run.stdout).toContain('/files/image ended after 30000 of 60000 bytes; again in')
  })

  test('begins anew when the file has no tag or date to compare', async () => {
    const body = text(image)
    const run = await boot({
      ...download,
      answers: { '/files/image': [{ ...body, cutAfter: 30_000, isReset: true }, body] },
    })
    expectSuccess(run)
    const asked = run.requests.filter((request) => request.path === '/files/image')
    expect(asked.map(({ headers }) => headers['range'])).toEqual([undefined, undefined])
  })

  test('begins anew when the file has become another meanwhile', async () => {
    const old = Buffer.alloc(60_000, 'another ')
    const run = await boot({
      ...{ ...download, ...client({ retries: 2 }) },
      answers: {
        '/files/image': [
          text(old, { etag: '"old"', cutAfter: 20_000 }),
          text(image, { etag: '"new"' }),
        ],
        '/meta/files/image': [metaOf(old), metaOf(image)],
      },
    })
    expectSuccess(run)
    expect(run.stdout).toContain('sha1 of')
  })

  test.each<[what: string, wrong: Partial<HttpStep>]>([
    [
      'another part than asked for',
      { status: 206, headers: { 'Content-Range': 'bytes 5-9/60000' } },
    ],
    ['no such part', { status: 416, headers: { 'Content-Range': 'bytes */60000' } }],
  ])('begins anew when it is given %s', async (_, wrong) => {
    const body = text(image, { etag: '"one"' })
    const run = await boot({
      ...{ ...download, ...client({ retries: 2 }) },
      answers: {
        '/files/image': [
          { ...body, cutAfter: 30_000 },
          text('wrong', { ...wrong, headers: { 'Content-Type': 'text/plain', ...wrong.headers } }),
          body,
        ],
      },
    })
    expectSuccess(run)
  })

  test.each<[what: string, answers: Record<string, HttpScript>, message: RegExp]>([
    [
      'another hash',
      { '/meta/files/image': json({ size: image.length, sha1: '0'.repeat(40) }) },
      /sha1 of http\S+\/files\/image does not match metadata: 0{40} != [0-9a-f]{40}$/,
    ],
    [
      'another length than its metadata say',
      { '/meta/files/image': json({ size: 70_000 }) },
      /"content-length" for \S+ does not match metadata: 70000 != 60000/,
    ],
    [
      'another size, and no length',
      { '/files/image': text(image.subarray(0, 500), { isWithoutLength: true }) },
      /size of \S+ does not match metadata: 60000 != 500$/,
    ],
    [
      'less than it says',
      { '/files/image': text(image, { cutAfter: 100 }) },
      /server connection error: \S+ ended after 100 of 60000 bytes/,
    ],
    [
      'a part that nobody asked for',
      { '/files/image': text(image, { status: 206 }) },
      /unexpected response from server for \S+ \(status=206; content-type=text\/plain\)/,
    ],
    [
      'metadata that are none',
      { '/meta/files/image': json([]) },
      /unexpected response from server \(status=200; content-type=application\/json\)/,
    ],
    [
      'metadata that are no JSON',
      { '/meta/files/image': json('{"size": 5') },
      /\/meta\/files\/image is not JSON/,
    ],
    [
      'a size that is no number',
      { '/meta/files/image': json({ size: 'large' }) },
      /unexpected response from server \(status=200; content-type=application\/json\)/,
    ],
    [
      'a size below zero',
      { '/meta/files/image': json({ size: -1 }) },
      /"content-length" for \S+ does not match metadata: -1 != 60000/,
    ],
  ])('that has %s leaves the former file', async (_, answers, message) => {
    expectFailure(await boot({ ...download, answers }), message)
  })

  test('is not begun when flash has not the space', async () => {
    const run = await boot({ ...download, eos: { ...download.eos, flashSize: '60k' } })
    expectFailure(run, /not enough memory on flash for saving .*free: \d+ bytes, required: 60000/)
    expect(run.asked).not.toContain('GET /files/image')
  })

  test.each(pythons)('that fills flash unforeseen is undone (Python $minor)', async ({ path }) => {
    const run = await boot({
      ...{ ...download, python: path },
      eos: { ...download.eos, flashSize: '60k' },
      answers: {
        '/meta/files/image': json({ size: 10 }),
        '/files/image': text(image, { isWithoutLength: true }),
      },
    })
    expectFailure(run, /unable to write \/mnt\/flash\/image: No space left on device/)
  })
})

describe.skipIf(noSwitch).concurrent('a server', () => {
  test.each(needed)('that has a fault once, at %s, is asked again', async (_, path) => {
    const bad = html(500, 'out of order')
    const busy = html(503, 'busy', { 'Retry-After': '0' })
    const run = await boot({
      ...{ ...download, ...client({ retries: 2 }) },
      answers: { [path]: [bad, busy, rightAt(path)] },
    })
    expectSuccess(run)
    expect(run.stdout).toContain(`${path} (status=500): out of order; again in`)
    expect(run.asked.filter((asked) => asked.endsWith(` ${path}`))).toHaveLength(3)
  })

  test.each(pythons)(
    'that is out of order at any place ends the run (Python $minor)',
    async (at) => {
      const of = (path: string) =>
        boot({
          ...{ ...download, python: at.path },
          rewrites: { 'HTTP_RETRIES = 3': 'HTTP_RETRIES = 1' },
          answers: { [path]: html(500, '<p>a fault of <b>its</b> own</p>') },
        })
      for (const path of [paths.config, paths.nodes, paths.definition, paths.action, paths.file]) {
        const run = await of(path)
        expectFailure(
          run,
          /unexpected response from server( for \S+)? \(status=500; content-type=text\/html\): a fault of its own/,
        )
        expect(run.asked.filter((asked) => asked.endsWith(` ${path}`))).toHaveLength(2)
      }
      expectFailure(
        await of(paths['meta of a file']),
        /unable to retrieve metadata from server \(status=500\)/,
      )
    },
  )

  test('is given the time that it asks for, within a bound', async () => {
    const after = (seconds: string) => html(503, '', { 'Retry-After': seconds })
    const run = await boot({
      ...{ ...download, ...client({ retries: 4 }) },
      rewrites: { 'MAX_WAIT = 30': 'MAX_WAIT = 1' },
      answers: {
        '/nodes': [
          after('0'),
          after('9999999'),
          after('Fri, 31 Dec 1999 23:59:59 GMT'),
          rightAt('/nodes'),
        ],
      },
    })
    expectSuccess(run)
    expect(run.stdout.match(/again in \d+ s/g)).toEqual([
      'again in 0 s',
      'again in 1 s',
      'again in 1 s',
    ])
  })

  test.each<[path: string, wrong: HttpStep, message: RegExp]>([
    [
      paths.config,
      html(200, '{}'),
      /unexpected response from server \(status=200; content-type=text\/html\)/,
    ],
    [
      paths.config,
      html(404, 'no'),
      /unexpected response from server \(status=404; content-type=text\/html\): no/,
    ],
    [
      paths.config,
      json('[]'),
      /unexpected response from server \(status=200; content-type=application\/json\)/,
    ],
    [
      paths.config,
      { body: '{}' },
      /unexpected response from server \(status=200; content-type=none\)/,
    ],
    [paths.config, json('{"logging": ['), /bootstrap\/config is not JSON/],
    [paths.nodes, html(400, 'no pattern'), /node not found on server \(status=400\): no pattern/],
    [
      paths.nodes,
      html(201, ''),
      /unexpected response from server \(status=201; content-type=text\/html\)/,
    ],
    [
      paths.nodes,
      html(200, '', { Location: '/x' }),
      /unexpected response from server \(status=200;/,
    ],
    [
      paths.nodes,
      { ...json({}, 201), headers: { Location: '/x' } },
      /\(status=201; content-type=none\)/,
    ],
    [
      paths.definition,
      html(200, '{}'),
      /unexpected response from server \(status=200; content-type=text\/html\)/,
    ],
    [
      paths.definition,
      html(400, 'cable 1'),
      /server-side topology check failed \(status=400\): cable 1/,
    ],
    [
      paths.definition,
      html(400, 'pool', { 'X-Ztpush-Problem': 'pool-exhausted' }),
      /no definition \(status=400\): pool/,
    ],
    [
      paths.action,
      html(404, 'no'),
      /executing action failed \(fetch\): action not found on server \(status=404\): no/,
    ],
    [
      paths.action,
      text('def main(a): pass'),
      /"content-length"|unexpected response from server for/,
    ],
    [
      paths.action,
      { ...rightAt(paths.action), headers: {} },
      /unexpected response from server for \S+ \(status=200; content-type=none\)/,
    ],
    [paths.file, html(404, 'no'), /resource URL not found on server \(status=404\): no/],
    [
      paths.file,
      { ...python(''), body: image },
      /unexpected response from server for \S+ \(status=200; content-type=text\/x-python\)/,
    ],
    [paths['meta of a file'], html(404, ''), /metadata not found on server \(status=404\)/],
    [
      paths['meta of a file'],
      html(200, ''),
      /unexpected response from server \(status=200; content-type=text\/html\)/,
    ],
  ])('that answers %s otherwise than agreed is refused (%#)', async (path, wrong, message) => {
    expectFailure(await boot({ ...download, answers: { [path]: wrong } }), message)
  })

  test.each(places.filter(([name]) => !name.startsWith('meta')))(
    'that sends round in circles at %s is left after five redirects',
    async (_, path) => {
      const location = { Location: path }
      const run = await boot({ ...download, answers: { [path]: html(307, '', location) } })
      expectFailure(run, /too many redirects/)
      expect(run.asked.filter((asked) => asked.endsWith(` ${path}`))).toHaveLength(6)
    },
  )

  test.each([
    ['file:///etc/passwd', /file:\/\/\/etc\/passwd is no URL of http or https/],
    ['http://[', /Bootstrap process failed/],
    ['http://127.0.0.1:99999/', /Bootstrap process failed/],
  ])('that redirects to %s is not followed', async (location, message) => {
    const answers = { '/nodes': html(302, '', { Location: location }) }
    expectFailure(await boot({ ...download, answers }), message)
  })

  test('that redirects within bounds is followed, by a POST too', async () => {
    const run = await boot({
      ...download,
      answers: {
        '/nodes': html(307, '', { Location: '/elsewhere?x=1' }),
        '/elsewhere': rightAt('/nodes'),
        '/files/image': html(302, '', { Location: '/image' }),
        '/image': rightAt('/files/image'),
      },
    })
    expectSuccess(run)
    const posts = run.requests.filter(({ method }) => method === 'POST')
    expect(posts.map(({ path, body }) => [path, JSON.parse(body.toString()).serialnumber])).toEqual(
      [
        ['/nodes', 'SSJ17115134'],
        ['/elsewhere?x=1', 'SSJ17115134'],
      ],
    )
  })

  const impatient: Boot = {
    ...{ ...download, ...client({ timeout: 0.2, retries: 0 }) },
    rewrites: { 'HTTP_TIMEOUT = 30': 'HTTP_TIMEOUT = 0.2', 'HTTP_RETRIES = 3': 'HTTP_RETRIES = 0' },
  }

  test.each(needed)('that sends byte by byte at %s is given up', async (_, path) => {
    const step = rightAt(path)
    const body = step.body === '' ? '<p>wait' : (step.body ?? '')
    const run = await boot({
      ...impatient,
      answers: { [path]: { ...step, body, bytesPerSecond: 2 } },
    })
    expectFailure(run, /Read timed out/)
    expect(run.seconds).toBeLessThan(10)
  })

  test.each(pythons)('that says nothing at any place is given up (Python $minor)', async (at) => {
    for (const [, path] of needed) {
      const run = await boot({
        ...impatient,
        python: at.path,
        answers: { [path]: { hangs: true } },
      })
      expectFailure(run, /server connection error: Read timed out/)
    }
  })

  test.each<[what: string, step: HttpStep]>([
    ['resets the connection', { isReset: true }],
    ['cuts the answer off', { ...html(200, 'x'.repeat(50)), cutAfter: 20 }],
    ['says nonsense', html(200, '', { 'Transfer-Encoding': 'chunked', 'Content-Length': '' })],
  ])('that always %s ends the run, and every place says so', async (_, step) => {
    for (const [, path] of needed) {
      const run = await boot({ ...impatient, answers: { [path]: step } })
      expectFailure(run, /server connection error|unexpected response/)
    }
  })

  test('that is not there is a connection error', async () => {
    const run = await boot({
      ...impatient,
      rewrites: { ...impatient.rewrites, '\nSERVER = "': '\nSERVER = "http://127.0.0.1:1/" or "' },
    })
    expectFailure(
      run,
      /server connection error: http:\/\/127.0.0.1:1\/bootstrap\/config: Connection refused/,
    )
    expect(run.asked).toEqual([])
  })
})

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
})

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
})

describe.skipIf(noSwitch).concurrent('eAPI', () => {
  const failing = (eos: FakeEosOptions, rewrites = {}): Boot => ({
    ...download,
    eos: { ...download.eos, ...eos },
    rewrites,
  })

  test.each<[what: string, eos: FakeEosOptions, message: RegExp]>([
    ['never comes up', { eapi: { neverStarts: true } }, /eAPI does not answer/],
    ['answers garbage', { eapi: { fault: () => 'garbage' } }, /eAPI answers no JSON/],
    ['breaks the pipe each time', { eapi: { fault: () => 'closed' } }, /eAPI does not answer/],
    ['has a fault of its own', { eapi: { fault: () => 500 } }, /eAPI answers with status 500/],
    ['says nothing', { eapi: { fault: () => 'hangs' } }, /eAPI does not answer: timed out/],
  ])('that %s is named', async (_, eos, message) => {
    const run = await boot(failing(eos, { 'EAPI_START_TIMEOUT = 10': 'EAPI_START_TIMEOUT = 0.2' }))
    expectFailure(run, message)
    expect(run.stdout).toContain('Bootstrap process failed: unable to enable eAPI')
    expect(run.asked).toEqual(['GET /bootstrap/config'])
  })

  test.each(pythons)(
    'that comes up late, and breaks the pipe once, is asked again (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...failing({
          eapi: {
            startsAfterLooks: 3,
            fault: (call, number) =>
              number === 1 || (call.commands.includes('show lldp neighbors') && number % 2 === 1)
                ? 'closed'
                : undefined,
          },
        }),
        python: path,
      })
      expectSuccess(run)
      expect(run.stdout.match(/Waiting for CommandAPI to be enabled\.\.\./g)).toHaveLength(2)
    },
  )

  test.each<[what: string, eos: FakeEosOptions, message: RegExp]>([
    [
      'garbage',
      { eapi: { fault: (_, number) => (number > 1 ? 'garbage' : undefined) } },
      /no JSON/,
    ],
    [
      'an error',
      { answers: { 'show version': { error: 'not now' } } },
      /failed.*show version.*could not run command \(1000\)/,
    ],
    ['no fields', { answers: { 'show version': { text: 'x', json: {} } } }, /'show version'/],
  ])('that answers a command with %s ends the run', async (_, eos, message) => {
    expectFailure(await boot(failing(eos)), message)
  })

  test.each<[what: string, answer: ProgramAnswer]>([
    ['fails', { code: 1, stderr: 'Cannot connect to Sysdb' }],
    ['says what is no text', { stdout: Uint8Array.of(0xff, 0xfe, 0x00, 0x0a) }],
    ['never ends', 'hangs'],
  ])('whose command line %s does not hold up the run', async (_, answer) => {
    const fastCli = (command: string) => (command.startsWith('show') ? answer : undefined)
    const rewrites = { 'FASTCLI_TIMEOUT = 120': 'FASTCLI_TIMEOUT = 0.4' }
    expectSuccess(await boot(failing({ fastCli }, rewrites)))
  })

  test.each(pythons)(
    'that knows 500 neighbors with names from everywhere tells all (Python $minor)',
    async ({ path }) => {
      const neighbors = Array.from({ length: 500 }, (_, at) => ({
        port: `Ethernet${Math.floor(at / 4) + 1}`,
        neighborDevice: `коммутатор-${at}-スイッチ-\u{1f500}"'\\`,
        neighborPort: `Größe ${at}`,
      }))
      const run = await boot({ ...failing({ neighbors }), python: path })
      expectSuccess(run)
      const [post] = run.requests.filter(({ method }) => method === 'POST')
      const told = Object.entries(JSON.parse(post?.body.toString() ?? '').neighbors)
      expect(told).toHaveLength(125)
      expect(Object.fromEntries(told)).toMatchObject({
        Ethernet125: neighbors.slice(496).map(({ neighborDevice, neighborPort }) => ({
          device: neighborDevice,
          port: neighborPort,
        })),
      })
    },
  )

  test.each<[what: string, answer: object]>([
    ['nothing', {}],
    ['no list', { lldpNeighbors: 5 }],
    ['neighbors without port', { lldpNeighbors: [{ neighborDevice: 'x' }, 5, null] }],
    ['a port that is none', { lldpNeighbors: [{ port: ['x'], neighborDevice: 'x' }] }],
  ])('that tells of LLDP %s has no neighbors', async (_, answer) => {
    const run = await boot(
      failing({ answers: { 'show lldp neighbors': { text: '', json: answer } } }),
    )
    expectSuccess(run)
    const [post] = run.requests.filter(({ method }) => method === 'POST')
    expect(JSON.parse(post?.body.toString() ?? '').neighbors).toEqual({})
  })
})

describe.skipIf(noSwitch).concurrent('a clock', () => {
  test.each(pythons)('that runs backwards prolongs no wait (Python $minor)', async ({ path }) => {
    const run = await boot({
      ...{ ...download, ...client({ lldp_wait: 0.3 }), python: path },
      eos: { ...download.eos, connectedPorts: ['Ethernet1'] },
      rewrites: {
        '\nSERVER = "':
          '\ntrue_time = time.time\ntime.time = lambda: 2e9 - true_time()\nSERVER = "',
      },
    })
    expectSuccess(run)
    expect(run.seconds).toBeLessThan(10)
  })

  const years = 365 * 86_400
  test.each(pythons.flatMap((at) => [-40, 15].map((shift) => ({ ...at, shift }))))(
    'that is $shift years off changes nothing (Python $minor)',
    async ({ path, shift }) => {
      const eos = { ...download.eos, clockShiftSeconds: shift * years }
      expectSuccess(await boot({ ...download, python: path, eos }))
      const failed = await boot({
        ...{ ...download, python: path, eos },
        answers: { '/files/image': text('no', { status: 410 }) },
      })
      expectFailure(failed, /unexpected response from server for .* \(status=410;/)
    },
  )
})

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
