/**
 * SIGKILL at random moments while switches register, get definitions with resources, and back their configurations up.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { freePorts, makeFolder } from '../running-server.ts'

const ztps = fileURLToPath(new URL('../../bin/ztps', import.meta.url))
const lanes = 2
const killsPerLane = 100
const clients = 6
const poolSize = 6_000

const definition = `name: leaf
actions:
  - action: add_config
    attributes: {address: allocate('mgmt'), loopback: allocate('loop')}
`

/** What the server has said yes to, and what it was asked to keep. */
interface Promises {
  /** Node id → the values that it was given. */
  readonly values: Map<string, { address: string; loopback: string }>
  readonly registered: Set<string>
  /** Node id → every startup-config sent so far; `saved` is how many of them were answered. */
  readonly configs: Map<string, { sent: string[]; saved: number }>
}

class Lane {
  readonly folder = makeFolder({
    'data_root/neighbordb':
      'patterns:\n- {name: leaf, definition: leaf, interfaces: [{Ethernet1: spine1}]}\n',
    'data_root/definitions/leaf': definition,
    'data_root/resources/mgmt': poolText('10.1'),
    'data_root/resources/loop': poolText('10.2'),
  })
  readonly root = join(this.folder.path, 'data_root')
  readonly promises: Promises = { values: new Map(), registered: new Set(), configs: new Map() }
  /** Those whose requests were cut off: nobody knows what became of them. */
  readonly uncertain = new Set<string>()
  private readonly random: () => number
  private server: ChildProcess | undefined
  private ended: Promise<void> = Promise.resolve()
  private port = 0
  private nodes = 0
  private answers = 0

  constructor(seed: number) {
    this.random = randomNumbers(seed)
  }

  async start(): Promise<void> {
    // a port that was free can be somebody else's a moment later: the other lane's, say
    for (let tries = 0; tries < 10; tries++) if (await this.tryToStart()) return
    throw new Error('the server does not start')
  }

  private async tryToStart(): Promise<boolean> {
    const [port = 0] = await freePorts(1)
    this.port = port
    const server = spawn(process.execPath, [ztps], {
      cwd: this.folder.path,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        ZTPS_DEFAULT_DATAROOT: this.root,
        ZTPUSH_SERVER_PORT: String(port),
        ZTPUSH_SERVER_INTERFACE: '127.0.0.1',
      },
    })
    this.server = server
    this.ended = new Promise((resolve) => server.once('close', () => resolve()))
    return new Promise((resolve) => {
      server.once('close', () => resolve(false))
      // its own word, not that of whoever answers there
      server.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('serves as ZTPServer')) resolve(true)
      })
    })
  }

  /** Lets switches come until a random moment, and kills the server then. */
  async killUnderLoad(): Promise<void> {
    let killed = false
    const load = Array.from({ length: clients }, async () => {
      while (!killed) await this.oneSwitch().catch(() => {})
    })
    // as many answers as chance will have it, and then any moment: on a busy machine as well
    const enough = this.answers + 3 + Math.floor(this.random() * 25)
    for (let tries = 0; this.answers < enough && tries < 10_000; tries++) await pause(1)
    await pause(this.random() * 8)
    this.server?.kill('SIGKILL')
    killed = true
    await this.ended
    await Promise.all(load)
  }

  async stop(): Promise<void> {
    this.server?.kill('SIGTERM')
    await this.ended
    this.folder.remove()
  }

  /** A switch's way: it registers, gets its definition, and backs its configuration up twice. */
  private async oneSwitch(): Promise<void> {
    const id = `N${this.nodes++}`
    this.uncertain.add(id)
    await this.register(id, this.random() < 0.25)
    await this.take(id)
    for (let turn = 0; turn < 2; turn++) await this.backUp(id)
    this.uncertain.delete(id)
  }

  async register(id: string, withConfig: boolean): Promise<number> {
    const known = this.promises.configs.get(id) ?? { sent: [], saved: 0 }
    const config = `hostname ${id}\n`
    if (withConfig) this.promises.configs.set(id, { ...known, sent: [...known.sent, config] })
    const report = {
      serialnumber: id,
      neighbors: { Ethernet1: [{ device: 'spine1', port: 'Ethernet1' }] },
      ...(withConfig && { config }),
    }
    const { status } = await fetch(this.url('/nodes'), {
      method: 'POST',
      body: JSON.stringify(report),
    })
    this.answers++
    if (status === 201 || status === 409) this.promises.registered.add(id)
    return status
  }

  private async take(id: string): Promise<void> {
    const answer = await fetch(this.url(`/nodes/${id}`))
    this.answers++
    if (answer.status !== 200) return
    const { actions } = (await answer.json()) as {
      actions: { attributes: { address?: string; loopback?: string } }[]
    }
    const { address, loopback } = actions[0]?.attributes ?? {}
    if (address !== undefined && loopback !== undefined) {
      this.promises.values.set(id, { address, loopback })
    }
  }

  private async backUp(id: string): Promise<void> {
    const known = this.promises.configs.get(id) ?? { sent: [], saved: 0 }
    const config = `hostname ${id}\n! save ${known.sent.length}\n${'!\n'.repeat(2_000)}`
    const sent = [...known.sent, config]
    this.promises.configs.set(id, { sent, saved: known.saved })
    const answer = await fetch(this.url(`/nodes/${id}/startup-config`), {
      method: 'PUT',
      body: config,
    })
    this.answers++
    if (answer.status === 200) this.promises.configs.set(id, { sent, saved: sent.length })
  }

  private url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`
  }

  /** Everything that is wrong with the files as the killed server left them. */
  faults(): string[] {
    const faults: string[] = []
    const pools = { address: this.holders('mgmt', faults), loopback: this.holders('loop', faults) }
    for (const [id, values] of this.promises.values) {
      for (const kind of ['address', 'loopback'] as const) {
        if (pools[kind].get(id) !== values[kind]) {
          faults.push(`${id} was given ${values[kind]}, the pool says ${pools[kind].get(id)}`)
        }
      }
    }
    const folders = new Set(readdirSync(join(this.root, 'nodes')).filter((name) => name[0] !== '.'))
    for (const id of this.promises.registered) {
      if (!folders.has(id)) faults.push(`${id} was registered and is gone`)
    }
    for (const id of folders) faults.push(...this.folderFaults(id))
    return faults
  }

  private folderFaults(id: string): string[] {
    const faults: string[] = []
    const files = new Set(readdirSync(join(this.root, 'nodes', id)))
    const read = (name: string) => readFileSync(join(this.root, 'nodes', id, name), 'utf8')
    if (!files.has('definition') && !files.has('startup-config')) faults.push(`${id} is locked out`)
    if (files.has('definition') && read('definition') !== definition)
      faults.push(`${id}: definition`)
    if (files.has('definition') && !read('pattern').includes('Ethernet1: spine1'))
      faults.push(`${id}: pattern`)
    try {
      if (JSON.parse(read('.node')).serialnumber !== id) faults.push(`${id}: .node of another`)
    } catch (error) {
      faults.push(`${id}: .node: ${error}`)
    }
    const { sent, saved } = this.promises.configs.get(id) ?? { sent: [], saved: 0 }
    if (files.has('startup-config')) {
      const at = sent.indexOf(read('startup-config'))
      if (at === -1) faults.push(`${id}: a startup-config that nobody sent`)
      else if (at < saved - 1) faults.push(`${id}: an older startup-config than the one answered`)
    } else if (saved > 0) faults.push(`${id}: its startup-config is gone`)
    return faults
  }

  /** Node id → value. A pool is whole, and nobody shares a value or has two. */
  private holders(pool: string, faults: string[]): Map<string, string> {
    const lines = readFileSync(join(this.root, 'resources', pool), 'utf8').split('\n')
    if (lines.length !== poolSize + 1) faults.push(`${pool} has ${lines.length} lines`)
    const holders = new Map<string, string>()
    for (const line of lines.slice(0, -1)) {
      const [, value = '', holder = ''] = /^([\d.]+): (null|N\d+)$/.exec(line) ?? []
      if (value === '') faults.push(`${pool}: the line ${JSON.stringify(line)}`)
      if (holder === 'null') continue
      if (holders.has(holder)) faults.push(`${pool}: ${holder} holds two values`)
      holders.set(holder, value)
    }
    return holders
  }
}

function poolText(net: string): string {
  const lines = Array.from({ length: poolSize }, (_, at) => `${net}.${at >> 8}.${at & 255}: null\n`)
  return lines.join('')
}

function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 100_000)

describe(`a server that is killed at any moment (KILL_SEED=${seed})`, () => {
  const all = Array.from({ length: lanes }, (_, at) => new Lane(seed + at))
  afterAll(() => Promise.all(all.map((lane) => lane.stop())))

  test(`${lanes * killsPerLane} times, leaves every file whole and keeps every promise`, {
    timeout: 600_000,
  }, async () => {
    await Promise.all(
      all.map(async (lane) => {
        for (let kill = 0; kill < killsPerLane; kill++) {
          await lane.start()
          // whoever was cut off comes again, and is let in
          for (const id of lane.uncertain) {
            expect([201, 409]).toContain(await lane.register(id, false))
          }
          lane.uncertain.clear()
          await lane.killUnderLoad()
          expect(lane.faults()).toEqual([])
        }
        await lane.start()
      }),
    )
    // enough has happened for this to mean something
    const [one] = all
    expect(one?.promises.values.size).toBeGreaterThan(killsPerLane)
    expect(
      [...(one?.promises.configs.values() ?? [])].filter(({ saved }) => saved > 0).length,
    ).toBeGreaterThan(killsPerLane)
  })
})
