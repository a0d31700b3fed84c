import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { operatorAsker, startGuarded, token } from '../http/operator-server.ts'
import { makeFolder, type RunningServer } from '../running-server.ts'
import { accessibilityFaults, browserMissing, expectText, launchBrowser } from './browser.ts'

describe.skipIf(browserMissing !== undefined)('where a token is asked for', () => {
  let folder: ReturnType<typeof makeFolder>
  let server: RunningServer
  let browser: Browser
  let page: Page
  const url = (path: string) => `http://127.0.0.1:${server.operatorPort}${path}`

  beforeAll(async () => {
    browser = await launchBrowser()
  }, 60_000)
  afterAll(() => browser.close())
  beforeEach(async () => {
    folder = makeFolder({
      'swinfo.json': { '52:54:00:00:11:11': { hostname: 'sw1' } },
      'templates/config.njk': 'hostname {{ hostname }}\n',
    })
    server = await startGuarded(folder.path)
    page = await browser.newPage()
  })
  afterEach(async () => {
    await page.context().close()
    await server.stop()
    folder.remove()
  })

  const logIn = async (given: string) => {
    await page.fill('#token', given)
    await page.click('main button')
  }

  test('the page leads to a form, and with the token back to where one wanted to go', async () => {
    await page.goto(url('/?state=never-seen'))
    expect(new URL(page.url()).pathname).toBe('/login')
    expect(await accessibilityFaults(page)).toEqual([])
    await logIn('wrong token')
    await expectText(page, '[role=alert]', /not the token/)
    await logIn(token)
    expect(page.url()).toBe(url('/?state=never-seen'))
    await expectText(page, 'tbody', /sw1/)
    await expectText(page, '#live', /live/)
  })

  test('a session is a cookie that neither scripts nor other sites get, and ends with it', async () => {
    await page.goto(url('/login'))
    await logIn(token)
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({
      name: 'ztpush_session',
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
    })
    expect(cookie?.value).not.toContain(token)
    const asked = () => page.request.get(url('/api/v1/switches'))
    expect((await asked()).status()).toBe(200)
    await page.click('text=Log out')
    expect((await asked()).status()).toBe(401)
    // the cookie of before is worth nothing
    const headers = { Cookie: `ztpush_session=${cookie?.value}` }
    expect((await operatorAsker(server)('/api/v1/switches', { headers })).status).toBe(401)
  })

  test.each([
    '//evil.example/',
    '/\\evil.example',
    'http://evil.example/',
    'javascript:alert(1)',
    '/%0d%0aSet-Cookie:x',
    '',
  ])('nobody is led to %j after the form', async (then) => {
    const answer = await operatorAsker(server)('/login', {
      method: 'POST',
      body: new URLSearchParams({ token, then }),
    })
    expect(answer.status).toBe(303)
    const target = new URL(answer.headers.get('Location') ?? '', url('/'))
    expect(target.host).toBe(new URL(url('/')).host)
    expect(answer.headers.getSetCookie()).toHaveLength(1)
  })

  test('too many wrong tokens are told, and a form of another site is refused', async () => {
    const send = (given: string, headers = {}) =>
      operatorAsker(server)('/login', {
        method: 'POST',
        headers,
        body: new URLSearchParams({ token: given }),
      })
    expect((await send(token, { Origin: 'http://evil.example' })).status).toBe(403)
    const statuses: number[] = []
    for (let number = 0; number < 12; number += 1) statuses.push((await send('wrong')).status)
    expect(statuses[0]).toBe(401)
    expect(statuses.at(-1)).toBe(429)
  })
})
