/** What the show commands of a fake switch print, from facts, as text and as JSON. */

/** What an EOS says of itself. */
export interface EosFacts {
  /** `vEOS`, `DCS-7050T-52`. */
  readonly model: string
  /** `4.28.3M` */
  readonly version: string
  readonly serialNumber: string
  /** With colons. */
  readonly systemMac: string
  readonly architecture: string
  readonly hardwareRevision: string
}

/** What LLDP has heard at one port. */
export interface Neighbor {
  readonly port: string
  readonly neighborDevice: string
  readonly neighborPort: string
}

/** One command's answer in both formats. */
export interface CliResult {
  readonly text: string
  /** Nothing when EOS has no JSON for the command. */
  readonly json: object | undefined
}

/** `show version`. */
export function version(facts: EosFacts): CliResult {
  return { text: versionText(facts), json: versionJson(facts) }
}

/** `show lldp neighbors`. */
export function lldpNeighbors(heard: readonly Neighbor[]): CliResult {
  const rows = heard.map(
    ({ port, neighborDevice, neighborPort }) =>
      `${port.padEnd(14)}${neighborDevice.padEnd(28)}${neighborPort.padEnd(24)}120\n`,
  )
  return {
    text: `Last table change time   : 0:00:10 ago\nNumber of table inserts  : ${heard.length}\n\n${rows.join('')}`,
    json: {
      tablesLastChangeTime: 1_700_000_000.5,
      tablesAgeOuts: 0,
      tablesInserts: heard.length,
      tablesDeletes: 0,
      tablesDrops: 0,
      lldpNeighbors: heard.map((neighbor) => ({ ...neighbor, ttl: 120 })),
    },
  }
}

function versionText(facts: EosFacts): string {
  return `Arista ${facts.model}
Hardware version:    ${facts.hardwareRevision}
Serial number:       ${facts.serialNumber}
System MAC address:  ${dotted(facts.systemMac)}

Software image version: ${facts.version}
Architecture:           ${facts.architecture}
Internal build version: ${facts.version}-28837868.4283M
Internal build ID:      d009619b-19f0-4fc1-b3f5-c96e5ef6da6d

Uptime:                 0 weeks, 0 days, 0 hours and 3 minutes
Total memory:           2014424 kB
Free memory:            1243340 kB
`
}

function versionJson(facts: EosFacts): object {
  return {
    mfgName: 'Arista',
    modelName: facts.model,
    hardwareRevision: facts.hardwareRevision,
    serialNumber: facts.serialNumber,
    systemMacAddress: facts.systemMac,
    hwMacAddress: facts.systemMac,
    configMacAddress: '00:00:00:00:00:00',
    version: facts.version,
    architecture: facts.architecture,
    internalVersion: `${facts.version}-28837868.4283M`,
    internalBuildId: 'd009619b-19f0-4fc1-b3f5-c96e5ef6da6d',
    bootupTimestamp: 1_700_000_000.25,
    uptime: 180.5,
    memTotal: 2_014_424,
    memFree: 1_243_340,
    isIntlVersion: false,
  }
}

/** `52:54:00:00:11:11` as EOS shows it: `5254.0000.1111`. */
function dotted(mac: string): string {
  return mac.replaceAll(':', '').replace(/(.{4})(.{4})(.{4})/, '$1.$2.$3')
}

/** `show interfaces status`: eight ports of its own, and those given. */
export function interfacesStatus(connectedPorts: readonly string[]): CliResult {
  const eight = Array.from({ length: 8 }, (_, at) => `Ethernet${at + 1}`)
  const names = [...new Set([...eight, 'Management1', ...connectedPorts])]
  const status = (name: string) => (connectedPorts.includes(name) ? 'connected' : 'notconnect')
  const statuses = names.map((name) => [
    name,
    {
      description: '',
      linkStatus: status(name),
      lineProtocolStatus: connectedPorts.includes(name) ? 'up' : 'down',
      vlanInformation: { interfaceMode: 'bridged', vlanId: 1, interfaceForwardingModel: 'bridged' },
      bandwidth: 10_000_000_000,
      duplex: 'duplexFull',
      autoNegotiateActive: false,
      interfaceType: '10GBASE-SR',
    },
  ])
  const rows = names.map((name) => `${name.padEnd(12)}${status(name).padEnd(13)}1\n`)
  return {
    text: `Port        Status       Vlan\n${rows.join('')}`,
    json: { interfaceStatuses: Object.fromEntries(statuses) },
  }
}
