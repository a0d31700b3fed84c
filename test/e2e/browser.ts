/**
 * A real browser for tests of the page: Debian's Chromium, driven by playwright-core.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const executablePath = process.env['ZTPUSH_TEST_CHROMIUM'] ?? '/usr/bin/chromium'

/** Without a browser these tests are left out; where everything must be tested they fail instead. */
export const hasBrowser = existsSync(executablePath) || process.env['CI'] === 'true'

if (!hasBrowser) console.warn(`the page is not tested: there is no ${executablePath}`)

export function startBrowser(): Promise<Browser> {
  const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu']
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-first-run', ...quiet.map((each) => `--disable-${each}`)],
  })
}

/** A tab, with everything that the browser complains of: refused scripts and styles, errors of the script. */
export interface Tab {
  readonly page: Page
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(5_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { page, complaints, close: () => context.close() }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds wrong on the page, in short; by all of its rules, or by some. */
export async function violations(page: Page, rules: string[] = []): Promise<readonly string[]> {
  await page.evaluate(axe)
  return await page.evaluate(async (only) => {
    const { axe: runner } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
      }
    }
    const { violations: found } = await runner.run(only.length === 0 ? {} : { runOnly: only })
    return found.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' ')}`,
    )
  }, rules)
}
