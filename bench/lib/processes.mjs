/**
 * The processes of a benchmark: ztpush as an operator starts it, the baseline, the load generator.
 * @module
 */
import { execFile, fork, spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, platform } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { child, cleanEnv, pause, tempFolder, ztpush } from './env.mjs'

let counter = 0

/** Everything started and not ended yet; it does not outlive this process. */
const running = new Set()
process.on('exit', () => {
  for (const each of running) each.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/**
 * Keeps the main thread of a process on one core: servers on the first, the load generator on the second. On a machine with two cores the
 * system would move them about, and each request would interrupt the server. Without `taskset` nothing happens.
 */
function pin(pid, core) {
  const possible =
    platform() === 'linux' && availableParallelism() > 1 && process.env.BENCH_PIN !== 'off'
  if (possible) spawnSync('taskset', ['-cp', String(core), String(pid)], { stdio: 'ignore' })
}

export async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Writes a configuration file for an inventory and its templates. */
export async function writeConf(folder, { inventory, templates, dataRoot, stateDir }) {
  const [port, operatorPort] = [await freePort(), await freePort()]
  const conf = join(folder, `ztpush-${port}.conf`)
  writeFileSync(
    conf,
    `[server]
interface = 127.0.0.1
port = ${port}

[dynconfig]
inventory = ${inventory}
templates = ${templates}

[operator]
listen = 127.0.0.1:${operatorPort}
[default]
state_dir = ${stateDir ?? join(folder, 'state')}
${dataRoot === undefined ? '' : `data_root = ${dataRoot}\n`}`,
  )
  return { conf, port, operatorPort }
}

/** `ztpush serve` in a process of its own. Its log goes to a file, a line for every request. */
export async function startZtpush(site, { nodeFlags = [], command = ztpush } = {}) {
  const folder = tempFolder(`server-${++counter}`)
  const { conf, port, operatorPort } = await writeConf(folder, site)
  const logFile = process.env.BENCH_LOG ?? join(folder, 'log')
  const log = openSync(logFile, 'a')
  const started = performance.now()
  const flags = [...nodeFlags, ...(process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean)]
  const server = spawn(process.execPath, [...flags, command, 'serve', '--conf', conf], {
    cwd: folder,
    env: cleanEnv(),
    stdio: ['ignore', log, log],
  })
  running.add(server)
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.once('exit', () => running.delete(server))
  for (;;) {
    if (server.exitCode !== null)
      throw new Error(`ztpush ended:\n${readFileSync(logFile, 'utf8').slice(0, 2_000)}`)
    if (await isUp(port)) break
    await pause(10)
  }
  pin(server.pid, 0)
  return {
    pid: server.pid,
    port,
    operatorPort,
    startMs: performance.now() - started,
    clearLog: () => {
      if (process.env.BENCH_LOG === undefined) ftruncateSync(log)
    },
    stop: async () => {
      server.kill('SIGTERM')
      const timer = setTimeout(() => server.kill('SIGKILL'), 3_000)
      await ended
      clearTimeout(timer)
      closeSync(log)
    },
  }
}

/** Waits until a process does nothing any more that it has put off, such as keeping what it has served: until it rests for 2.5 s. */
export async function untilQuiet({ pid }, maxMs = 120_000) {
  const everyMs = 500
  let rests = 0
  for (let waited = 0; waited < maxMs && rests < 5; waited += everyMs) {
    const before = cpuMs(pid)
    await pause(everyMs)
    const after = cpuMs(pid)
    if (before === undefined) return
    rests = after - before < everyMs / 20 ? rests + 1 : 0
  }
}

async function isUp(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`)
    await answer.text()
    return answer.status === 200
  } catch {
    return false
  }
}

/** The baseline server, with the headers and the body of an answer of ztpush. */
export async function startRaw({ headers, body }) {
  const bodyFile = join(tempFolder(`raw-${++counter}`), 'body')
  writeFileSync(bodyFile, body)
  const flags = (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean)
  const server = forkChild('raw-server.mjs', [JSON.stringify({ headers, bodyFile })], {
    execArgv: flags,
  })
  const { port } = await server.answer()
  pin(server.pid, 0)
  return { pid: server.pid, port, clearLog: () => {}, stop: server.stop }
}

/** The load generator in a process of its own. */
export function startClient() {
  const client = forkChild('load-client.mjs')
  pin(client.pid, 1)
  return {
    prepare: async (name, requests, lengths) => {
      const file = join(tempFolder('requests'), `${name}-${++counter}.json`)
      writeFileSync(file, JSON.stringify({ requests, lengths }))
      await client.ask({ command: 'prepare', name, file })
    },
    pid: client.pid,
    run: (options) => client.ask({ command: 'run', ...options }),
    stop: client.stop,
  }
}

/** A script of `children/` that answers messages one by one. */
export function forkChild(name, args = [], { execArgv = [], env } = {}) {
  const process_ = fork(child(name), args, {
    execArgv,
    env: cleanEnv(env),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  running.add(process_)
  const ended = new Promise((resolve) => process_.once('exit', resolve))
  process_.once('exit', () => running.delete(process_))
  const answer = () =>
    new Promise((resolve, reject) => {
      const onExit = (code) => reject(new Error(`${name} ended with ${code}`))
      process_.once('exit', onExit)
      process_.once('message', (message) => {
        process_.off('exit', onExit)
        if (message.failure !== undefined) reject(new Error(message.failure))
        else resolve(message)
      })
    })
  return {
    pid: process_.pid,
    answer,
    ask: (message) => {
      const coming = answer()
      process_.send(message)
      return coming
    },
    ended,
    stop: async () => {
      if (process_.connected) process_.disconnect()
      const timer = setTimeout(() => process_.kill('SIGKILL'), 2_000)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Runs a script of `children/` in a fresh process; its last line of output is JSON. */
export async function freshRun(name, args, flags = []) {
  const options = { env: cleanEnv(), maxBuffer: 1 << 26 }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, child(name), ...args],
    options,
  )
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

/** Processor time of a process in milliseconds, all threads; undefined where the system does not tell. */
export function cpuMs(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const times = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    )
    return times.reduce((sum, time) => sum + time, 0) / 1e6
  } catch {
    return undefined
  }
}
