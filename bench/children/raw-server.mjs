/**
 * The baseline: `node:http` with nothing in front of it, one constant answer. It reads nothing of a request.
 * @module
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { headers, bodyFile } = JSON.parse(process.argv[2])
const bytes = readFileSync(bodyFile)
// a short body goes out in one piece with the headers when it is a text, a long one is quicker as bytes
const body = bytes.length < 4_096 ? bytes.toString() : bytes

const options = {
  headersTimeout: 10_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
}
const server = createServer(options, (_incoming, outgoing) => {
  outgoing.writeHead(200, headers)
  outgoing.end(body)
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () =>
  process.send({ port: server.address().port }),
)
process.on('disconnect', () => process.exit())
