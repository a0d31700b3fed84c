/**
 * Downloads files and throws them away, as cheaply as Node.js can: raw sockets that read into one buffer.
 * Message: `{port, path, length, clients, times}`; each client downloads `times` times, one after the other, over one connection.
 * @module
 */
import { connect } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')
const buffer = Buffer.allocUnsafeSlow(1_048_576)

process.on('disconnect', () => process.exit())
process.on('message', (job) => {
  run(job).then(
    (result) => process.send(result),
    (error) => process.send({ failure: error.message }),
  )
})

async function run({ clients, ...job }) {
  const began = performance.now()
  await Promise.all(Array.from({ length: clients }, () => client(job)))
  return { ms: performance.now() - began, bytes: clients * job.times * job.length }
}

function client({ port, path, length, times }) {
  return new Promise((resolve, reject) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
    let left = times
    let missing = 0
    let head = Buffer.alloc(0)
    let socket
    const fail = (text) => {
      reject(new Error(text))
      socket.destroy()
      return false
    }
    const received = (got) => {
      let body = got
      if (missing === 0) {
        head = Buffer.concat([head, buffer.subarray(0, got)])
        const end = head.indexOf(headEnd)
        if (end === -1) return true
        const text = head.toString('latin1', 0, end).toLowerCase()
        if (!text.startsWith('http/1.1 200')) return fail(text)
        if (!text.includes(`\r\ncontent-length: ${length}`)) return fail(text)
        body = head.length - end - 4
        head = Buffer.alloc(0)
        missing = length
      }
      missing -= body
      if (missing < 0) return fail('bytes behind the body')
      if (missing > 0) return true
      left--
      if (left > 0) socket.write(request)
      else {
        resolve()
        socket.destroy()
      }
      return true
    }
    socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback: received } })
    socket.on('connect', () => socket.write(request))
    socket.on('error', (error) => fail(error.message))
    socket.on('close', () => fail('closed before the end'))
  })
}
