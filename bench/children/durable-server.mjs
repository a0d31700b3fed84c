/**
 * The baseline of nodes: `node:http` that does the same durable writes and nothing else. `POST /nodes` makes a folder of three files;
 * `GET /rounds/N` writes N files anew, one after the other.
 * @module
 */
import { mkdir, open, rename } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'

const { folder, files, poolText } = JSON.parse(process.argv[2])
let made = 0

async function writeSynced(path, text) {
  const file = await open(path, 'w')
  await file.writeFile(text)
  await file.sync()
  await file.close()
}

async function syncFolder(path) {
  const handle = await open(path, 'r')
  await handle.sync()
  await handle.close()
}

async function makeNode() {
  const beside = join(folder, `.new-${made}`)
  await mkdir(beside)
  await Promise.all(
    Object.entries(files).map(([name, text]) => writeSynced(join(beside, name), text)),
  )
  await syncFolder(beside)
  await rename(beside, join(folder, `node-${made++}`))
  await syncFolder(folder)
}

async function rounds(count) {
  for (let round = 0; round < count; round++) {
    await writeSynced(join(folder, '.pool'), poolText)
    await rename(join(folder, '.pool'), join(folder, 'pool'))
    await syncFolder(folder)
  }
}

const server = createServer((incoming, outgoing) => {
  incoming.resume().on('end', async () => {
    if (incoming.method === 'POST') await makeNode()
    else await rounds(Number(incoming.url.split('/')[2]))
    outgoing.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 2 }).end('ok')
  })
})
server.listen({ host: '127.0.0.1', port: 0 }, () => process.send({ port: server.address().port }))
process.on('disconnect', () => process.exit())
