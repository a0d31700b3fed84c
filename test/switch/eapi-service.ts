/** Switches the servers of a fake switch's eAPI on and off as its configuration says. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer as createTcpServer, type ListenOptions } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createEapi, type EapiCall, type EapiFault, type EapiTransport } from './eapi-daemon.ts'
import type { EosCli } from './eos-cli.ts'

/** How long eAPI takes from `no shutdown` to its first answer. Without any of these: no time. */
export interface EapiStart {
  readonly startsAfterMs?: number
  /** It runs at the n-th look at `show management api http-commands`. */
  readonly startsAfterLooks?: number
  readonly neverStarts?: boolean
}

/** Where eAPI listens over HTTP. */
export interface HttpAddress {
  readonly host: string
  readonly port: number
}

export class EapiService {
  readonly #cli: EosCli
  readonly #start: EapiStart
  readonly #places: Readonly<Record<EapiTransport, ListenOptions>>
  readonly #record: (call: EapiCall) => EapiFault | undefined
  readonly #servers = new Map<EapiTransport, Server>()
  readonly #closed = new AbortController()
  #mayRun: boolean
  #waits = false
  #looks = 0
  #change: Promise<void> = Promise.resolve()

  constructor(
    cli: EosCli,
    start: EapiStart,
    places: Readonly<Record<EapiTransport, ListenOptions>>,
    record: (call: EapiCall) => EapiFault | undefined,
  ) {
    this.#cli = cli
    this.#start = start
    this.#places = places
    this.#record = record
    this.#mayRun = start.neverStarts !== true && !start.startsAfterMs && !start.startsAfterLooks
  }

  /** Takes over what the configuration says now. */
  configured(): void {
    const { startsAfterMs, neverStarts } = this.#start
    if (this.#cli.api.isOn && startsAfterMs && neverStarts !== true && !this.#waits) {
      this.#waits = true
      delay(startsAfterMs, undefined, { signal: this.#closed.signal }).then(
        () => this.#letRun(),
        () => {},
      )
    }
    this.#change = this.#change.then(() => this.#adjust())
  }

  /** Counts a look of whoever waits for it. */
  async lookedAt(): Promise<void> {
    this.#looks++
    const { startsAfterLooks, neverStarts } = this.#start
    if (startsAfterLooks && this.#looks >= startsAfterLooks && neverStarts !== true) this.#letRun()
    await this.settled()
  }

  /** What answers at this moment. */
  running(): readonly EapiTransport[] {
    return [...this.#servers.keys()]
  }

  /** Resolves when all that was configured so far, and need not wait, is so. */
  settled(): Promise<void> {
    return this.#change
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.settled()
    await Promise.all([...this.#servers.values()].map(stop))
    this.#servers.clear()
  }

  #letRun(): void {
    this.#mayRun = true
    this.#change = this.#change.then(() => this.#adjust())
  }

  async #adjust(): Promise<void> {
    const { isOn, protocols } = this.#cli.api
    for (const transport of ['unix-socket', 'http'] as const) {
      const isWanted = isOn && this.#mayRun && protocols.has(transport)
      const server = this.#servers.get(transport)
      if (isWanted && server === undefined && !this.#closed.signal.aborted) {
        const one = createEapi(transport, this.#cli, this.#record)
        one.listen(this.#places[transport])
        await once(one, 'listening')
        this.#servers.set(transport, one)
      } else if (!isWanted && server !== undefined) {
        this.#servers.delete(transport)
        // not awaited: the call that switched it off is still to be answered
        server.close()
      }
    }
  }
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/**
 * An address of this machine that nobody listens at, and that nobody is given by chance later: each fake
 * switch has a loopback address of its own.
 */
export async function reserveHttpAddress(): Promise<HttpAddress> {
  const random = (least: number, most: number) =>
    least + Math.floor(Math.random() * (most - least + 1))
  const host = `127.${random(64, 250)}.${random(1, 250)}.${random(1, 250)}`
  const server = createTcpServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error(`no port at ${host}`)
  return { host, port: address.port }
}
