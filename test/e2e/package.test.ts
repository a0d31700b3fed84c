import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { makeFolder } from '../running-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = makeFolder({ 'work/package.json': { private: true } })
afterAll(() => folder.remove())

const npm = (cwd: string, ...args: string[]) =>
  execFileSync('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 180_000,
  })

const registry = spawnSync('npm', ['view', 'hono@4.13.19', 'version', '--prefer-offline'], {
  encoding: 'utf8',
  timeout: 30_000,
})
const reachable = registry.status === 0
if (!reachable) {
  if (process.env['CI'] !== undefined) throw new Error(`no npm registry: ${registry.stderr}`)
  console.warn('skipped: the package in an empty folder (the npm registry cannot be reached)')
}

test.runIf(reachable)(
  'the package, installed in an empty folder, makes a lab and renders it',
  () => {
    const packed = JSON.parse(
      npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder.path),
    ) as
      | { filename: string; files: { path: string }[] }[]
      | Record<string, { filename: string; files: { path: string }[] }>
    const [entry] = Object.values(packed)
    const paths = entry?.files.map(({ path }) => path) ?? []
    expect(paths).toEqual(
      expect.arrayContaining([
        'bin/ztpush',
        'dist/main.js',
        'swinfo.json',
        'templates/config.njk',
        'dhcp/dnsmasq.conf',
        'LICENSE',
        'README.md',
      ]),
    )
    expect(paths.filter((path) => /^(?:src|test|bench)\//.test(path))).toEqual([])

    const work = join(folder.path, 'work')
    npm(work, 'install', '--prefer-offline', join(folder.path, entry?.filename ?? ''))
    const ztpush = join(work, 'node_modules/.bin/ztpush')
    const run = (cwd: string, ...args: string[]) =>
      execFileSync(ztpush, args, { cwd, encoding: 'utf8' })
    run(work, 'init', 'lab')
    const lab = join(work, 'lab')
    expect(run(lab, 'validate', '--strict')).toMatch(/0 errors, 0 warnings/)
    expect(run(lab, 'render', '52:54:00:00:11:11')).toContain('hostname floor1-sw1\n')
    expect(readFileSync(join(lab, 'swinfo.json'), 'utf8')).toBe(
      readFileSync(join(root, 'swinfo.json'), 'utf8'),
    )
  },
  240_000,
)

test('bin/ztpush can be run as a file', () => {
  expect(statSync(join(root, 'bin/ztpush')).mode & 0o111).toBe(0o111)
  expect(execFileSync(join(root, 'bin/ztpush'), ['--version'], { encoding: 'utf8' })).toMatch(
    /^ztpush \d/,
  )
})
