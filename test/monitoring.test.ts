import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFolder, type RunningServer, startServer, writeIn } from './running-server.ts'

const folder = fileURLToPath(new URL('../examples/monitoring', import.meta.url))
const promtool = spawnSync('promtool', ['--version']).status === 0
const skipped = !promtool && process.env['CI'] === undefined
if (skipped) console.log('skipped: promtool (Debian: prometheus) is not there')

test.skipIf(skipped)('Prometheus takes the job and the alerts', () => {
  const checked = spawnSync('promtool', ['check', 'config', 'prometheus.yml'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(checked.status, checked.stdout + checked.stderr).toBe(0)
  expect(checked.stdout).toContain('5 rules found')
})

describe('dashboard and alerts', () => {
  let site: ReturnType<typeof makeFolder>
  let server: RunningServer
  let metrics: Set<string>
  beforeAll(async () => {
    site = makeFolder({
      'swinfo.json': { '52:54:00:00:11:11': {} },
      'templates/config.njk': 'x\n',
      'data_root/resources/p': 'a: null\n',
    })
    server = await startServer(site.path)
    await fetch(`http://127.0.0.1:${server.port}/dynconfig`)
    const text = await (await fetch(`http://127.0.0.1:${server.operatorPort}/metrics`)).text()
    metrics = new Set([...text.matchAll(/^(\w+)[ {]/gm)].map(([, name = '']) => name))
  })
  afterAll(async () => {
    await server.stop()
    site.remove()
  })

  const used = readdirSync(folder).flatMap((file) =>
    [
      ...readFileSync(join(folder, file), 'utf8').matchAll(
        /\b(?:ztpush|process)_[a-z_]+\b(?=[{[) ])/g,
      ),
    ].map(([name]) => [file, name]),
  )
  test.each(used)('%s asks for %s, which there is', (_file, name) => {
    expect([...metrics]).toContain(name)
  })

  test('ask for most of what there is', () => {
    expect(new Set(used.map(([, name]) => name)).size).toBeGreaterThan(9)
  })

  test('the dashboard is JSON with a title and a query for each panel', () => {
    const { panels } = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8')) as {
      panels: { title: string; targets: { expr: string }[] }[]
    }
    expect(panels.length).toBeGreaterThan(8)
    for (const { title, targets } of panels) {
      expect(title).not.toBe('')
      expect(targets.length).toBeGreaterThan(0)
    }
  })

  test.skipIf(skipped)('every query of the dashboard is one', () => {
    const { panels } = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8')) as {
      panels: { targets: { expr: string }[] }[]
    }
    const rules = panels
      .flatMap(({ targets }) => targets.map(({ expr }) => expr))
      .map((expr) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'))
      .map((expr, at) => `  - record: r${at}\n    expr: ${JSON.stringify(expr)}\n`)
    writeIn(site.path, 'rules.yml', `groups:\n- name: g\n  rules:\n${rules.join('')}`)
    const command = ['check', 'rules', join(site.path, 'rules.yml')]
    const checked = spawnSync('promtool', command, { encoding: 'utf8' })
    expect(checked.status, checked.stdout + checked.stderr).toBe(0)
  })
})
