/** What a fake switch knows of itself, and what its command line answers from that. */
import { setTimeout as delay } from 'node:timers/promises'

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

/** Neighbors that never change, or those of the n-th look (the first is 1) and of a time since the first. */
export type Neighbors =
  | readonly Neighbor[]
  | ((look: number, elapsedMs: number) => readonly Neighbor[])

/**
 * The answer to a command of one's own: text alone, or both formats, or the error in place of an answer.
 * With text alone eAPI has no JSON for it, as with EOS's unconverted commands.
 */
export type CliAnswer =
  | string
  | { readonly text: string; readonly json: object }
  | { readonly error: string }
  | { readonly hangsMs: number }

/** Files of the flash, by their path below it. */
export interface FlashFiles {
  has(path: string): boolean
  write(path: string, text: string): void
}

/** A switch as its command line sees it. */
export interface CliBackground {
  readonly facts: EosFacts
  readonly neighbors: Neighbors
  readonly connectedPorts: readonly string[]
  readonly answers: Readonly<Record<string, CliAnswer>>
  /** Protocols that this EOS knows: the older ones have no `unix-socket`. */
  readonly protocols: readonly ApiProtocol[]
  readonly flash: FlashFiles
  /** Called when the configuration of eAPI has become another. */
  apiChanged(): void
  /** Called at `show management api http-commands`, before the answer. */
  apiLookedAt(): Promise<void>
  /** Protocols that eAPI can be reached over at this moment. */
  apiRunning(): readonly ApiProtocol[]
}

export type ApiProtocol = 'unix-socket' | 'http' | 'https'

/** One command's answer in both formats. */
export interface CliResult {
  readonly text: string
  /** Nothing when EOS has no JSON for the command. */
  readonly json: object | undefined
}

/** A command that EOS refuses. */
export class CliError extends Error {
  readonly code: 1000 | 1002 | 1003
  readonly reason: string

  constructor(code: 1000 | 1002 | 1003, reason: string, message: string) {
    super(message)
    this.code = code
    this.reason = reason
  }
}

export class EosCli {
  readonly #background: CliBackground
  /** Every configuration line entered, in order; `no` lines too. */
  readonly runningConfig: string[] = []
  readonly users = new Map<string, string>()
  /** What eAPI is told to be. */
  readonly api = { isOn: false, protocols: new Set<ApiProtocol>(['https']) }
  #looks = 0
  #firstLookAt = 0

  constructor(background: CliBackground) {
    this.#background = background
  }

  /** A session at the prompt: begins in enable mode and remembers its mode. */
  session(): (command: string) => Promise<CliResult> {
    let mode: 'enable' | 'configure' | 'api' = 'enable'
    return async (command) => {
      const line = command.trim()
      const result = await this.#show(line)
      if (result !== undefined) return result
      if (line === '' || line === 'enable') return nothing
      if (/^conf(igure|ig)?( t(erminal)?)?$/.test(line)) mode = 'configure'
      else if (line === 'end') mode = 'enable'
      else if (line === 'exit') mode = mode === 'api' ? 'configure' : 'enable'
      else if (mode === 'enable') throw invalid(line)
      else mode = this.#configure(line, mode)
      return nothing
    }
  }

  /** Commands that are understood in every mode. */
  async #show(line: string): Promise<CliResult | undefined> {
    const [command = '', ...filters] = line
      .split('|')
      .map((part) => part.trim().replace(/ +/g, ' '))
    const result = await this.#showUnfiltered(command)
    if (result === undefined || filters.length === 0) return result
    let lines = result.text.split('\n')
    for (const filter of filters) {
      const [verb = '', ...words] = filter.split(' ')
      if (!/^(grep|include)$/.test(verb)) throw invalid(filter)
      const wanted = new RegExp(words.join(' '))
      lines = lines.filter((each) => wanted.test(each))
    }
    return { text: lines.map((each) => `${each}\n`).join(''), json: undefined }
  }

  async #showUnfiltered(line: string): Promise<CliResult | undefined> {
    const answer = this.#background.answers[line]
    if (answer !== undefined) return given(answer, line)
    switch (line) {
      case 'show version':
        return {
          text: versionText(this.#background.facts),
          json: versionJson(this.#background.facts),
        }
      case 'show lldp neighbors':
        return this.#lldp()
      case 'show interfaces status':
        return interfacesStatus(this.#background.connectedPorts)
      case 'show management api http-commands':
        await this.#background.apiLookedAt()
        return { text: this.#apiText(), json: undefined }
      case 'show running-config':
        return { text: this.#runningText(), json: undefined }
      case 'write':
      case 'write memory':
      case 'copy running-config startup-config':
        this.#background.flash.write('startup-config', this.#runningText())
        return {
          text: 'Copy completed successfully.\n',
          json: { messages: ['Copy completed successfully.'] },
        }
      default:
        return line.startsWith('install source ') ? this.#installSource(line) : undefined
    }
  }

  #lldp(): CliResult {
    this.#looks++
    if (this.#looks === 1) this.#firstLookAt = performance.now()
    const { neighbors } = this.#background
    const heard =
      typeof neighbors === 'function'
        ? neighbors(this.#looks, performance.now() - this.#firstLookAt)
        : neighbors
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

  #installSource(line: string): CliResult {
    const name = line
      .replace(/^install source /, '')
      .replace(/^(flash|file):(\/mnt\/flash\/|\/)?/, '')
    if (!this.#background.flash.has(name)) {
      throw new CliError(1000, 'could not run command', `Source ${name} does not exist`)
    }
    this.#background.flash.write('boot-config', `SWI=flash:/${name}\n`)
    return { text: '', json: {} }
  }

  #configure(line: string, mode: 'configure' | 'api'): 'configure' | 'api' {
    const { apiChanged, protocols } = this.#background
    this.runningConfig.push(line)
    if (line === 'management api http-commands') return 'api'
    const [, no, protocol] = /^(no )?protocol (unix-socket|https?)\b/.exec(line) ?? []
    if (mode === 'api' && isProtocol(protocol)) {
      if (!protocols.includes(protocol)) {
        this.runningConfig.pop()
        throw invalid(line)
      }
      if (no === undefined) this.api.protocols.add(protocol)
      else this.api.protocols.delete(protocol)
      apiChanged()
      return 'api'
    }
    if (mode === 'api' && /^(no )?shutdown$/.test(line)) {
      this.api.isOn = line !== 'shutdown'
      apiChanged()
      return 'api'
    }
    const [, user, secret] = /^username (\S+) .*?\bsecret (?:0 )?(\S+)/.exec(`${line} `) ?? []
    if (user !== undefined && secret !== undefined) this.users.set(user, secret)
    this.users.delete(/^no username (\S+)/.exec(line)?.[1] ?? '')
    return 'configure'
  }

  #runningText(): string {
    return `! device: localhost (${this.#background.facts.model}, EOS-${this.#background.facts.version})\n!\n${this.runningConfig.map((line) => `${line}\n`).join('')}end\n`
  }

  #apiText(): string {
    const state = (protocol: ApiProtocol) =>
      this.#background.apiRunning().includes(protocol) ? 'running' : 'shutdown'
    const lines = [
      `Enabled:            ${this.api.isOn ? 'Yes' : 'No'}`,
      `HTTPS server:       ${state('https')}, set to use port 443`,
      `HTTP server:        ${state('http')}, set to use port 80`,
    ]
    if (this.#background.protocols.includes('unix-socket')) {
      lines.push(`Unix Socket server: ${state('unix-socket')}, no authentication`)
    }
    return lines.map((line) => `${line}\n`).join('')
  }
}

const nothing: CliResult = { text: '', json: {} }

function isProtocol(text: string | undefined): text is ApiProtocol {
  return text === 'unix-socket' || text === 'http' || text === 'https'
}

async function given(answer: CliAnswer, line: string): Promise<CliResult> {
  if (typeof answer === 'string') return { text: answer, json: undefined }
  if ('error' in answer) throw new CliError(1000, 'could not run command', answer.error)
  if ('text' in answer) return answer
  // nobody waits for it once the switch is gone
  await delay(answer.hangsMs, undefined, { ref: false })
  throw new CliError(1000, 'could not run command', `${line} was interrupted`)
}

function invalid(line: string): CliError {
  const [token = ''] = line.split(' ')
  return new CliError(1002, 'invalid command', `Invalid input (at token 0: '${token}')`)
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

function interfacesStatus(connectedPorts: readonly string[]): CliResult {
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
