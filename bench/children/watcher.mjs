/**
 * Asks a server again and again over two connections, `/healthz` on one and `/dynconfig` of one switch on the other. Messages:
 * `{command: 'watch', port, request, wanted, quietMs}` asks until the text is served and `quietMs` longer; `{command: 'idle', port, request, ms}`
 * only waits.
 * @module
 */
import { connect } from 'node:net'

process.on('message', (message) => {
  const { command, ...options } = message
  const work =
    command === 'watch'
      ? watch(options)
      : watch({ ...options, wanted: undefined, quietMs: options.ms })
  work.then(
    (result) => process.send(result),
    (error) => process.send({ failure: error.stack }),
  )
})
process.on('disconnect', () => process.exit())

async function watch({ port, request, wanted, quietMs, timeoutMs = 30_000 }) {
  const started = Date.now()
  let servedAt
  let stop = false
  let longest = 0
  let answers = 0
  const healthRequest = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  // a millisecond between questions: often enough to meet every block, seldom enough to leave the processors to the server
  const health = asker(port, healthRequest, 1, (text, ms) => {
    if (!text.startsWith('HTTP/1.1 200')) throw new Error(text)
    answers++
    longest = Math.max(longest, ms)
    return !stop
  })
  const switchSide =
    wanted === undefined
      ? Promise.resolve()
      : asker(port, request, 2, (text) => {
          if (!text.startsWith('HTTP/1.1 200')) throw new Error(text)
          if (text.includes(wanted)) servedAt ??= Date.now()
          return servedAt === undefined && !stop
        })
  const timer = setTimeout(() => {
    stop = true
  }, timeoutMs)
  process.send({ ready: true })
  await switchSide
  if (wanted !== undefined && servedAt === undefined) throw new Error('the change was not served')
  await new Promise((resolve) => setTimeout(resolve, quietMs))
  stop = true
  clearTimeout(timer)
  await health
  return { servedAt, longestMs: longest, answers, ms: Date.now() - started }
}

/** Asks again and again as long as `onAnswer` says so. */
function asker(port, request, pauseMs, onAnswer) {
  return new Promise((resolve, reject) => {
    let since = 0
    let received = ''
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const ask = () => {
      received = ''
      since = performance.now()
      socket.write(request)
    }
    socket.setEncoding('latin1')
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('data', (text) => {
      received += text
      const bodyAt = received.indexOf('\r\n\r\n')
      if (bodyAt === -1) return
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1])
      if (received.length < bodyAt + 4 + length) return
      try {
        if (onAnswer(received, performance.now() - since)) {
          setTimeout(ask, pauseMs)
          return
        }
        socket.destroy()
        resolve()
      } catch (error) {
        socket.destroy()
        reject(error)
      }
    })
  })
}
