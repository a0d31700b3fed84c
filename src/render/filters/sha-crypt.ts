/**
 * SHA-crypt with SHA-512, after its specification (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512"): what EOS
 * takes after `secret sha512`.
 * @module
 */
import { hash } from 'node:crypto'

/** Without `rounds=` in the result, this many were meant. */
const DEFAULT_ROUNDS = 5000
const BYTES = 64

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * The crypt text `$6$[rounds=N$]salt$…` of a password. Takes about a microsecond per round.
 * @param salt 1 to 16 characters of `./0-9A-Za-z`
 * @param rounds from 1,000 to 999,999,999
 */
export function sha512Crypt(password: string, salt: string, rounds: number): string {
  const passwordBytes = Buffer.from(password, 'utf8')
  const saltBytes = Buffer.from(salt, 'utf8')
  const start = startDigest(passwordBytes, saltBytes)
  const p = fillTo(passwordBytes.length, sha512(repeat(passwordBytes, passwordBytes.length)))
  const s = fillTo(saltBytes.length, sha512(repeat(saltBytes, 16 + byteAt(start, 0))))
  const digest = stretch(start, p, s, rounds)
  const prefix = rounds === DEFAULT_ROUNDS ? '' : `rounds=${rounds}$`
  return `$6$${prefix}${salt}$${encode(digest)}`
}

function startDigest(password: Buffer, salt: Buffer): Buffer {
  const alternate = sha512(Buffer.concat([password, salt, password]))
  const parts = [password, salt, fillTo(password.length, alternate)]
  for (let bits = password.length; bits > 0; bits >>>= 1) {
    parts.push(bits % 2 === 1 ? alternate : password)
  }
  return sha512(Buffer.concat(parts))
}

/**
 * The rounds. A round hashes the last digest, the password and the salt in an order that its number decides; the
 * eight orders are laid out beforehand, so that a round only copies the digest to its place.
 */
function stretch(start: Buffer, password: Buffer, salt: Buffer, rounds: number): Buffer {
  const layouts = Array.from({ length: 42 }, (_, round) => layoutOf(round, password, salt))
  let digest = start
  for (let round = 0; round < rounds; round++) {
    const layout = layouts[round % 42]
    if (layout === undefined) break
    digest.copy(layout.input, layout.digestAt)
    digest = sha512(layout.input)
  }
  return digest
}

function layoutOf(
  round: number,
  password: Buffer,
  salt: Buffer,
): { input: Buffer; digestAt: number } {
  const digest = Buffer.alloc(BYTES)
  const isOdd = round % 2 === 1
  const middle = [...(round % 3 === 0 ? [] : [salt]), ...(round % 7 === 0 ? [] : [password])]
  const parts = isOdd ? [password, ...middle, digest] : [digest, ...middle, password]
  const input = Buffer.concat(parts)
  return { input, digestAt: isOdd ? input.length - BYTES : 0 }
}

function sha512(bytes: Buffer): Buffer {
  return hash('sha512', bytes, 'buffer')
}

function repeat(bytes: Buffer, times: number): Buffer {
  return Buffer.concat(Array<Buffer>(times).fill(bytes))
}

function fillTo(length: number, digest: Buffer): Buffer {
  return Buffer.alloc(length, digest)
}

function byteAt(bytes: Buffer, index: number): number {
  return bytes[index] ?? 0
}

/** The specification's own Base64: three bytes from a third of the digest each, lowest bits first. */
function encode(digest: Buffer): string {
  let text = ''
  let [a, b, c] = [0, 21, 42]
  for (let group = 0; group < 21; group++) {
    text += encodeBits((byteAt(digest, a) << 16) | (byteAt(digest, b) << 8) | byteAt(digest, c), 4)
    ;[a, b, c] = [b + 1, c + 1, a + 1]
  }
  return text + encodeBits(byteAt(digest, 63), 2)
}

function encodeBits(bits: number, characters: number): string {
  return Array.from({ length: characters }, (_, index) =>
    alphabet.charAt((bits >> (6 * index)) & 63),
  ).join('')
}
