/** eAPI of a fake switch: JSON-RPC over HTTP, at a unix socket and at a TCP port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { CliError, type EosCli } from './eos-cli.ts'
import type { CliResult } from './eos-show.ts'

export type EapiTransport = 'unix-socket' | 'http'

/** One call of `runCmds`, also one that was refused. */
export interface EapiCall {
  readonly transport: EapiTransport
  readonly user: string | undefined
  readonly password: string | undefined
  /** False: the answer was 401. */
  readonly isAllowed: boolean
  readonly commands: readonly string[]
  readonly format: string
}

/**
 * What goes wrong with a call: `garbage` is a 200 that is no JSON; `closed` is the end of the connection in
 * place of an answer; `closed-later` is an answer that promises to keep the connection and does not;
 * `hangs` is silence; a number is that HTTP status.
 */
export type EapiFault = 'garbage' | 'closed' | 'closed-later' | 'hangs' | number

const commandSchema = z.union([
  z.string(),
  z.object({ cmd: z.string() }).transform(({ cmd }) => cmd),
])
const named = z.object({
  version: z.unknown(),
  cmds: z.array(commandSchema),
  format: z.string().default('json'),
})
const inOrder = z
  .tuple([z.unknown(), z.array(commandSchema)], z.string())
  .transform(([version, cmds, format = 'json']) => ({ version, cmds, format }))
const requestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.literal('runCmds'),
  params: z.union([named, inOrder]),
  id: z.union([z.string(), z.number(), z.null()]).default(null),
})

/** Answers HTTP requests as the eAPI of a switch does. */
export function createEapi(
  transport: EapiTransport,
  cli: EosCli,
  record: (call: EapiCall) => EapiFault | undefined,
): Server {
  const server = createServer((request, response) => {
    answer(transport, cli, record, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)))
    })
  })
  return server
}

async function answer(
  transport: EapiTransport,
  cli: EosCli,
  record: (call: EapiCall) => EapiFault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const send = (status: number, body: unknown) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    response.writeHead(status, {
      'Content-Type': typeof body === 'string' ? 'text/plain' : 'application/json',
      'Content-Length': bytes.length,
      ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="COMMAND_API_AUTH"' }),
    })
    response.end(bytes)
  }
  if (request.url !== '/command-api') return send(404, 'Not Found')
  if (request.method !== 'POST') return send(405, 'Method Not Allowed')

  const parsed = requestSchema.safeParse(parseJson(Buffer.concat(chunks).toString('utf8')))
  const { cmds, format } = parsed.data?.params ?? { cmds: [], format: 'json' }
  const [user, password] = credentialsOf(request)
  const isAllowed =
    transport === 'unix-socket' || (user !== undefined && cli.users.get(user) === password)
  const fault = record({ transport, user, password, isAllowed, commands: cmds, format })

  if (fault === 'hangs') return
  if (fault === 'closed') {
    response.destroy()
    return
  }
  if (fault === 'closed-later') response.on('finish', () => request.socket.destroy())
  if (fault === 'garbage') return send(200, '<html>500 Internal Error: \u0000 {"result": [')
  if (typeof fault === 'number') return send(fault, 'eAPI does not feel well')
  if (!isAllowed) return send(401, 'Unable to authenticate user: Bad username/password combination')
  if (!parsed.success) {
    const error = { code: -32600, message: 'Invalid request' }
    return send(200, { jsonrpc: '2.0', id: null, error })
  }
  send(200, { jsonrpc: '2.0', id: parsed.data.id, ...(await runAll(cli, cmds, format)) })
}

/** Runs commands up to the first that fails. */
async function runAll(cli: EosCli, commands: readonly string[], format: string): Promise<object> {
  const run = cli.session()
  const done: unknown[] = []
  for (const command of commands) {
    try {
      done.push(formatted(await run(command), format))
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      const which = `CLI command ${done.length + 1} of ${commands.length} '${command}'`
      const message = `${which} failed: ${error.reason}`
      return { error: { code: error.code, message, data: [...done, { errors: [error.message] }] } }
    }
  }
  return { result: done }
}

function formatted(result: CliResult, format: string): unknown {
  if (format === 'text') return { output: result.text }
  if (result.json !== undefined) return result.json
  throw new CliError(
    1003,
    'unconverted command',
    "Command cannot be used over the API at this time. To see ASCII output, set format='text'",
  )
}

function credentialsOf(request: IncomingMessage): [string | undefined, string | undefined] {
  const [, token] = /^Basic (\S+)$/.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined) return [undefined, undefined]
  const pair = Buffer.from(token, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return [pair.slice(0, colon), pair.slice(colon + 1)]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
