/**
 * nginx as a baseline for files: two workers, sendfile, no access log; nothing of the system's own configuration.
 * @module
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnv, pause, tempFolder } from './env.mjs'
import { cpuMs, freePort } from './processes.mjs'

const program = process.env.BENCH_NGINX ?? 'nginx'

/** Whether there is an nginx to compare with. */
export function hasNginx() {
  return spawnSync(program, ['-v'], { env: searchPath() }).status === 0
}

/** Serves a folder on a port of its own until it is stopped. */
export async function startNginx(root) {
  const folder = tempFolder('nginx')
  mkdirSync(join(folder, 'temp'), { recursive: true })
  const port = await freePort()
  const conf = join(folder, 'nginx.conf')
  writeFileSync(conf, configuration({ folder, root, port }))
  const server = spawn(program, ['-p', folder, '-c', conf, '-e', join(folder, 'error.log')], {
    env: searchPath(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const end = () => server.kill('SIGTERM')
  process.once('exit', end)
  const ended = new Promise((resolve) => server.once('exit', resolve))
  for (let tries = 0; !(await isUp(port)); tries++) {
    if (server.exitCode !== null || tries > 500) throw new Error('nginx does not start')
    await pause(10)
  }
  return {
    port,
    /** Processor time of its workers in milliseconds; undefined where the system does not tell. */
    cpuMs: () => workers(server.pid)?.reduce((sum, pid) => sum + (cpuMs(pid) ?? 0), 0),
    stop: async () => {
      end()
      await ended
      process.off('exit', end)
    },
  }
}

function configuration({ folder, root, port }) {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(folder, 'temp', name)};`)
    .join('\n')
  // without a user of its own it could not read the temporary folder
  const user = process.getuid?.() === 0 ? 'user root;\n' : ''
  return `${user}daemon off;
worker_processes 2;
pid ${join(folder, 'nginx.pid')};
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  default_type text/plain;
${temp}
  server {
    listen 127.0.0.1:${port};
    root ${root};
  }
}
`
}

function workers(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return children.split(' ').map(Number)
  } catch {
    return undefined
  }
}

/** It is often installed where only the administrator's shell looks. */
function searchPath() {
  const env = cleanEnv()
  return { ...env, PATH: `${env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` }
}

async function isUp(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    await answer.arrayBuffer()
    return true
  } catch {
    return false
  }
}
