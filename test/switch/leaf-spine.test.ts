/** The example as it is shipped, and six switches that boot at the same time. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFolder, type RunningServer, startServer } from '../running-server.ts'
import { createFakeEos, type FakeEos, fakeEosImpossible } from './fake-eos.ts'
import { findInterpreters } from './interpreters.ts'
import { type MailHost, startMailHost } from './mail-host.ts'
import type { ScriptResult } from './running-script.ts'

const example = fileURLToPath(new URL('../../examples/leaf-spine', import.meta.url))
const image = Buffer.alloc(2 * 1_048_576, 'EOS64-4.32.5.1M ')

type Cables = Readonly<Record<string, readonly [device: string, port: string]>>

const leafCables = (at: number): Cables => ({
  Ethernet49: ['spine1.pod1.lab.example', `Ethernet${at}`],
  Ethernet50: ['spine2.pod1.lab.example', `Ethernet${at}`],
  Management1: ['oob1', `Ethernet${at}`],
})

const pod: Readonly<Record<string, Cables>> = {
  JPE24440001: {},
  JPE24440002: {},
  JPE24440003: leafCables(1),
  JPE24440004: leafCables(2),
  JPE24440005: leafCables(3),
  JPE24440006: leafCables(4),
}

interface Booted {
  readonly eos: FakeEos
  readonly result: ScriptResult
}

describe.skipIf(fakeEosImpossible() !== undefined)('the leaf-spine example', () => {
  const folder = makeFolder({})
  const booted = new Map<string, Booted>()
  let server: RunningServer
  let mailHost: MailHost

  beforeAll(async () => {
    mailHost = await startMailHost()
    cpSync(example, folder.path, { recursive: true })
    server = await startServer(folder.path)
    prepare()
    const script = await (await fetch(`http://127.0.0.1:${server.port}/bootstrap`)).text()
    const switches = await Promise.all(
      Object.entries(pod).map(async ([serialNumber, cables], at) => ({
        serialNumber,
        eos: await createFakeEos({
          ...pythonOf(at),
          serialNumber,
          systemMac: `52:54:00:24:44:0${at + 1}`,
          neighbors: Object.entries(cables).map(([port, [neighborDevice, neighborPort]]) => ({
            port,
            neighborDevice,
            neighborPort,
          })),
        }),
      })),
    )
    await Promise.all(
      switches.map(async ({ serialNumber, eos }) => {
        booted.set(serialNumber, { eos, result: await eos.run(script, [], { timeoutMs: 50_000 }) })
      }),
    )
  })
  afterAll(async () => {
    await Promise.all([...booted.values()].map(({ eos }) => eos.close()))
    await server.stop()
    mailHost.close()
    folder.remove()
  })

  /** Each switch of the pod has another Python, as far as there are six. */
  function pythonOf(at: number): { python?: string } {
    const pythons = findInterpreters()
    const python = pythons[at % pythons.length]?.path
    return python === undefined ? {} : { python }
  }

  /** What a lab has elsewhere is here the server itself: the image server and the mail host. */
  function prepare(): void {
    const site = join(folder.path, 'data_root/site')
    const images = join(folder.path, 'data_root/files/eos')
    const text = readFileSync(site, 'utf8')
      .replaceAll('http://images.pod1.lab.example', `http://127.0.0.1:${server.port}/files/eos`)
      .replace('mail.pod1.lab.example', mailHost.address)
    writeFileSync(site, text)
    mkdirSync(images)
    writeFileSync(join(images, 'EOS64-4.32.5.1M.swi'), image)
    writeFileSync(join(images, 'TerminAttr-1.34.0-1.swix'), 'extension')
  }

  function bootedSwitch(serialNumber: string): Booted {
    const found = booted.get(serialNumber)
    if (found === undefined) throw new Error(`${serialNumber} did not boot`)
    return found
  }

  const configOf = (serialNumber: string) =>
    bootedSwitch(serialNumber).eos.file('/mnt/flash/startup-config') ?? ''

  const valueIn = (text: string, pattern: RegExp) => pattern.exec(text)?.[1] ?? ''

  test.each(Object.keys(pod))('provisions %s with the right image', (serialNumber) => {
    const { eos, result } = bootedSwitch(serialNumber)
    expect(result.stdout).toContain('ZTP bootstrap completed successfully!')
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' })
    expect(eos.flash().get('EOS-4.32.5.1M.swi')?.equals(image)).toBe(true)
    expect(eos.file('/mnt/flash/boot-config')).toBe('SWI=flash:/EOS-4.32.5.1M.swi\n')
  })

  test('gives the spines the configuration that the inventory has for them', () => {
    for (const [serialNumber, hostname] of [
      ['JPE24440001', 'spine1'],
      ['JPE24440002', 'spine2'],
    ] as const) {
      expect(configOf(serialNumber)).toMatch(new RegExp(`^hostname ${hostname}\n`))
      expect(configOf(serialNumber)).toContain('router bgp 65000\n')
    }
  })

  test('gives the leaves values of their own, none of them twice', () => {
    const leaves = ['JPE24440003', 'JPE24440004', 'JPE24440005'].map(configOf)
    const all = [...leaves, ...['JPE24440001', 'JPE24440002', 'JPE24440006'].map(configOf)]
    const hostnames = leaves.map((text) => valueIn(text, /^hostname (\S+)$/m))
    const asns = leaves.map((text) => valueIn(text, /^router bgp (\d+)$/m))
    const addresses = all.map((text) =>
      valueIn(text, /Management1\n {3}vrf MGMT\n {3}ip address (\S+)/),
    )
    const loopbacks = all.map((text) => valueIn(text, /Loopback0\n {3}ip address (\S+)/))
    expect(hostnames.sort()).toEqual(['leaf1', 'leaf2', 'leaf3'])
    expect(asns.sort()).toEqual(['65101', '65102', '65103'])
    for (const values of [addresses, loopbacks]) {
      expect(values.every((value) => /^10\.34\.\d+\.\d+\/\d+$/.test(value))).toBe(true)
      expect(new Set(values).size).toBe(6)
    }
  })

  test('leaves no variable unfilled and every hash of a password whole', () => {
    for (const serialNumber of Object.keys(pod)) {
      const config = configOf(serialNumber)
      const hashes = [...config.matchAll(/secret sha512 (\S+)/g)].map(([, hash]) => hash)
      expect(hashes).toEqual([expect.stringMatching(/^\$6\$eoslab\$[A-Za-z0-9./]{86}$/)])
      expect(config.replaceAll(/secret sha512 \S+/g, '')).not.toMatch(/[${}]/)
    }
  })

  test('installs the extension, the plugin and the script of the leaves', () => {
    const { eos } = bootedSwitch('JPE24440004')
    expect(eos.file('/mnt/flash/boot-extensions')).toBe('TerminAttr-1.34.0-1.swix')
    expect(eos.file('/mnt/flash/.extensions/TerminAttr-1.34.0-1.swix')).toBe('extension')
    expect(eos.file('/mnt/flash/rc.eos')).toContain('/mnt/flash/.ztp-plugins/ShowProvisioning.py')
    expect(eos.file('/mnt/flash/ztp/backup.sh')).toMatch(/^#!\/bin\/bash\n/)
    expect(eos.file('/mnt/flash/provisioned')).toMatch(/^leaf[1-3] \(pod 1\), provisioned 20/)
  })

  test('keeps leaf4 as it was written by hand, and does what is always done', () => {
    const written = readFileSync(
      join(example, 'data_root/nodes/JPE24440006/startup-config'),
      'utf8',
    )
    expect(configOf('JPE24440006')).toBe(written)
    const { eos } = bootedSwitch('JPE24440006')
    expect(eos.file('/mnt/flash/provisioned')).toMatch(/^leaf4 \(rack A4, beside the firewalls\)/)
    expect(eos.file('/mnt/flash/boot-extensions')).toBeUndefined()
  })

  test('mails about each leaf that came up by its definition', () => {
    expect(mailHost.messages).toHaveLength(3)
    for (const message of mailHost.messages) {
      expect(message).toMatch(/^Subject: A leaf of pod 1 is provisioned$/m)
      expect(message).toMatch(/filename="?show_lldp_neighbors/)
    }
  })

  test('says on the console what the how-to page shows, in that order', () => {
    const page = readFileSync(new URL('../../docs/how-to/leaf-spine.md', import.meta.url), 'utf8')
    const [, shown = ''] = /<!-- console of JPE24440003 -->\n```\n(.*?)```/s.exec(page) ?? []
    const lines = shown
      .replaceAll('http://10.34.8.254:8080', `http://127.0.0.1:${server.port}`)
      .split('\n')
      .filter((line) => line !== '' && line !== '…')
    expect(lines.length).toBeGreaterThan(15)
    const said = bootedSwitch('JPE24440003').result.stdout.split('\n')
    let from = 0
    for (const line of lines) {
      const at = said.indexOf(line, from)
      expect(at, line).toBeGreaterThanOrEqual(from)
      from = at + 1
    }
  })
})
