/**
 * A switch without a switch: scripts run in a private root that looks to them like EOS, with a flash, a
 * command line, eAPI and a syslog, and share the network with the test.
 */
import { readFileSync } from 'node:fs'
import type { EapiCall } from './eapi-daemon.ts'
import { EapiService, type HttpAddress, reserveHttpAddress } from './eapi-service.ts'
import { CliError, EosCli } from './eos-cli.ts'
import type { EosFacts } from './eos-show.ts'
import type { FakeEosOptions, StartOptions } from './fake-eos-options.ts'
import { type Interpreter, inspectInterpreter } from './interpreters.ts'
import { PrivateRoot, privateRootImpossible } from './private-root.ts'
import { listenForCalls, type ProgramAnswer, type ProgramCall } from './program-calls.ts'
import { parseSyslog, type SyslogMessage } from './recorded-syslog.ts'
import { type Entry, listFolder, makeFiles, readFolder } from './root-files.ts'
import { RunningScript, type ScriptResult } from './running-script.ts'

const defaultFacts: EosFacts = {
  model: 'vEOS',
  version: '4.28.3M',
  serialNumber: 'SSJ17115134',
  systemMac: '52:54:00:00:11:11',
  architecture: 'i686',
  hardwareRevision: '02.00',
}

const pluginFolder = '/usr/lib/python2.7/site-packages/CliPlugin'

/** As EOS names the script that it has downloaded. */
const scriptPath = '/tmp/zt-download'

export type { FakeEosOptions }

let impossible: { readonly reason: string | undefined } | undefined

/**
 * Why there can be no fake switch on this machine, to skip tests with; undefined when there can. Prints
 * it once.
 * @throws the reason under CI, where nothing may be skipped
 */
export function fakeEosImpossible(): string | undefined {
  const isFirst = impossible === undefined
  impossible ??= { reason: privateRootImpossible() }
  const { reason } = impossible
  if (reason !== undefined && (process.env['CI'] ?? '') !== '') throw new Error(reason)
  if (reason !== undefined && isFirst) {
    console.warn(`tests on a fake EOS are skipped: ${reason}`)
  }
  return reason
}

/** Makes a switch. @throws when the machine does not allow it */
export async function createFakeEos(options: FakeEosOptions = {}): Promise<FakeEos> {
  const address = options.eapi?.address ?? (await reserveHttpAddress())
  const eos = new FakeEos(options, address)
  try {
    await eos.open()
  } catch (error) {
    await eos.close()
    throw error
  }
  return eos
}

export class FakeEos {
  readonly #options: FakeEosOptions
  readonly #address: HttpAddress
  readonly #cli: EosCli
  readonly #cleanups: (() => Promise<unknown>)[] = []
  #root: PrivateRoot | undefined
  #eapi: EapiService | undefined

  readonly facts: EosFacts
  /** Commands that `FastCli` was given with `-c`, in order; one of many lines is one. */
  readonly fastCliCalls: string[] = []
  /** Calls of eAPI, in order. */
  readonly eapiCalls: EapiCall[] = []
  /** Calls of the other recorded programs, `useradd` among them. */
  readonly programCalls: ProgramCall[] = []
  /** What was sent to `/dev/log`; complete when a script's result is there. */
  readonly syslog: SyslogMessage[] = []

  /** See `createFakeEos`. */
  constructor(options: FakeEosOptions, address: HttpAddress) {
    this.#options = options
    this.#address = address
    this.facts = { ...defaultFacts, ...pick(options) }
    const neighbors = options.neighbors ?? []
    const heard = typeof neighbors === 'function' ? [] : neighbors.map(({ port }) => port)
    this.#cli = new EosCli({
      facts: this.facts,
      neighbors,
      connectedPorts: options.connectedPorts ?? [...new Set(heard)],
      answers: options.answers ?? {},
      protocols: options.eapi?.protocols ?? ['unix-socket', 'http', 'https'],
      flash: {
        has: (path) => this.flash().has(path),
        write: (path, text) => makeFiles(this.path('/mnt/flash'), { [path]: text }),
      },
      apiChanged: () => this.#eapi?.configured(),
      apiLookedAt: async () => this.#eapi?.lookedAt(),
      apiRunning: () => this.#eapi?.running() ?? [],
    })
  }

  /** See `createFakeEos`. */
  async open(): Promise<void> {
    const { python = 'python3', aristaPython, eapi = {}, flash = {} } = this.#options
    const programs = ['FastCli', 'useradd', ...Object.keys(this.#options.programs ?? {})]
    const root = await PrivateRoot.open({
      python: interpreterAt(python),
      ...(aristaPython !== undefined && { aristaPython: interpreterAt(aristaPython) }),
      programs: [...new Set(programs)],
      cliPluginFolders: this.#options.cliPluginFolders ?? [pluginFolder],
      shownFolders: this.#options.shownFolders ?? [],
      flashSize: this.#options.flashSize ?? '512m',
      hasSyslog: this.#options.hasSyslog ?? true,
      onSyslog: (datagram) => this.syslog.push(parseSyslog(datagram)),
    })
    this.#root = root
    this.#cleanups.push(() => root.close())
    makeFiles(this.path('/mnt/flash'), flash)
    if (this.#options.flashIsReadOnly === true) this.remountFlash('ro')

    const socket = this.path('/run/fake-eos.sock')
    const calls = await listenForCalls(socket, (call) => this.#answer(call))
    this.#cleanups.push(() => calls.close())
    const places = {
      'unix-socket': { path: this.path('/run/command-api.sock') },
      http: { ...this.#address },
    }
    this.#eapi = new EapiService(this.#cli, eapi, places, (call) => {
      const number = this.eapiCalls.push(call)
      return eapi.fault?.(call, number)
    })
    this.#cleanups.push(async () => this.#eapi?.close())
    if (eapi.isOn === true) {
      this.#cli.api.isOn = true
      this.#cli.api.protocols.add('unix-socket').add('http')
      this.#eapi.configured()
      await this.#eapi.settled()
    }
  }

  /** Where eAPI listens over HTTP, once it does: `127.70.3.9:40123`. */
  get httpAddress(): string {
    return `${this.#address.host}:${this.#address.port}`
  }

  /** Configuration lines entered so far, in order. */
  get runningConfig(): readonly string[] {
    return this.#cli.runningConfig
  }

  /** User name → secret, of those configured at this moment. */
  get users(): ReadonlyMap<string, string> {
    return this.#cli.users
  }

  /** Gives the switch a user. */
  addUser(name: string, secret: string): void {
    this.#cli.users.set(name, secret)
  }

  /** Starts a script as EOS does a downloaded one: saved in `/tmp`, run by its first line. */
  start(
    scriptOrPath: string,
    words: readonly string[] = [],
    options: StartOptions = {},
  ): RunningScript {
    const text = scriptOrPath.startsWith('#!') ? scriptOrPath : readFileSync(scriptOrPath)
    makeFiles(this.path('/'), { [scriptPath]: text }, 0o755)
    return this.startProgram([scriptPath, ...words], options)
  }

  /** Starts any program there. */
  startProgram(command: readonly string[], options: StartOptions = {}): RunningScript {
    const { env = {}, cwd = '/', timeoutMs = 15_000 } = options
    const root = this.#opened()
    const process = root.spawn(command, { cwd, env: { ...this.#environment(), ...env } })
    return new RunningScript(process, timeoutMs, () => root.drainSyslog())
  }

  /** Runs a script, given as text that begins with `#!` or by its path outside, to its end. */
  run(
    scriptOrPath: string,
    words: readonly string[] = [],
    options: StartOptions = {},
  ): Promise<ScriptResult> {
    return this.start(scriptOrPath, words, options).result
  }

  /** Makes the flash read-only, or ends that. */
  remountFlash(how: 'ro' | 'rw'): void {
    this.#opened().runNow('mount', '-o', `remount,bind,${how}`, '/mnt/flash')
  }

  /** Every file of the flash: path below it → content. */
  flash(): ReadonlyMap<string, Buffer> {
    return readFolder(this.path('/mnt/flash'))
  }

  /** Everything on the flash, folders and links too, by its path. */
  flashListing(): ReadonlyMap<string, Entry> {
    return listFolder(this.path('/mnt/flash'))
  }

  /** A file of the switch as text; undefined when there is none. */
  file(path: string): string | undefined {
    try {
      return readFileSync(this.path(path), 'utf8')
    } catch {
      return undefined
    }
  }

  /** Where the test finds a path of the switch, while it is open. */
  path(inside: string): string {
    return this.#opened().path(inside)
  }

  /** Ends every program on the switch and removes all of it. */
  async close(): Promise<void> {
    const failures: unknown[] = []
    for (const cleanup of this.#cleanups.splice(0).reverse()) {
      await cleanup().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'the fake switch left something')
  }

  async #answer(call: ProgramCall): Promise<ProgramAnswer> {
    if (call.program === 'FastCli') return this.#fastCli(call.arguments)
    this.programCalls.push(call)
    return this.#options.programs?.[call.program]?.(call.arguments) ?? {}
  }

  async #fastCli(words: readonly string[]): Promise<ProgramAnswer> {
    const at = words.indexOf('-c')
    const command = words[at + 1]
    if (at === -1 || command === undefined) {
      return { code: 2, stderr: 'fake FastCli: only -c is understood\n' }
    }
    const number = this.fastCliCalls.push(command)
    const own = this.#options.fastCli?.(command, number)
    if (own !== undefined) return own
    const run = this.#cli.session()
    let stdout = ''
    let code = 0
    for (const line of command.split('\n')) {
      try {
        stdout += (await run(line)).text
      } catch (error) {
        if (!(error instanceof CliError)) throw error
        stdout += `% ${error.message}\n`
        code = 1
      }
    }
    await this.#eapi?.settled()
    return { code, stdout }
  }

  #environment(): Record<string, string> {
    const shift = this.#options.clockShiftSeconds
    return {
      PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
      HOME: '/root',
      USER: 'root',
      ...(shift && {
        PYTHONPATH: '/usr/lib/fake-eos/shifted-clock',
        CLOCK_SHIFT_SECONDS: String(shift),
      }),
    }
  }

  #opened(): PrivateRoot {
    if (this.#root === undefined) throw new Error('the fake switch is not open')
    return this.#root
  }
}

function pick(options: FakeEosOptions): Partial<EosFacts> {
  const names = Object.keys(defaultFacts)
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)))
}

function interpreterAt(program: string): Interpreter {
  const interpreter = inspectInterpreter(program)
  if (interpreter === undefined) throw new Error(`${program} is no Python that starts`)
  return interpreter
}
