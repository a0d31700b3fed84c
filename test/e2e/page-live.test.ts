/**
 * The page while things happen: rows that move, a bootstrap that runs, keys, a connection that is lost.
 */
import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningServer, startServer, writeIn } from '../running-server.ts'
import { hasBrowser, openTab, startBrowser, type Tab } from './browser.ts'
import { macs, makeSite, switchSide } from './page-site.ts'

let browser: Browser
let server: RunningServer
let folder: ReturnType<typeof makeSite>
let tab: Tab
let url: (path: string) => string
let side: ReturnType<typeof switchSide>

beforeAll(async () => {
  if (!hasBrowser) return
  folder = makeSite()
  server = await startServer(folder.path)
  side = switchSide(server)
  url = (path) => `http://127.0.0.1:${server.operatorPort}${path}`
  browser = await startBrowser()
  tab = await openTab(browser)
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  folder?.remove()
})

/** What is seen soon is seen without a reload: a mark in the window stays. */
async function openLive(path: string): Promise<void> {
  await tab.page.goto(url(path))
  await tab.page.locator('#link[data-link="live"]').waitFor()
  await tab.page.evaluate('window.kept = true')
}

const soon = { timeout: 2_000 }
const patient = { timeout: 10_000 }

describe.skipIf(!hasBrowser)('live', () => {
  test('a request of a switch changes its row and the counts within two seconds', async () => {
    await openLive('/')
    const row = tab.page.locator(`tr[data-id="${macs.leaf1}"]`)
    expect(await row.locator('.mark').textContent()).toBe('never seen')
    await side.dynconfig(macs.leaf1, {
      'X-Arista-ModelName': 'DCS-7050SX3',
      'X-Arista-SoftwareVersion': '4.32.2F',
    })
    await row.locator('.mark.s-config-served').waitFor(soon)
    expect(await tab.page.locator('[data-chip="config-served"] b').textContent()).toBe('1')
    expect(await tab.page.locator('[data-chip="never-seen"] b').textContent()).toBe('4')
    expect(await tab.page.evaluate('window.kept')).toBe(true)
    await tab.page.locator('#told', { hasText: 'leaf1: config served' }).waitFor(soon)
  })

  test('what happens between the page and its connection is seen too', async () => {
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    await tab.page.route('**/api/v1/events', async (route) => {
      await held
      await route.continue()
    })
    await tab.page.goto(url('/'))
    await side.dynconfig(macs.leaf1, { 'X-Arista-ModelName': 'DCS-GAP' })
    await new Promise((done) => setTimeout(done, 600))
    release()
    const row = tab.page.locator(`tr[data-id="${macs.leaf1}"]`)
    await row.locator('.model', { hasText: 'DCS-GAP' }).waitFor(soon)
    await tab.page.unroute('**/api/v1/events')
  })

  test('a row that moved is the same as one that the server writes', async () => {
    await side.dynconfig(macs.broken, { 'X-Arista-Serial': 'A\u00adB' })
    await openLive('/')
    await side.dynconfig(macs.broken, { 'X-Arista-ModelName': 'DCS-7020TR-48' })
    const row = tab.page.locator(`tr[data-id="${macs.broken}"]`)
    await row.locator('.model', { hasText: 'DCS-7020TR-48' }).waitFor(soon)
    const looks = () =>
      row.evaluate((tr) =>
        [...tr.children].filter((cell) => !cell.matches('.since')).map((cell) => cell.outerHTML),
      )
    const moved = await looks()
    await tab.page.reload()
    expect(await looks()).toEqual(moved)
  })

  test('a running bootstrap is seen moving, in the table and on its own page', async () => {
    await openLive('/')
    await side.register('JPE9', 'spine1')
    const row = tab.page.locator('tr[data-id="JPE9"]')
    await row.locator('.mark.s-registered').waitFor({ timeout: 4_000 })
    await side.report('JPE9', { event: 'started' })
    await row.locator('.mark.s-provisioning').waitFor(soon)
    await side.report('JPE9', { event: 'action-started', action: 'install' })
    await row.locator('.now', { hasText: 'running install' }).waitFor(soon)
    await openLive('/switches/JPE9')
    await side.report('JPE9', { event: 'action-succeeded', action: 'install' })
    await tab.page
      .locator('#timeline tbody tr', { hasText: 'action succeeded: install' })
      .waitFor({ timeout: 4_000 })
    await side.report('JPE9', { event: 'done' })
    await tab.page.locator('.steps .here', { hasText: 'provisioned' }).waitFor({ timeout: 4_000 })
    expect(await tab.page.evaluate('window.kept')).toBe(true)
  })

  test('a mended template takes its problem off the list and off the count', async () => {
    await openLive('/problems')
    await tab.page.locator('#problems', { hasText: 'domian' }).waitFor()
    writeIn(folder.path, 'templates/broken.njk', 'hostname {{ hostname }}\n')
    await tab.page.locator('#problems', { hasText: 'Nothing is wrong.' }).waitFor()
    expect(await tab.page.locator('#problem-count').textContent()).toBe('0')
    expect(await tab.page.evaluate('window.kept')).toBe(true)
  })

  test('a broken definition comes and goes while the page is looked at', async () => {
    await openLive('/problems')
    writeIn(folder.path, 'data_root/definitions/torn', 'actions: [\n')
    await tab.page.locator('#problems', { hasText: 'data_root/definitions/torn' }).waitFor(patient)
    rmSync(`${folder.path}/data_root/definitions/torn`)
    await tab.page.locator('#problems', { hasText: 'Nothing is wrong.' }).waitFor(patient)
    expect(await tab.page.evaluate('window.kept')).toBe(true)
  })

  test('who shows secrets asks for them once, whatever happens meanwhile', async () => {
    await tab.page.goto(url('/switches/leaf1?secrets=shown'))
    await tab.page.locator('#link[data-link="live"]').waitFor()
    await side.dynconfig(macs.leaf1)
    await tab.page.locator('#told', { hasText: 'has changed' }).waitFor()
    const { events } = (await (await fetch(url('/api/v1/switches/leaf1/events'))).json()) as {
      events: { kind: string }[]
    }
    expect(events.filter(({ kind }) => kind === 'secrets-shown')).toHaveLength(1)
  })
})

describe.skipIf(!hasBrowser)('with the keyboard', () => {
  test('the first key press leads past the navigation', async () => {
    await openLive('/')
    await tab.page.keyboard.press('Tab')
    expect(await tab.page.evaluate('document.activeElement.textContent')).toContain('Skip')
    await tab.page.keyboard.press('Enter')
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('content')
  })

  test('/ is for finding, j and k go through the table, Enter opens', async () => {
    await openLive('/')
    await tab.page.keyboard.press('/')
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('q')
    await tab.page.keyboard.type('leaf')
    await tab.page.keyboard.press('Enter')
    await tab.page.waitForURL(/q=leaf/)
    await tab.page.locator('#link[data-link="live"]').waitFor()
    for (const key of ['j', 'j', 'k', 'j']) await tab.page.keyboard.press(key)
    expect(await tab.page.evaluate('document.activeElement.textContent')).toBe('leaf2')
    await tab.page.keyboard.press('Enter')
    await tab.page.waitForURL(/switches/)
    expect(await tab.page.locator('h1').textContent()).toBe('leaf2')
  })

  test('a configuration is copied as it is', async () => {
    await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await openLive('/switches/leaf2')
    await tab.page.getByRole('button', { name: 'Copy' }).click()
    await tab.page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await tab.page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^hostname leaf2\nip domain-name lab.example\n.*\naddress 10.0.0.\d\/24\n$/,
    )
  })
})

describe.skipIf(!hasBrowser)('at the end', () => {
  test('nothing was refused by the policy, and a connection that is lost is told', async () => {
    expect(tab.complaints).toEqual([])
    await openLive('/')
    await server.stop()
    await tab.page.locator('#link[data-link="lost"]').waitFor()
    expect(await tab.page.locator('#link').textContent()).toContain('Connection lost')
  })
})
