/**
 * The page in a browser: every part of it, with the script and without.
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type RunningServer, startServer, writeIn } from '../running-server.ts'
import { hasBrowser, openTab, startBrowser, type Tab, violations } from './browser.ts'
import { image, macs, makeSite, script, switchSide } from './page-site.ts'

let browser: Browser
let server: RunningServer
let folder: ReturnType<typeof makeSite>
let url: (path: string) => string

beforeAll(async () => {
  if (!hasBrowser) return
  folder = makeSite()
  server = await startServer(folder.path)
  browser = await startBrowser()
  url = (path) => `http://127.0.0.1:${server.operatorPort}${path}`
  const { dynconfig, register, definition, report } = switchSide(server)
  await dynconfig(macs.leaf1, { 'X-Arista-ModelName': 'DCS-7050SX3', 'X-Arista-Serial': 'JPE7' })
  await dynconfig(macs.broken)
  await dynconfig('52:54:00:00:00:05')
  await dynconfig(macs.hostile, { 'X-Arista-ModelName': image })
  await register('JPE9', image)
  await definition('JPE9')
  await report('JPE9', { event: 'started' })
  await report('JPE9', { event: 'action-failed', action: image, message: script })
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  folder?.remove()
})

async function withTab(
  options: Parameters<typeof openTab>[1],
  look: (tab: Tab) => Promise<void>,
): Promise<void> {
  const tab = await openTab(browser, options)
  try {
    await look(tab)
  } finally {
    await tab.close()
  }
}

const everyPage: readonly (readonly [path: string, heading: string])[] = [
  ['/', 'Switches'],
  ['/?state=failed', 'Switches'],
  ['/?q=nobody', 'Switches'],
  ['/switches/leaf1', 'leaf1'],
  ['/switches/broken1', 'broken1'],
  ['/switches/JPE9', 'JPE9'],
  ['/switches/leaf1?secrets=shown', 'leaf1'],
  ['/patterns', 'Patterns'],
  ['/patterns?node=JPE9', 'Patterns'],
  ['/pools', 'Pools'],
  ['/pools/mgmt', 'Pool mgmt'],
  ['/pools/mgmt/release?value=10.0.0.1/24', 'Release 10.0.0.1/24?'],
  ['/templates', 'Templates'],
  ['/templates/broken.njk?switch=broken1', 'broken.njk'],
  ['/templates/config.njk?switch=leaf1', 'config.njk'],
  ['/problems', 'Problems'],
  ['/docs', 'API of ztpush'],
  ['/docs/problems', 'Problems'],
]

describe.skipIf(!hasBrowser)('every page', () => {
  test.each(['light', 'dark'] as const)(
    'is accessible, narrow windows included, and the browser has nothing to complain of: %s',
    async (colorScheme) => {
      await withTab({ colorScheme }, async ({ page, complaints }) => {
        for (const [path, heading] of everyPage) {
          await page.setViewportSize({ width: 1280, height: 900 })
          await page.goto(url(path))
          expect(await page.locator('h1').first().textContent(), path).toContain(heading)
          // colours are all that differs
          const rules = colorScheme === 'dark' ? ['color-contrast'] : []
          expect(await violations(page, rules), path).toEqual([])
          await page.setViewportSize({ width: 320, height: 800 })
          const width = await page.evaluate('document.documentElement.scrollWidth')
          expect([path, width]).toEqual([path, 320])
        }
        expect(complaints).toEqual([])
      })
    },
    60_000,
  )

  test('works without JavaScript', async () => {
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      for (const [path, heading] of everyPage) {
        await page.goto(url(path))
        expect(await page.locator('h1').first().textContent(), path).toContain(heading)
      }
    })
  })
})

describe.skipIf(!hasBrowser)('without JavaScript', () => {
  test('links and forms lead everywhere', async () => {
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(url('/'))
      await page.getByRole('link', { name: 'failed' }).first().click()
      expect(await page.locator('tr[data-id]').count()).toBe(1)
      await page.getByRole('link', { name: 'broken1' }).click()
      await page.locator('.problem').first().waitFor()
      expect(await page.locator('.problem').first().textContent()).toMatch(
        /"domian" is undefined.*Fix:/s,
      )
      await page.goto(url('/'))
      await page.getByLabel('Find', { exact: true }).fill('5254.0000.0001')
      await page.getByRole('button', { name: 'Show' }).click()
      expect(await page.locator('tr[data-id] th').allTextContents()).toEqual(['leaf1'])
    })
  })

  test('secrets are masked until they are asked for, and that is an event', async () => {
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(url('/switches/leaf1'))
      expect(await page.locator('body').textContent()).not.toContain('hunter2')
      await page.getByRole('button', { name: 'Show secrets' }).click()
      expect(await page.locator('#config').textContent()).toContain('hunter2')
      await page.getByRole('button', { name: 'Mask secrets' }).click()
      expect(await page.locator('body').textContent()).not.toContain('hunter2')
      await eventually(async () => {
        await page.reload()
        expect(await page.locator('#timeline').textContent()).toContain('secrets shown')
      })
    })
    const file = await fetch(url('/switches/leaf1/config.txt'))
    expect(file.headers.get('Content-Disposition')).toBe('attachment; filename="leaf1.cfg"')
    expect(await file.text()).toMatch(/^hostname leaf1\n.*secret ••••••\n/s)
  })

  test('a value that is held under a serial number that only the switch has told is shown', async () => {
    const text = await (await fetch(url('/switches/leaf1/config.txt'))).text()
    expect(text).toContain('address 10.0.0.1/24')
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(url('/switches/leaf1'))
      expect(await page.locator('#diff-served-title + *').textContent()).toBe('nothing differs')
      expect(await page.locator('.variables').textContent()).toContain("allocate('mgmt')")
      expect(await page.locator('#allocations').textContent()).toContain('10.0.0.1/24')
    })
  })

  test('a value is released after a question', async () => {
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(url('/switches/leaf1'))
      await page.getByRole('link', { name: 'Release 10.0.0.1/24' }).click()
      expect(await page.locator('main').textContent()).toContain('used by leaf1')
      await page.getByRole('button', { name: 'Release 10.0.0.1/24' }).click()
      expect(new URL(page.url()).pathname).toBe('/pools/mgmt')
      expect(await page.locator('#pool').textContent()).toContain('0 used, 3 free')
    })
    const stale = await fetch(url('/pools/mgmt/release'), {
      method: 'POST',
      body: new URLSearchParams({ value: '10.0.0.1/24', holder: 'JPE7' }),
    })
    expect(stale.status).toBe(409)
    const foreign = await fetch(url('/pools/mgmt/release'), {
      method: 'POST',
      headers: { Origin: 'http://elsewhere.example' },
      body: new URLSearchParams({ value: '10.0.0.1/24', holder: 'JPE7' }),
    })
    expect(foreign.status).toBe(403)
  })

  test('a pasted report tells which pattern it matches, and why the others do not', async () => {
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(url('/patterns'))
      await page.locator('summary').click()
      const ports = { Ethernet49: [{ device: 'spine1', port: 'Ethernet1' }] }
      await page
        .getByLabel('Report (JSON)')
        .fill(JSON.stringify({ serialnumber: 'NEW1', neighbors: ports }))
      await page.getByRole('button', { name: 'Compare' }).last().click()
      const [first, second] = await page.locator('.pattern').allTextContents()
      expect(first).toMatch(/two spines no match.*Ethernet50 is not reported.*Would match if/s)
      expect(second).toContain('matches, and is taken')
      await page.getByLabel('Report (JSON)').fill('{"serialnumber": ')
      await page.getByRole('button', { name: 'Compare' }).last().click()
      expect(await page.getByRole('alert').textContent()).toContain('not JSON')
    })
  })

  test('an edit shows what it would change', async () => {
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(url('/switches/edited'))
      expect(await page.locator('#diff-served-title + *').textContent()).toBe('nothing differs')
      writeIn(folder.path, 'templates/edited.njk', 'hostname edited anew\n')
      await eventually(async () => {
        await page.reload()
        expect(await page.locator('#diff-served .del').allTextContents()).toEqual([
          '-hostname edited\n',
        ])
      })
      expect(await page.locator('#diff-served .add').allTextContents()).toEqual([
        '+hostname edited anew\n',
      ])
    })
  })

  test('a mistake in a template is shown at its line', async () => {
    await withTab({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(url('/problems'))
      expect(await page.locator('main').textContent()).toContain('templates/broken.njk:3:')
      await page.goto(url('/templates/broken.njk'))
      await page.getByLabel('Render it for').fill('broken1')
      await page.getByRole('button', { name: 'Render' }).click()
      expect(await page.locator('.wrong').textContent()).toBe('ip domain-name {{ domian }}\n')
      expect(await page.locator('.why').textContent()).toContain('Line 3: "domian" is undefined')
    })
  })

  test('what is not there is told as a page to browsers, and as before to programs', async () => {
    for (const path of ['/nothing', '/switches/nobody', '/pools/none', '/templates/none']) {
      const page = await fetch(url(path), { headers: { Accept: 'text/html' } })
      expect([page.status, page.headers.get('Content-Type')]).toEqual([
        404,
        'text/html; charset=utf-8',
      ])
    }
    expect(await (await fetch(url('/nothing'))).text()).toBe('There is nothing here.\n')
    const api = await fetch(url('/api/v1/nothing'), { headers: { Accept: 'text/html' } })
    expect(api.headers.get('Content-Type')).toBe('application/problem+json')
  })
})

describe.skipIf(!hasBrowser)('what switches send', () => {
  test('is text, whatever it looks like', async () => {
    await withTab({}, async ({ page, complaints }) => {
      await page.goto(url('/'))
      const row = page.locator(`tr[data-id="${macs.hostile}"]`)
      expect(await row.locator('th').textContent()).toBe(script)
      expect(await row.locator('.model').textContent()).toBe(image)
      await page.goto(url(`/switches/${macs.hostile}`))
      expect(await page.locator('h1').textContent()).toBe(script)
      await page.goto(url('/switches/JPE9'))
      expect(await page.locator('#neighbor-table').textContent()).toContain(image)
      expect(await page.locator('#timeline').textContent()).toContain(script)
      expect(await page.locator('main script, main img').count()).toBe(0)
      expect(complaints).toEqual([])
    })
  })
})
