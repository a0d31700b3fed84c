/**
 * The page where a token is asked for, and with very many switches.
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGuarded, token } from '../http/operator-server.ts'
import { makeFolder, type RunningServer, startServer } from '../running-server.ts'
import { hasBrowser, openTab, startBrowser, violations } from './browser.ts'
import { makeSite } from './page-site.ts'

describe('where a token is asked for', () => {
  let browser: Browser | undefined
  let server: RunningServer
  let folder: ReturnType<typeof makeSite>
  let url: (path: string) => string

  beforeAll(async () => {
    folder = makeSite()
    server = await startGuarded(folder.path)
    if (hasBrowser) browser = await startBrowser()
    url = (path) => `http://127.0.0.1:${server.operatorPort}${path}`
  })
  afterAll(async () => {
    await browser?.close()
    await server.stop()
    folder.remove()
  })

  const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(url(path), { headers, redirect: 'manual' })

  const logIn = (given: string, then: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(url('/login'), {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams({ token: given, then }),
    })

  test.skipIf(!hasBrowser)('a person logs in, comes back to the page, and logs out', async () => {
    const tab = await openTab(browser as Browser)
    const { page } = tab
    await page.goto(url('/switches/leaf1'))
    expect(new URL(page.url()).pathname).toBe('/login')
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Token').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('not the token')
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Log in' }).click()
    expect(await page.locator('h1').textContent()).toBe('leaf1')
    expect(new URL(page.url()).pathname).toBe('/switches/leaf1')
    await page.locator('#link[data-link="live"]').waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    expect(new URL(page.url()).pathname).toBe('/login')
    await page.goto(url('/'))
    expect(new URL(page.url()).pathname).toBe('/login')
    await tab.close()
  })

  test('browsers are led to the form, programs are told 401', async () => {
    const page = await ask('/pools/mgmt?show=free', { Accept: 'text/html,*/*' })
    expect([page.status, page.headers.get('Location')]).toEqual([
      303,
      '/login?then=%2Fpools%2Fmgmt%3Fshow%3Dfree',
    ])
    expect((await ask('/pools')).status).toBe(401)
    expect((await ask('/api/v1/pools', { Accept: 'text/html' })).status).toBe(401)
    // the form needs its style
    expect((await ask('/web/page.css')).status).toBe(200)
  })

  test('the form tells nothing of the server', async () => {
    const text = await (await ask('/login', { Accept: 'text/html' })).text()
    expect(text).not.toMatch(/leaf1|live\.js|problem-count/)
  })

  test.each([
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example/',
    '/\t/elsewhere.example/',
    '/.//elsewhere.example/',
    '/x/..//elsewhere.example',
    'javascript:alert(1)',
    'pools',
    '/login?then=/',
    '/%0d%0aSet-Cookie:x=y',
  ])('a login never leads to another site: %s', async (then) => {
    const answer = await logIn(token, then)
    expect(answer.status).toBe(303)
    const location = answer.headers.get('Location') ?? ''
    expect(new URL(location, 'http://here.invalid').origin).toBe('http://here.invalid')
    expect(location).toMatch(/^\/(?![/\\])/)
    expect(answer.headers.get('Set-Cookie')).toMatch(/ztpush_session=.*HttpOnly.*SameSite=Strict/)
  })

  test('a session is as good as the token until it is ended', async () => {
    const begun = await logIn(token, '/')
    const cookie = (begun.headers.get('Set-Cookie') ?? '').replace(/;.*$/s, '')
    expect((await ask('/api/v1/pools', { Cookie: cookie })).status).toBe(200)
    await fetch(url('/logout'), { method: 'POST', headers: { Cookie: cookie }, redirect: 'manual' })
    expect((await ask('/api/v1/pools', { Cookie: cookie })).status).toBe(401)
  })

  test('another site begins no session', async () => {
    expect((await logIn(token, '/', { Origin: 'http://elsewhere.example' })).status).toBe(403)
  })

  test('after too many wrong tokens the form says so', async () => {
    for (let tries = 0; tries < 10; tries++) await logIn('wrong', '/')
    const answer = await logIn(token, '/')
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '60'])
    expect(await answer.text()).toContain('Wait a minute')
  })
})

describe('10,000 switches', () => {
  let server: RunningServer
  let folder: ReturnType<typeof makeFolder>

  beforeAll(async () => {
    const switches = Array.from({ length: 10_000 }, (_, at) => {
      const mac = (0x525400000000 + at).toString(16).replace(/(..)(?!$)/g, '$1:')
      return [
        mac,
        { hostname: `rack${at % 200}-leaf-of-a-long-name-${at}`, model: 'DCS-7050SX3-48YC8' },
      ]
    })
    folder = makeFolder({
      'swinfo.json': Object.fromEntries(switches),
      'templates/config.njk': 'hostname {{ hostname }}\n',
    })
    server = await startServer(folder.path)
  })
  afterAll(async () => {
    await server.stop()
    folder.remove()
  })

  const read = async (path: string) =>
    await (await fetch(`http://127.0.0.1:${server.operatorPort}${path}`)).text()

  test('come a hundred at a time, in less than 100 kB', async () => {
    const text = await read('/')
    expect(text.match(/<tr data-id/g)).toHaveLength(100)
    expect(Buffer.byteLength(text)).toBeLessThan(100_000)
    expect(text).toContain('Page 1 of 100')
    expect(await read('/?page=100')).toContain('leaf-of-a-long-name-9999')
  })

  test('are found', async () => {
    const text = await read('/?q=name-4711&sort=lastSeen')
    expect(text.match(/<tr data-id/g)).toHaveLength(1)
    expect(await read('/?state=failed')).toContain('No switch is like that.')
  })
})

test('a server that knows no switch says how to ask it', async () => {
  const folder = makeFolder({ 'swinfo.json': {}, 'templates/config.njk': 'x\n' })
  const server = await startServer(folder.path)
  const text = await (await fetch(`http://127.0.0.1:${server.operatorPort}/`)).text()
  expect(text).toMatch(/curl -H &#39;X-Arista-SystemMAC: .*:\d+\/dynconfig/)
  await server.stop()
  folder.remove()
})
