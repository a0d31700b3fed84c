/**
 * `ztpush health`: whether the server of these settings answers; for containers and supervisors.
 * @module
 */
import { get } from 'node:http'
import type { Command } from 'commander'
import { describeListenAddress, type ListenAddress } from '../core/listen-address.ts'
import type { Flags } from '../settings.ts'
import { settingsFor } from './settings-flags.ts'
import { exitCode, type Terminal } from './terminal.ts'

const timeoutMs = 3_000

export function addHealth(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  program
    .command('health')
    .description('Ask /healthz of the server that runs with these settings; 0 when it answers.')
    .option('-c, --conf <file>', 'configuration file (INI), instead of ./ztpush.conf')
    .option('--interface <address>', 'address that the server listens on')
    .option('--port <number>', 'port that it listens on')
    .addHelpText(
      'after',
      `
Examples:
  ztpush health && echo up
  ztpush health --port 80`,
    )
    .action(async (flags: Flags) => finish(await health(terminal, flags)))
}

async function health(terminal: Terminal, flags: Flags): Promise<number> {
  const { listen } = settingsFor(terminal, flags).settings
  const address = { ...listen, host: reachableHost(listen) }
  const url = `http://${describeListenAddress(address)}/healthz`
  const failure = await ask(address)
  if (failure === undefined) {
    terminal.stdout.write(`${url} answers\n`)
    return exitCode.fine
  }
  terminal.stderr.write(`error: ${url}: ${failure}\n`)
  return exitCode.problem
}

/** Where to ask, on this machine, what listens on an address. */
function reachableHost({ host }: ListenAddress): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** Why there is no answer of 200; undefined when there is one. */
function ask({ host, port }: ListenAddress): Promise<string | undefined> {
  return new Promise((resolve) => {
    // no agent: a proxy in the environment has no business here, and no connection is kept
    const signal = AbortSignal.timeout(timeoutMs)
    get({ host, port, path: '/healthz', agent: false, signal }, (response) => {
      response.resume()
      const { statusCode } = response
      resolve(statusCode === 200 ? undefined : `it answers ${statusCode}`)
    }).on('error', (error) =>
      resolve(
        signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : `no answer (${error.message})`,
      ),
    )
  })
}
