import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { makeFolder } from '../running-server.ts'
import { unitSection } from './unit-file.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const unit = readFileSync(join(root, 'packaging/systemd/ztpush.service'), 'utf8')
const lowPorts = readFileSync(join(root, 'packaging/systemd/low-ports.conf'), 'utf8')

const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' })
const isThere = analyze('--version').status === 0
if (!isThere) {
  if (process.env['CI'] !== undefined) throw new Error('there is no systemd-analyze')
  console.warn('skipped: the unit as systemd reads it (there is no systemd-analyze)')
}

// systemd looks for the program itself, which is not installed on the machine of a test
const runnable = unit.replace(/^ExecStart=ztpush /m, `ExecStart=${join(root, 'bin/ztpush')} `)
const folder = makeFolder({
  'ztpush.service': runnable,
  'with/ztpush.service': runnable,
  'with/ztpush.service.d/low-ports.conf': lowPorts,
  'typo/ztpush.service': runnable.replace('ProtectSystem=', 'ProtectSytem='),
})
afterAll(() => folder.remove())

describe.runIf(isThere)('systemd', () => {
  test.each(['ztpush.service', 'with/ztpush.service'])('finds nothing wrong in %s', (name) => {
    const { status, stdout, stderr } = analyze('verify', '--man=no', join(folder.path, name))
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' })
  })

  test('would say what is wrong', () => {
    const { stderr } = analyze('verify', '--man=no', join(folder.path, 'typo/ztpush.service'))
    expect(stderr).toContain('ProtectSytem')
  })

  test('finds the service hardly exposed', () => {
    // in tenths: what has no such settings has 96
    const bounds = ['security', '--offline=true', '--threshold=22']
    const { status, stdout } = analyze(...bounds, join(folder.path, 'ztpush.service'))
    expect(status, stdout).toBe(0)
  })
})

test('the unit stops and reloads the server by the signals that it knows', () => {
  const service = unitSection(unit, 'Service')
  expect(service.get('Type')).toBe('notify')
  expect(service.get('NotifyAccess')).toBe('all')
  expect(service.get('ExecReload')).toBe('/bin/kill -HUP $MAINPID')
  // SIGTERM is for the server alone, and that is what systemd sends where nothing else is said
  expect(service.get('KillMode')).toBe('mixed')
  expect(service.has('KillSignal')).toBe(false)
  expect(service.get('Restart')).toBe('on-failure')
  // longer than the server takes by itself
  expect(Number(service.get('TimeoutStopSec'))).toBeGreaterThan(15)
  const state = `/var/lib/${service.get('StateDirectory')}`
  expect(service.get('WorkingDirectory')).toBe(state)
  const conf = readFileSync(join(root, 'packaging/debian/ztpush.conf'), 'utf8')
  expect(conf).toContain(`\nstate_dir = ${state}/`)
})

test('the drop-in for low ports gives the one right that they need', () => {
  const values = [...unitSection(lowPorts, 'Service').values()]
  expect(values).toEqual(['CAP_NET_BIND_SERVICE', 'CAP_NET_BIND_SERVICE'])
})
