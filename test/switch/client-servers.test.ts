/** Servers of every bad sort. */
import { describe, expect, test } from 'vitest'
import { noSwitch, pythons } from './client-runs.ts'
import { client, download, expectFailure, expectSuccess, image } from './hostile-runs.ts'
import type { HttpStep } from './http-double.ts'
import { answersOf, type Boot, boot, html, json, python, text } from './provisioned-switch.ts'

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

  test.each(pythons)(
    'that sends to a host that can have no name is named (Python $minor)',
    async ({ path }) => {
      const answers = { '/nodes': html(201, '', { Location: 'http://no..name/x' }) }
      const run = await boot({ ...download, python: path, answers })
      expectFailure(run, /Bootstrap process failed: .*http:\/\/no\.\.name\/x/)
    },
  )

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
