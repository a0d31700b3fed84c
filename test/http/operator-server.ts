import { freePorts, type RunningServer, startServer, writeIn } from '../running-server.ts'

export const token = 'correct horse battery'

export type Asker = (path: string, init?: RequestInit) => Promise<Response>

/** Asks the operator side of a server; redirects are not followed. */
export function operatorAsker(server: Pick<RunningServer, 'operatorPort'>): Asker {
  return (path, init = {}) =>
    fetch(`http://127.0.0.1:${server.operatorPort}${path}`, { redirect: 'manual', ...init })
}

/** A server whose operator side every address of this machine leads to: it asks for the token. */
export async function startGuarded(cwd: string): Promise<RunningServer> {
  const [operatorPort = 0] = await freePorts(1)
  writeIn(cwd, 'ztpush.conf', `[operator]\ntoken = ${token}\n`)
  const server = await startServer(cwd, ['--operator', `0.0.0.0:${operatorPort}`])
  return { ...server, operatorPort }
}
