/** Downloads that break off, do not fit, or are not what was announced. */
import { describe, expect, test } from 'vitest'
import { noSwitch, pythons } from './client-runs.ts'
import { client, download, expectFailure, expectSuccess, image } from './hostile-runs.ts'
import type { HttpScript, HttpStep } from './http-double.ts'
import { boot, json, metaOf, text } from './provisioned-switch.ts'

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
