/** How each DHCP server is checked and run with the file that `dhcp/` ships for it. */
import { accessSync, constants } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

export interface DhcpServer {
  readonly name: string
  /** The program, as it is called on the PATH. */
  readonly program: string
  /** The shipped file, a name in `dhcp/`. */
  readonly file: string
  /** A file in `folder` that is the shipped one but for where leases are kept; default: the shipped one. */
  readonly localFile?: (shipped: string, folder: string) => Promise<string>
  readonly checkArguments: (file: string) => readonly string[]
  readonly serveArguments: (file: string, folder: string, networkInterface: string) => string[]
  readonly environment?: (folder: string) => Record<string, string>
  /** What its log says once it answers. */
  readonly ready: string
}

const dnsmasq: DhcpServer = {
  name: 'dnsmasq',
  program: 'dnsmasq',
  file: 'dnsmasq.conf',
  checkArguments: (file) => ['--test', '-C', file],
  // --no-ping: it would ping each new dynamic address for three seconds before it offers it.
  serveArguments: (file, folder, networkInterface) => [
    '--keep-in-foreground',
    '--log-facility=-',
    '--log-dhcp',
    '--no-ping',
    '--user=root',
    '--pid-file=',
    `--dhcp-leasefile=${join(folder, 'dnsmasq.leases')}`,
    `--interface=${networkInterface}`,
    '-C',
    file,
  ],
  ready: 'DHCP, IP range 10.34.0.101 -- 10.34.0.150',
}

const iscDhcpd: DhcpServer = {
  name: 'ISC dhcpd',
  program: 'dhcpd',
  file: 'isc-dhcpd.conf',
  // It will not start without a lease file, empty or not.
  localFile: async (shipped, folder) => {
    await writeFile(join(folder, 'dhcpd.leases'), '')
    return shipped
  },
  checkArguments: (file) => ['-4', '-t', '-cf', file],
  serveArguments: (file, folder, networkInterface) => [
    '-4',
    '-d',
    '-lf',
    join(folder, 'dhcpd.leases'),
    '-pf',
    join(folder, 'dhcpd.pid'),
    '-cf',
    file,
    networkInterface,
  ],
  ready: 'Server starting service.',
}

const kea: DhcpServer = {
  name: 'Kea',
  program: 'kea-dhcp4',
  file: 'kea-dhcp4.conf',
  // Kea has no flag for the lease file; this one key is added to the shipped text.
  localFile: async (shipped, folder) => {
    const parts = (await readFile(shipped, 'utf8')).split('"persist": true')
    if (parts.length !== 2) throw new Error(`${shipped}: expected "persist": true once`)
    const file = join(folder, 'kea-dhcp4.conf')
    const leases = JSON.stringify(join(folder, 'kea-leases4.csv'))
    await writeFile(file, parts.join(`"persist": true, "name": ${leases}`))
    return file
  },
  checkArguments: (file) => ['-t', file],
  serveArguments: (file) => ['-c', file],
  environment: (folder) => ({ KEA_PIDFILE_DIR: folder, KEA_LOCKFILE_DIR: folder }),
  ready: 'DHCP4_STARTED',
}

export const dhcpServers: readonly DhcpServer[] = [dnsmasq, iscDhcpd, kea]

/** The path of a program, or undefined. Looks into the sbin folders too, which a PATH may lack. */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * A copy of the program in `folder`. AppArmor confines dhcpd and Kea by the path of the program to
 * /etc and /var/lib, where a test has no business; a copy may read the shipped file where it lies.
 */
export async function copyProgram(program: string, folder: string): Promise<string> {
  const path = findProgram(program)
  if (path === undefined) throw new Error(`${program} is not installed`)
  const copy = join(folder, basename(path))
  await copyFile(path, copy)
  return copy
}
