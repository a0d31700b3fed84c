/** How far a run has come, told to a server that asks for it. */
import { describe, expect, test } from 'vitest'
import { expectSuccess, fails, noSwitch, pythons } from './client-runs.ts'
import type { HttpScript, HttpStep } from './http-double.ts'
import { type BootResult, boot, html } from './provisioned-switch.ts'

const node = '/nodes/SSJ17115134'
const events = `${node}/events`
const created = (headers: Record<string, string>): HttpStep =>
  html(201, '', { Location: node, ...headers })
const asksForReports = created({ 'X-Ztpush-Events': '1' })
const thanks: HttpStep = { status: 204 }

const reporting = (answer: HttpScript, nodes: HttpStep = asksForReports) => ({
  answers: { '/nodes': nodes, [events]: answer },
})

interface Report {
  readonly event: string
  readonly action?: string
  readonly message?: string
}

const reportsOf = ({ requests }: BootResult): Report[] =>
  requests
    .filter(({ path }) => path === events)
    .map(({ body }) => JSON.parse(body.toString('utf8')) as Report)

describe.skipIf(noSwitch).concurrent('a server that asks for reports', () => {
  test.each(pythons)('is told each step of a run (Python $minor)', async ({ path }) => {
    const run = await boot({
      ...reporting(thanks),
      python: path,
      entries: [{ action: 'configure' }, { action: 'configure' }],
    })
    expectSuccess(run)
    expect(reportsOf(run)).toEqual([
      { event: 'started' },
      { event: 'definition', message: expect.any(String) },
      { event: 'action-started', action: 'configure' },
      { event: 'action-succeeded', action: 'configure' },
      { event: 'action-started', action: 'configure' },
      { event: 'action-succeeded', action: 'configure' },
      { event: 'done' },
    ])
    const [report] = run.requests.filter((request) => request.path === events)
    expect(report?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-arista-serial': 'SSJ17115134',
    })
  })

  test.each(pythons)('is told what failed, and why (Python $minor)', async ({ path }) => {
    const run = await boot({
      ...reporting(thanks),
      python: path,
      entries: [{ action: 'bad' }],
      actions: { bad: fails.replace('it does', 'ä'.repeat(3_000)) },
    })
    expect(run.code).toBe(1)
    const [failed, end, ...none] = reportsOf(run).slice(3)
    expect(none).toEqual([])
    expect(failed).toMatchObject({ event: 'action-failed', action: 'bad' })
    expect(failed?.message).toHaveLength(2_000)
    expect(end?.event).toBe('failed')
    expect(end?.message).toMatch(/^Bootstrap process failed: executing action failed \(bad\)/)
  })

  test('is told of a run that a signal ends', async () => {
    const run = await boot({
      ...reporting(thanks),
      entries: [{ action: 'waits' }],
      actions: { waits: 'import time\ndef main(attributes):\n    time.sleep(30)\n' },
      during: async (running, _eos, server) => {
        while (server.requestsFor(events).length < 3) await new Promise((go) => setTimeout(go, 10))
        running.kill('SIGTERM')
      },
    })
    expect(run.code).toBe(1)
    expect(reportsOf(run).at(-1)).toMatchObject({
      event: 'failed',
      message: 'Bootstrap process failed: ended by SIGTERM',
    })
  })

  test.each<[string, HttpScript]>([
    ['refuses them', html(404, 'no')],
    ['is out of order', html(500, 'no')],
    ['says that there are too many', html(429, 'no', { 'Retry-After': '9999' })],
    ['resets the connection', { isReset: true }],
    ['leads in circles', html(302, '', { Location: events })],
    ['answers with anything', html(200, '<html>')],
  ])('and then %s changes nothing', async (_name, answer) => {
    const run = await boot(reporting(answer))
    expectSuccess(run)
    expect(run.stdout).not.toContain(events)
  })

  test('and never answers is not waited for: after two the client is silent', async () => {
    const begun = performance.now()
    const run = await boot({
      ...reporting({ hangs: true }),
      rewrites: { 'REPORT_TIMEOUT = 3': 'REPORT_TIMEOUT = 0.3' },
    })
    expectSuccess(run)
    expect(reportsOf(run)).toHaveLength(2)
    expect(performance.now() - begun).toBeLessThan(15_000)
  })
})

test.skipIf(noSwitch).each([
  ['without the header', {}],
  ['with another value', { 'X-Ztpush-Events': '0' }],
])('a server %s, such as the original, is told nothing', async (_name, headers) => {
  const run = await boot(reporting(thanks, created(headers)))
  expectSuccess(run)
  expect(run.asked.filter((asked) => asked.includes('events'))).toEqual([])
})
