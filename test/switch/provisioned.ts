/**
 * The real server with a data root, and switches that it provisions: what a definition does, run for real.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { makeFolder, type RunningServer, startServer, writeIn } from '../running-server.ts'
import { createFakeEos, type FakeEos, type FakeEosOptions } from './fake-eos.ts'
import { type Interpreter, newestInterpreter } from './interpreters.ts'
import type { ScriptResult } from './running-script.ts'

/** An entry of a definition. */
export interface ActionEntry {
  readonly action: string
  readonly always_execute?: boolean
  readonly attributes?: Readonly<Record<string, unknown>>
}

/** A switch that is provisioned; every part but its actions has a sound default. */
export interface Run {
  /** After `hostname`, which writes `startup-config`. */
  readonly actions: readonly ActionEntry[]
  /** True: only `actions`. */
  readonly isBare?: boolean
  /** Below `files/` of the data root, and no others. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Below the node's own folder, besides its definition and its pattern. */
  readonly node?: Readonly<Record<string, string>>
  /** Its flash is `before`, and what is here. */
  readonly eos?: FakeEosOptions
  /** The newest when not said. */
  readonly python?: Interpreter
  readonly env?: Readonly<Record<string, string>>
  /** The client, when it is another than that of `GET /bootstrap`. */
  readonly client?: string
  /** What happens on the switch before it begins. */
  prepare?(eos: FakeEos): unknown
}

/** What came of it; the switch is there until the end of the test. */
export interface Provisioned extends ScriptResult {
  readonly eos: FakeEos
  /** Path below flash → content, a byte a character. */
  readonly flash: Readonly<Record<string, string>>
  /** The lines of the log, without the serial number, and `SERVER` for the server's URL. */
  readonly log: readonly string[]
}

/** On the flash of each switch. No run may change it. */
export const before = {
  'boot-config': 'SWI=flash:/EOS-4.28.3M.swi\n',
  'persist/notes': 'kept\n',
}

/** On flash after a run in which nothing but `hostname` has put anything there. */
export const configured = { ...before, 'startup-config': 'hostname leaf1' }

const hostname = `def main(attributes):
    attributes.get("NODE").append_startup_config_lines(["hostname leaf1"])
`

export class Provisioning {
  readonly server: RunningServer
  readonly #folder: ReturnType<typeof makeFolder>
  /** What `GET /bootstrap` gives. */
  readonly client: string
  readonly #switches: FakeEos[] = []
  #runs = 0

  private constructor(
    server: RunningServer,
    folder: ReturnType<typeof makeFolder>,
    client: string,
  ) {
    this.server = server
    this.#folder = folder
    this.client = client
  }

  /** Starts a server; `files` are those of its folder besides what is needed. */
  static async start(files: Readonly<Record<string, unknown>> = {}): Promise<Provisioning> {
    const folder = makeFolder({
      'data_root/bootstrap/bootstrap.conf': 'client: {timeout: 5, retries: 0, lldp_wait: 0}\n',
      'data_root/actions/hostname': hostname,
      ...files,
    })
    const server = await startServer(folder.path)
    const answer = await fetch(`http://127.0.0.1:${server.port}/bootstrap`)
    return new Provisioning(server, folder, await answer.text())
  }

  /** Provisions one switch, which is a node of its own with a definition of its own. */
  async run({
    actions,
    isBare = false,
    files = {},
    node = {},
    eos = {},
    ...more
  }: Run): Promise<Provisioned> {
    this.#runs++
    const serialNumber = eos.serialNumber ?? `JPE${String(this.#runs).padStart(5, '0')}`
    const dataRoot = join(this.#folder.path, 'data_root')
    rmSync(join(dataRoot, 'files'), { recursive: true, force: true })
    mkdirSync(join(dataRoot, 'files'))
    for (const [name, content] of Object.entries(files)) writeIn(dataRoot, `files/${name}`, content)
    const all = isBare ? actions : [{ action: 'hostname' }, ...actions]
    writeIn(dataRoot, `nodes/${serialNumber}/definition`, { name: 'test', actions: all })
    writeIn(dataRoot, `nodes/${serialNumber}/pattern`, 'interfaces: []\n')
    for (const [name, content] of Object.entries(node)) {
      writeIn(dataRoot, `nodes/${serialNumber}/${name}`, content)
    }

    const fake = await createFakeEos({
      python: (more.python ?? newestInterpreter()).path,
      ...eos,
      serialNumber,
      flash: { ...before, ...eos.flash },
    })
    this.#switches.push(fake)
    await more.prepare?.(fake)
    // where eAPI is reached on releases that have no unix socket for it: not port 80 of this machine
    const client = (more.client ?? this.client).replace(
      'COMMAND_API_SERVER = "localhost"',
      `COMMAND_API_SERVER = "${fake.httpAddress}"`,
    )
    const result = await fake.run(client, [], { env: more.env ?? {} })
    const log = result.stdout
      .replaceAll(`${serialNumber}: `, '')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'SERVER')
    return {
      ...result,
      eos: fake,
      flash: flashText(fake),
      log: log.split('\n'),
    }
  }

  /** Takes the switches of a test away. */
  async removeSwitches(): Promise<void> {
    await Promise.all(this.#switches.splice(0).map((eos) => eos.close()))
  }

  async stop(): Promise<void> {
    await this.removeSwitches()
    await this.server.stop()
    this.#folder.remove()
  }
}

/** Every file of the flash as text, a byte a character. */
export function flashText(eos: FakeEos): Record<string, string> {
  const entries = [...eos.flash()].map(([path, bytes]) => [path, bytes.toString('latin1')])
  return Object.fromEntries(entries)
}

/** The run came to a good end, and this is on flash. */
export function expectSuccess(run: Provisioned, flash: Readonly<Record<string, unknown>>): void {
  expect(run.log.find((line) => line.startsWith('ERROR: Bootstrap process'))).toBeUndefined()
  expect(run.log).toContain('ZTP bootstrap completed successfully!')
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
  expect(run.flash).toEqual(flash)
  expect(leftovers(run.eos)).toEqual([])
}

/** The run ended with this action and this text of it, and flash is as it was. */
export function expectFailure(
  run: Provisioned,
  action: string,
  text: string | RegExp,
  flash: Readonly<Record<string, string>> = before,
): void {
  const start = `ERROR: Bootstrap process failed: executing action failed (${action}): `
  const said = run.log.find((line) => line.startsWith(start))?.slice(start.length)
  if (typeof text === 'string') expect(said).toBe(text)
  else expect(said).toMatch(text)
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
  expect(run.flash).toEqual(flash)
  expect(leftovers(run.eos)).toEqual([])
}

/** What is on the switch for a time only, and should be gone. */
function leftovers(eos: FakeEos): string[] {
  const temporary = readdirSync(eos.path('/tmp')).filter((name) => /^(tmp|\.ztp)/.test(name))
  const onFlash = [...eos.flashListing().keys()].filter((path) => /ztp-(new|part|kept)/.test(path))
  return [...temporary, ...onFlash]
}
