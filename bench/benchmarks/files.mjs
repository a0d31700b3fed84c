/**
 * /files against nginx with sendfile: speed, processor time, memory.
 * @module
 */
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { number, tempFolder } from '../lib/env.mjs'
import { hasNginx, startNginx } from '../lib/nginx.mjs'
import { cpuMs, forkChild } from '../lib/processes.mjs'
import { remark, tell } from '../lib/report.mjs'
import { ratios, summary } from '../lib/stats.mjs'

const name = 'files'
const pairs = number('FILES_PAIRS', 7)
const MB = 1_048_576
const maxRssMb = 400

/** Each run moves 1 to 6 GB. */
const loads = [
  { clients: 1, sizeMb: 256, times: 4, speed: 1, cpu: 2.5 },
  { clients: 10, sizeMb: 256, times: 1, speed: 1, cpu: 2.5 },
  { clients: 100, sizeMb: 64, times: 1, speed: 0.9, cpu: undefined },
]

export async function files() {
  const root = tempFolder('files-root')
  mkdirSync(join(root, 'files'))
  for (const sizeMb of [64, 256]) {
    // without blocks on the disk: what is measured is the way from memory to the connection
    const path = join(root, 'files', `${sizeMb}.swi`)
    writeFileSync(path, '')
    truncateSync(path, sizeMb * MB)
  }
  const nginx = hasNginx() ? await startNginx(root) : undefined
  if (nginx === undefined)
    remark(name, 'there is no nginx to compare with (BENCH_NGINX): only memory is held to a floor')
  const client = forkChild('files-client.mjs')
  try {
    for (const load of loads) {
      const server = await startServer(root)
      try {
        await compare(client, server, nginx, load)
      } finally {
        await server.stop()
      }
    }
  } finally {
    await Promise.all([client.stop(), nginx?.stop()])
  }
}

async function startServer(root) {
  const options = { root, logFile: process.env.BENCH_LOG ?? join(root, 'log') }
  const server = forkChild('data-root-server.mjs', [JSON.stringify(options)])
  const { port } = await server.answer()
  return { port, pid: server.pid, cpuMs: () => cpuMs(server.pid), stop: server.stop }
}

async function compare(client, server, nginx, { clients, sizeMb, times, speed, cpu }) {
  const results = { ours: [], nginx: [] }
  const once = async (side) => {
    const { port, cpuMs: cpuNow } = side === 'ours' ? server : nginx
    const before = cpuNow()
    const job = { port, path: `/files/${sizeMb}.swi`, length: sizeMb * MB, clients, times }
    const { ms, bytes } = await client.ask(job)
    const after = cpuNow()
    const spent = before === undefined || after === undefined ? Number.NaN : after - before
    // MB/s, and seconds for each GB
    return { speed: bytes / ms / 1e3, cpu: (spent * 1e6) / bytes }
  }
  const sides = nginx === undefined ? ['ours'] : ['ours', 'nginx']
  // the first run brings the file into memory, and the code into shape
  for (const side of sides) await once(side)
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? sides : [...sides].reverse()
    for (const side of order) results[side].push(await once(side))
  }
  report(results, `${clients} × ${sizeMb} MB`, { speed, cpu })
  if (clients === 100) {
    const rss = peakRssMb(server.pid)
    if (rss === undefined) remark(name, 'the system does not tell the peak memory')
    else {
      const what = `${clients} clients at once, peak memory of the server`
      tell(name, what, summary([rss]), { unit: ' MB', floor: { atMost: maxRssMb } })
    }
  }
}

function report({ ours, nginx }, what, floors) {
  const of = (runs, field) => runs.map((run) => run[field])
  const raw = (field, unit) => ({
    ztpush: { ...summary(of(ours, field)), unit },
    ...(nginx.length > 0 && { nginx: { ...summary(of(nginx, field)), unit } }),
  })
  if (nginx.length === 0) {
    tell(name, `${what}, speed`, summary(of(ours, 'speed')), { unit: ' MB/s' })
    tell(name, `${what}, CPU`, summary(of(ours, 'cpu')), { unit: ' s/GB' })
    return
  }
  tell(name, `${what}, speed ÷ nginx`, ratios(of(ours, 'speed'), of(nginx, 'speed')), {
    floor: { atLeast: floors.speed },
    raw: raw('speed', ' MB/s'),
  })
  tell(name, `${what}, CPU for a GB ÷ nginx`, ratios(of(ours, 'cpu'), of(nginx, 'cpu')), {
    ...(floors.cpu !== undefined && { floor: { atMost: floors.cpu } }),
    raw: raw('cpu', ' s/GB'),
  })
}

function peakRssMb(pid) {
  try {
    const [, kB] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(kB) / 1_024
  } catch {
    return undefined
  }
}
