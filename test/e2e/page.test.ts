import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeFolder, type RunningServer, startServer, writeIn } from '../running-server.ts'
import {
  accessibilityFaults,
  browserMissing,
  complaintsOf,
  expectText,
  launchBrowser,
} from './browser.ts'

const mac = '52:54:00:00:11:11'
const evil = '<script>alert(1)</script>\u202e"\'><img src=x onerror=alert(2)>'

const site = () => ({
  'swinfo.json': {
    defaults: { enable_secret: 'hunter2' },
    groups: { leaf: { vlan: 110 } },
    [mac]: { hostname: 'sw1', groups: ['leaf'], mgmt: "allocate('mgmt')" },
    '52:54:00:00:22:22': { hostname: evil, template: 'bad.njk' },
    '52:54:00:00:33:33': { hostname: 'sw10' },
  },
  'templates/config.njk':
    'hostname {{ hostname }}\nenable password 7 0822455D0A16\n{% if mgmt is defined %}ip {{ mgmt }}\n{% endif %}',
  'templates/bad.njk': 'first line\n{{ missing }}\n',
  'data_root/neighbordb':
    'patterns:\n- name: leaf\n  definition: d\n  interfaces: [{Ethernet1: "spine1:any"}]\n- {name: mine, definition: d, node: JPE1}\n',
  'data_root/definitions/d':
    'name: d\nattributes: {ntp: 10.0.0.9}\nactions:\n- {action: add_config, attributes: {url: files/x, server: $ntp}}\n',
  'data_root/bootstrap/bootstrap': '#!/usr/bin/env python\n',
  'data_root/resources/mgmt': '10.0.0.1/24: null\n10.0.0.2/24: null\n',
  'data_root/nodes/JPE9/startup-config': 'hostname old\n',
  'data_root/nodes/JPE9/.node': JSON.stringify({
    serialnumber: 'JPE9',
    model: evil,
    neighbors: { Ethernet1: [{ device: evil, port: 'Ethernet7' }] },
  }),
})

const everyPage = [
  '/',
  '/?state=failed&q=sw&sort=state',
  '/?q=nobody',
  `/switches/${mac}`,
  '/switches/52:54:00:00:22:22',
  '/switches/JPE9',
  '/patterns',
  '/patterns?node=JPE9',
  '/pools',
  '/pools/mgmt',
  '/pools/mgmt/release?value=10.0.0.1%2F24',
  '/templates',
  '/templates/bad.njk?switch=sw1',
  '/problems',
  '/docs',
  '/docs/problems',
  '/nothing',
]

describe.skipIf(browserMissing !== undefined)('the page', () => {
  let folder: ReturnType<typeof makeFolder>
  let server: RunningServer
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: readonly string[]
  const url = (path: string) => `http://127.0.0.1:${server.operatorPort}${path}`
  const switchSide = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, init)
  const asSwitch = (who: string) =>
    switchSide('/dynconfig', { headers: { 'X-Arista-SystemMAC': who } })

  beforeAll(async () => {
    browser = await launchBrowser()
  }, 60_000)
  afterAll(() => browser.close())
  beforeEach(async () => {
    folder = makeFolder(site())
    server = await startServer(folder.path)
    await asSwitch(mac)
    await asSwitch('52:54:00:00:22:22')
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    page = await context.newPage()
    complaints = complaintsOf(page)
  })
  afterEach(async () => {
    await context.close()
    await server.stop()
    folder.remove()
  })

  test.each(['light', 'dark'] as const)(
    'is accessible, and keeps its policy, everywhere (%s)',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      for (const path of everyPage) {
        const answer = await page.goto(url(path))
        expect([path, answer?.status()]).toEqual([path, path === '/nothing' ? 404 : 200])
        expect([path, await accessibilityFaults(page)]).toEqual([path, []])
      }
      expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
    },
    90_000,
  )

  test('fits into a narrow window', async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    for (const path of everyPage) {
      await page.goto(url(path))
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect([path, width]).toEqual([path, 320])
    }
  }, 60_000)

  test('shows as text whatever switches and operators call themselves', async () => {
    for (const path of [
      '/',
      '/switches/52:54:00:00:22:22',
      '/switches/JPE9',
      '/patterns?node=JPE9',
    ]) {
      await page.goto(url(path))
      const text = await page.innerText('main')
      expect(text).toContain('<script>alert(1)</script>')
      // what would turn the text around is made visible
      expect(text).not.toContain('\u202e')
      expect(await page.locator('main script, main img').count()).toBe(0)
    }
    expect(complaints).toEqual([])
  })

  test('finds, filters and sorts with links and forms', async () => {
    await page.goto(url('/'))
    await page.fill('#q', '5254.0000.3333')
    await page.press('#q', 'Enter')
    expect(await page.locator('tbody tr').count()).toBe(1)
    await expectText(page, 'tbody', /sw10/)
    await page.goto(url('/'))
    await page.click('.chips >> text=failed')
    expect(await page.locator('tbody tr').count()).toBe(1)
    await expectText(page, 'tbody', /missing/)
    await page.click('tbody a')
    await expectText(page, '.problem', /template-undefined/)
  })

  test('tells of one switch what it gets, and why', async () => {
    await page.goto(url('/'))
    await page.click('text=sw1')
    await expectText(page, '#config', /hostname sw1\nenable password 7 ••••••\nip 10.0.0.1\/24/)
    await expectText(page, '#variables ~ .wide', /vlan\s*110\s*groups.leaf swinfo.json:\d+/)
    expect(await page.textContent('main')).not.toContain('hunter2')
    await expectText(page, '#allocations', /mgmt\s*10.0.0.1\/24/)
    await expectText(page, '#timeline', /config served/)
    await expectText(page, '#changes', /since it was served last\s*Nothing\./)
    await page.click('text=Copy')
    await expectText(page, '[data-copy]', /Copied/)
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('hostname sw1\n')
    await page.click('text=Show secrets')
    await expectText(page, '#config', /0822455D0A16/)
    await expectText(page, '#timeline', /secrets shown/)
    const download = await context.request.get(url(`/switches/${mac}/config.txt`))
    expect(download.headers()['content-disposition']).toBe('attachment; filename="sw1.cfg"')
    expect(await download.text()).toContain('••••••')
  })

  test('shows what an edit would change', async () => {
    await new Promise((done) => setTimeout(done, 1_700))
    writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }}\nntp server 10.0.0.1\n')
    await expect
      .poll(
        async () => {
          await page.goto(url(`/switches/${mac}`))
          return await page.textContent('#changes')
        },
        { timeout: 10_000 },
      )
      .toMatch(/\+ntp server 10.0.0.1/)
  })

  test('moves while switches move, without being loaded again', async () => {
    await page.goto(url('/'))
    await expectText(page, '#live', /live/)
    await page.evaluate(() => Object.assign(globalThis, { kept: true }))
    await asSwitch('52:54:00:00:33:33')
    await expectText(page, 'tr[data-id="52:54:00:00:33:33"]', /config served/)
    await expectText(page, '[data-count="config-served"]', /2/)
    expect(await page.evaluate(() => (globalThis as { kept?: boolean }).kept)).toBe(true)
  })

  test('shows a bootstrap as it goes', async () => {
    const report = (body: object) =>
      switchSide('/nodes/JPE1/events', { method: 'POST', body: JSON.stringify(body) })
    await switchSide('/nodes', {
      method: 'POST',
      body: JSON.stringify({ serialnumber: 'JPE1', neighbors: {} }),
    })
    await page.goto(url('/switches/JPE1'))
    await expectText(page, '.steps', /registered/)
    await report({ event: 'started' })
    await report({ event: 'action-started', action: 'add_config' })
    await expectText(page, '.steps', /provisioning.*started add_config/)
    await report({ event: 'action-failed', action: 'add_config', message: evil })
    await report({ event: 'failed', message: 'it is over' })
    await expectText(page, '#now .problem', /it is over/)
    expect(complaints).toEqual([])
  })

  test('compares a node, or a report, with every pattern', async () => {
    await page.goto(url('/patterns'))
    await page.fill(
      '#report',
      JSON.stringify({
        serialnumber: 'JPE5',
        neighbors: { Ethernet1: [{ device: 'spine2', port: 'e1' }] },
      }),
    )
    await page.click('form:has(#report) button')
    await expectText(page, '.pattern >> nth=0', /leaf does not match/)
    await expectText(page, '.would', /Would match if/)
    await page.fill('#report', '{')
    await page.click('form:has(#report) button')
    await expectText(page, '[role=alert]', /not JSON/)
    await page.fill('#node', 'nobody')
    await page.click('form:has(#node) button')
    await expectText(page, '[role=alert]', /nobody/)
  })

  test('releases a value, after it has asked', async () => {
    await page.goto(url('/pools'))
    await page.click('text=mgmt')
    await page.click('text=Release…')
    await expectText(page, 'main', /held by\s*525400001111/)
    await page.click('button.danger')
    await expectText(page, '.good', /10.0.0.1\/24 is free/)
    expect(await page.locator('text=Release…').count()).toBe(0)
  })

  test('marks the line of a template where it fails', async () => {
    await page.goto(url('/templates'))
    await page.click('text=bad.njk')
    await page.fill('#switch', 'sw1')
    await page.click('text=Render >> nth=-1')
    await expectText(page, '.marked', /missing/)
    await page.goto(url('/templates/config.njk?switch=sw10'))
    await expectText(page, 'main', /hostname sw10/)
  })

  test('lists every problem, and the codes that explain them', async () => {
    await page.goto(url('/problems'))
    await expectText(page, '#problems', /template-undefined/)
    await page.click('#problems a')
    expect(page.url()).toContain('/docs/problems#template-undefined')
    expect(await page.locator('#template-undefined').count()).toBe(1)
  })

  test('listens to keys', async () => {
    await page.goto(url('/'))
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('q')
    await page.evaluate(() => document.activeElement?.blur())
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    expect(await page.evaluate(() => document.activeElement?.closest('tbody tr')?.rowIndex)).toBe(1)
    await page.keyboard.press('Enter')
    await page.waitForURL(/switches/)
  })

  test('does all of it without JavaScript', async () => {
    const bare = await browser.newContext({ javaScriptEnabled: false })
    try {
      const plain = await bare.newPage()
      for (const path of everyPage) await plain.goto(url(path))
      await plain.goto(url('/'))
      await plain.fill('#q', 'sw10')
      await plain.click('text=Show')
      await plain.click('tbody a')
      await expectText(plain, '#config', /hostname sw10/)
      await plain.goto(url('/pools/mgmt'))
      await plain.click('text=Release…')
      await plain.click('button.danger')
      await expectText(plain, '.good', /is free/)
    } finally {
      await bare.close()
    }
  }, 60_000)
})

test('the first page of 10,000 switches has less than 100 kB', async () => {
  const entries = Array.from({ length: 10_000 }, (_, at) => [
    `52:54:00:${[16, 8, 0].map((bits) => ((at >> bits) & 255).toString(16).padStart(2, '0')).join(':')}`,
    {
      hostname: `leaf${at}.dc1.example.net`,
      serial: `JPE${20_000_000 + at}`,
      model: 'DCS-7050SX3-48YC8',
    },
  ])
  const large = makeFolder({
    'swinfo.json': Object.fromEntries(entries),
    'templates/config.njk': 'hostname {{ hostname }}\n',
  })
  const server = await startServer(large.path)
  try {
    const answer = await fetch(`http://127.0.0.1:${server.operatorPort}/`)
    const text = await answer.text()
    expect(text).toContain('10000 switches')
    expect(text).toContain('leaf99.dc1.example.net')
    expect(text.length).toBeLessThan(100_000)
  } finally {
    await server.stop()
    large.remove()
  }
})
