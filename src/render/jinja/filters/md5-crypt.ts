/**
 * Passwords as `$1$…`, which EOS takes as `secret 5`.
 * @module
 */
import { createHash } from 'node:crypto'
import { ValueFault } from '../../python/fault.ts'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function md5(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** So many bytes of a digest, over and over. */
function cycled(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest)
}

/** MD5-crypt of a password with a salt of at most eight characters. */
export function md5Crypt(passwordText: string, salt: string): string {
  if (!/^[./0-9A-Za-z]{1,8}$/.test(salt)) {
    throw new ValueFault('a salt has 1 to 8 letters, digits, "." and "/"')
  }
  const password = Buffer.from(passwordText, 'utf8')
  const both = md5(password, salt, password)
  const bits: Buffer[] = []
  for (let left = password.length; left > 0; left >>= 1) {
    bits.push(left & 1 ? Buffer.from([0]) : password.subarray(0, 1))
  }
  let digest = md5(password, '$1$', salt, cycled(both, password.length), ...bits)
  for (let round = 0; round < 1000; round++) {
    const odd = (round & 1) === 1
    const parts: (Buffer | string)[] = [odd ? password : digest]
    if (round % 3 !== 0) parts.push(salt)
    if (round % 7 !== 0) parts.push(password)
    parts.push(odd ? digest : password)
    digest = md5(...parts)
  }
  const order = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5]
  let text = ''
  for (let at = 0; at < order.length; at += 3) {
    const [a = 0, b = 0, c = 0] = order.slice(at, at + 3).map((place) => digest[place] ?? 0)
    text += encode((a << 16) | (b << 8) | c, 4)
  }
  return `$1$${salt}$${text}${encode(digest[11] ?? 0, 2)}`
}

function encode(value: number, length: number): string {
  let text = ''
  for (let at = 0; at < length; at++) text += alphabet.charAt((value >> (6 * at)) & 63)
  return text
}
