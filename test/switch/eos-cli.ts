/** The command line of a fake switch: its modes, its running configuration, and who answers what. */
import { setTimeout as delay } from 'node:timers/promises'
import {
  type CliResult,
  type EosFacts,
  interfacesStatus,
  lldpNeighbors,
  type Neighbor,
  version,
} from './eos-show.ts'

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
        return version(this.#background.facts)
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
        this.#save('startup-config', this.#runningText())
        return {
          text: 'Copy completed successfully.\n',
          json: { messages: ['Copy completed successfully.'] },
        }
      default:
        if (line.startsWith('show ')) throw invalid(line)
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
    return lldpNeighbors(heard)
  }

  #installSource(line: string): CliResult {
    const name = line
      .replace(/^install source /, '')
      .replace(/^(flash|file):(\/mnt\/flash\/|\/)?/, '')
    if (!this.#background.flash.has(name)) {
      throw new CliError(1000, 'could not run command', `Source ${name} does not exist`)
    }
    this.#save('boot-config', `SWI=flash:/${name}\n`)
    return { text: '', json: {} }
  }

  /** The flash may be full, or read-only. */
  #save(path: string, text: string): void {
    try {
      this.#background.flash.write(path, text)
    } catch (error) {
      throw new CliError(1000, 'could not run command', `Error writing ${path}: ${error}`)
    }
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
