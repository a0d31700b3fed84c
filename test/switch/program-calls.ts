/** The other end of the recorded programs in a private root: each call comes here and gets its answer. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { z } from 'zod'

const callSchema = z.object({ program: z.string(), arguments: z.array(z.string()) })

export type ProgramCall = z.infer<typeof callSchema>

/** What a program prints and ends with: nothing, and 0, when not said. `hangs`: it never ends. */
export type ProgramAnswer =
  | {
      readonly code?: number
      readonly stdout?: string | Uint8Array
      readonly stderr?: string | Uint8Array
    }
  | 'hangs'

/** Listens at a path of the host for calls. */
export async function listenForCalls(
  path: string,
  answer: (call: ProgramCall) => ProgramAnswer | Promise<ProgramAnswer>,
): Promise<{ close(): Promise<void> }> {
  const callers = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    callers.add(socket)
    socket.on('close', () => callers.delete(socket))
    socket.on('error', () => {}) // it was killed
    serve(socket, answer).catch((error: unknown) => {
      send(socket, { code: 99, stderr: `fake switch: ${error}\n` })
    })
  })
  server.listen(path)
  await once(server, 'listening')
  return { close: () => stop(server, callers) }
}

async function serve(
  socket: Socket,
  answer: (call: ProgramCall) => ProgramAnswer | Promise<ProgramAnswer>,
): Promise<void> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'end')
  const call = callSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  const result = await answer(call)
  if (result !== 'hangs') send(socket, result)
}

function send(
  socket: Socket,
  { code = 0, stdout = '', stderr = '' }: Exclude<ProgramAnswer, 'hangs'>,
) {
  const base64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64')
  socket.end(JSON.stringify({ code, stdout: base64(stdout), stderr: base64(stderr) }))
}

async function stop(server: Server, callers: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of callers) socket.destroy()
  await closed
}
