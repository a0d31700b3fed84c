/**
 * The load generator: raw sockets, requests that are bytes already, answers parsed only as far as needed to check their
 * status and length. It must be quicker than any server it is pointed at.
 * @module
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { platform } from 'node:os'
import { randomNumbers, shuffled } from '../lib/stats.mjs'

const headEnd = Buffer.from('\r\n\r\n')
const lengthName = Buffer.from('Content-Length: ')
const ok = Buffer.from('HTTP/1.1 200')
/** Every so many answers one is kept whole. */
const sampleEvery = 1_009
const maxSamples = 50

/** Sets of requests by name: their bytes, and the length that each answer must have. */
const sets = new Map()

process.on('message', ({ command, ...rest }) => {
  const work = { prepare, run }[command]
  work(rest).then(
    (result) => process.send(result ?? {}),
    (error) => process.send({ failure: error.stack }),
  )
})
process.on('disconnect', () => process.exit())

async function prepare({ name, file }) {
  const { requests, lengths } = JSON.parse(readFileSync(file, 'utf8'))
  sets.set(name, { requests: requests.map((text) => Buffer.from(text)), lengths })
}

/**
 * Asks until `ms` or `count` is reached, after `warmMs` that do not count. `fresh`: a connection for each request.
 * Order: `random`, `round`, or `once` (shuffled, from `offset` on, none twice).
 */
async function run({
  name,
  port,
  connections,
  ms,
  warmMs = 0,
  count,
  order = 'round',
  seed,
  offset = 0,
  fresh = false,
  timed = false,
}) {
  const set = sets.get(name)
  const { requests, lengths } = set
  const next = chooser(requests.length, order, seed, offset)
  const errors = new Map()
  const samples = []
  const times = timed ? new Float64Array(count) : undefined
  const begin = performance.now()
  const countFrom = begin + warmMs
  const deadline = ms === undefined ? Number.POSITIVE_INFINITY : countFrom + ms
  const limit = count ?? Number.POSITIVE_INFINITY
  let started = 0
  let finished = 0
  let counted = 0
  let bytes = 0
  let end = begin

  const note = (text) => errors.set(text, (errors.get(text) ?? 0) + 1)

  await new Promise((resolve) => {
    let open = 0

    const begun = () => {
      open++
      if (fresh) started++
      let socket
      let index = fresh ? next() : 0
      let since = 0
      let need = -1
      let sample
      let settled = false
      /** Bytes of a head that came in pieces. */
      let head
      const chunk = Buffer.allocUnsafeSlow(65_536)

      /** Ends this connection; false, so that nothing more is read. */
      const done = (why) => {
        if (settled) return false
        settled = true
        if (why !== undefined) note(why)
        socket.destroy()
        open--
        if (fresh && more()) begun()
        else if (open === 0) resolve()
        return false
      }
      const more = () => started < limit && performance.now() < deadline
      const ask = () => {
        if (!fresh) {
          index = next()
          started++
        }
        need = -1
        sample = undefined
        if (!fresh) since = performance.now()
        socket.write(requests[index])
      }
      const complete = () => {
        const now = performance.now()
        end = now
        finished++
        if (times !== undefined) times[finished - 1] = now - since
        if (now >= countFrom && now <= deadline) counted++
        if (sample !== undefined) samples.push({ index, text: Buffer.concat(sample).toString() })
        if (fresh) done()
        else if (more()) ask()
        else done()
      }
      const received = (length) => {
        bytes += length
        let data = chunk
        let start = 0
        let stop = length
        if (need === -1) {
          if (head !== undefined) {
            data = Buffer.concat([head, chunk.subarray(0, length)])
            head = undefined
            stop = data.length
          }
          const bodyAt = data.indexOf(headEnd)
          if (bodyAt === -1 || bodyAt >= stop) {
            head = Buffer.from(data.subarray(0, stop))
            return true
          }
          if (data.compare(ok, 0, 12, 0, 12) !== 0)
            return done(`status ${data.toString('latin1', 9, 12)}`)
          const lengthAt = data.indexOf(lengthName)
          if (lengthAt === -1 || lengthAt > bodyAt) return done('no Content-Length')
          need = 0
          for (let at = lengthAt + 16; data[at] !== 13; at++) need = need * 10 + data[at] - 48
          const expected = typeof lengths === 'number' ? lengths : lengths[index]
          if (need !== expected) return done(`a body of ${need} bytes, not ${expected}`)
          start = bodyAt + 4
          if (finished % sampleEvery === 0 && samples.length < maxSamples) sample = []
        }
        need -= stop - start
        // a copy: the buffer is used again
        sample?.push(Buffer.from(data.subarray(start, stop)))
        if (need < 0) return done('bytes behind the body')
        if (need === 0) complete()
        return true
      }
      since = performance.now()
      socket = connect({
        port,
        host: '127.0.0.1',
        // thousands of connections in a minute need more than one address to come from, and a switch has its own
        ...(fresh && platform() === 'linux' && { localAddress: `127.0.0.${2 + (index % 200)}` }),
        noDelay: true,
        onread: { buffer: chunk, callback: (length) => received(length) },
      })
      socket.on('connect', ask)
      socket.on('error', (error) => done(error.code ?? error.message))
      socket.on('close', () => done('closed before the end'))
    }

    const first = Math.min(connections, limit)
    for (let at = 0; at < first; at++) begun()
  })

  const span = Math.min(end, deadline) - countFrom
  return {
    rate: (counted / span) * 1_000,
    ms: end - begin,
    finished,
    bytes,
    errors: Object.fromEntries(errors),
    samples,
    ...(times && { latency: percentiles(times.subarray(0, finished)) }),
  }
}

function chooser(count, order, seed, offset) {
  let at = offset
  if (order === 'round') {
    return () => {
      if (at === count) at = 0
      return at++
    }
  }
  const random = randomNumbers(seed)
  if (order === 'random') return () => Math.floor(random() * count)
  const permutation = shuffled(count, random)
  return () => permutation[at++ % count]
}

function percentiles(times) {
  const sorted = times.slice().sort()
  const of = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { p50: of(0.5), p99: of(0.99), max: sorted.at(-1) }
}
