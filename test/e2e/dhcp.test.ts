import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DhcpLab, portMac, serverAddress, serverInterface } from './dhcp-lab.ts'
import { copyProgram, type DhcpServer, dhcpServers, findProgram } from './dhcp-servers.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const ztpush = [process.execPath, join(root, 'bin/ztpush')] as const
const port = 8080
const bootfileUrl = `http://${serverAddress}:${port}/dynconfig`

/** In the lab's inventory, and reserved in every file of dhcp/ that can. */
const leaf1 = '52:54:00:00:11:11'
const leaf1Address = '10.34.0.11'
const unknownSwitch = '52:54:00:00:99:99'
const dynamicAddress = /^10\.34\.0\.1(0[1-9]|[1-4][0-9]|50)$/

describe('the shipped DHCP files', () => {
  for (const server of dhcpServers) {
    const missing = findProgram(server.program) === undefined ? [server.program] : []
    test.skipIf(isSkipped(`the check of ${server.file}`, missing))(
      `dhcp/${server.file} is accepted by ${server.program}`,
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'ztpush-dhcp-'))
        try {
          const program = await copyProgram(server.program, folder)
          const check = run(program, [...server.checkArguments(shipped(server))], {
            env: { ...process.env, ...server.environment?.(folder) },
          })
          await expect(check).resolves.toBeDefined()
        } finally {
          await rm(folder, { recursive: true, force: true })
        }
      },
    )
  }
})

for (const server of dhcpServers) {
  const missing = missingForLab(server)
  describe.skipIf(isSkipped(`the boot of a switch with ${server.name}`, missing))(
    `a client of ${server.name}`,
    () => {
      const lab = new DhcpLab()
      let expected = ''

      beforeAll(async () => {
        if (missing.length > 0) throw new Error(`needs ${missing.join(', ')}`)
        const folder = await lab.open()
        await cp(join(root, 'swinfo.json'), join(folder, 'swinfo.json'))
        await cp(join(root, 'templates'), join(folder, 'templates'), { recursive: true })
        // An empty one, lest the machine's own in /etc/ztpush is read.
        await writeFile(join(folder, 'ztpush.conf'), '')
        const here = { cwd: folder, env: environmentWithoutSettings() }
        const door = ['--interface', serverAddress, '--port', String(port), '--operator', 'off']
        await lab.startUntilListening(port, [...ztpush, 'serve', ...door], here)
        await startDhcp(lab, server, folder)
        expected = (await run(ztpush[0], [ztpush[1], 'render', leaf1], here)).stdout
      })

      afterEach(({ task }) => {
        if (task.result?.state === 'fail') console.error(lab.log())
      })

      afterAll(() => lab.close())

      test.each([
        ['virtual', 'Arista;vEOS'],
        ['hardware', 'Arista;DCS-7050S-64;01.23;JPE12221671'],
      ])(
        'gets the reserved address, the bootfile and its configuration (%s)',
        async (_, vendorClass) => {
          const boot = await lab.boot({ systemMac: leaf1, vendorClass })
          expect(boot.chaddr).toBe(portMac)
          expect(boot.address).toBe(leaf1Address)
          expect(boot.bootfile).toBe(bootfileUrl)
          expect(boot.http?.status).toBe(200)
          expect(boot.http?.body).toBe(expected)
          expect(boot.http?.headers['content-length']).toBe(String(Buffer.byteLength(expected)))
          expect(boot.http?.headers).not.toHaveProperty('transfer-encoding')
          expect(expected).not.toBe('')
        },
      )

      test('gets the network mask and the router that the file states', async () => {
        const { options } = await lab.boot({ systemMac: leaf1, vendorClass: 'Arista;vEOS' })
        expect(options).toMatchObject({ 1: 'ffffff00', 3: '0a220001' })
      })

      test('gets a dynamic address, the same bootfile and 404 when nobody knows it', async () => {
        const boot = await lab.boot({ systemMac: unknownSwitch, vendorClass: 'Arista;vEOS' })
        expect(boot.address).toMatch(dynamicAddress)
        expect(boot.bootfile).toBe(bootfileUrl)
        expect(boot.http?.status).toBe(404)
      })

      test('does not get the reserved address when a type byte precedes the MAC in its client-id', async () => {
        const clientId = `01${leaf1.replaceAll(':', '')}`
        const boot = await lab.boot({ systemMac: leaf1, vendorClass: 'Arista;vEOS', clientId })
        expect(boot.address).toMatch(dynamicAddress)
      })

      test.each(['MSFT 5.0', 'udhcp;Arista'])(
        'is told no bootfile when its option 60 is %j',
        async (vendorClass) => {
          const clientId = `01${portMac.replaceAll(':', '')}`
          const boot = await lab.boot({ systemMac: unknownSwitch, vendorClass, clientId })
          expect(boot.address).toMatch(dynamicAddress)
          expect(boot).toMatchObject({ bootfile: null, fileField: '', http: null })
          expect(boot.options).not.toHaveProperty('67')
        },
      )
    },
  )
}

async function startDhcp(lab: DhcpLab, server: DhcpServer, folder: string): Promise<void> {
  const program = await copyProgram(server.program, folder)
  const file = (await server.localFile?.(shipped(server), folder)) ?? shipped(server)
  const command = [program, ...server.serveArguments(file, folder, serverInterface)]
  const env = { ...process.env, ...server.environment?.(folder) }
  await lab.startUntilLogged(server.ready, command, { cwd: folder, env })
}

function shipped(server: DhcpServer): string {
  return join(root, 'dhcp', server.file)
}

/** Settings of whoever runs the tests must not reach the server under test. */
function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^ZTP(USH|S)_/.test(name))
  return Object.fromEntries(own)
}

function missingForLab(server: DhcpServer): string[] {
  const programs = ['ip', 'python3', server.program].filter(
    (program) => findProgram(program) === undefined,
  )
  if (process.getuid?.() !== 0) return ['root (for network namespaces)', ...programs]
  return canMakeNamespaces() ? programs : ['the right to make network namespaces', ...programs]
}

function canMakeNamespaces(): boolean {
  const probe = `ztpush-${process.pid}-probe`
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return false
  return spawnSync('ip', ['netns', 'delete', probe]).status === 0
}

/** Says what is missing. In CI nothing is skipped: the test runs, and fails for what is missing. */
function isSkipped(what: string, missing: readonly string[]): boolean {
  if (missing.length === 0 || (process.env['CI'] ?? '') !== '') return false
  console.warn(`${what} is skipped: needs ${missing.join(', ')}`)
  return true
}
