/**
 * `password_hash`: the crypt text of a password, for EOS `secret sha512`. The computation is left to the caller, for it
 * takes longer than a request may hold up the server.
 * @module
 */
import { requireCount, requireText, shown } from './arguments.ts'
import { type Filter, FilterError } from './filter.ts'
import { typeName } from './python-value.ts'

/** What Ansible takes when the template names no rounds. */
const DEFAULT_ROUNDS = 656_000
const MAX_PASSWORD_BYTES = 4096

/**
 * The filter `password_hash('sha512', salt, rounds=…)`.
 * @param lookup gives the crypt text of a password, salt and rounds that the filter has found valid
 */
export function passwordHashFilter(
  lookup: (password: string, salt: string, rounds: number) => string,
): Filter {
  return {
    params: ['hashtype', 'salt', 'salt_size', 'rounds', 'ident'],
    run: (value, hashType, salt, saltSize, rounds) => {
      const password = readPassword(value)
      requireSha512(hashType)
      if (saltSize !== undefined && saltSize !== null)
        throw new FilterError(`password_hash: salt_size asks for a ${randomSalt}`)
      const readRounds = requireCount(
        'password_hash',
        'rounds',
        rounds ?? DEFAULT_ROUNDS,
        [1000, 999_999_999],
      )
      return lookup(password, readSalt(salt), readRounds)
    },
  }
}

const randomSalt =
  "random salt, which would change the configuration at every request. Fix: pass a salt, as in password_hash('sha512', 'mysalt12')"

function readPassword(value: unknown): string {
  if (typeof value !== 'string') {
    throw new FilterError(
      `password_hash: the password must be a text, not ${typeName(value)}. Fix: put it in quotes, or use the filter string`,
    )
  }
  if (value.includes('\0'))
    throw new FilterError('password_hash: the password holds a NUL character')
  if (Buffer.byteLength(value) > MAX_PASSWORD_BYTES) {
    throw new FilterError(`password_hash: the password is longer than ${MAX_PASSWORD_BYTES} bytes`)
  }
  return value
}

function requireSha512(hashType: unknown): void {
  const name = hashType ?? 'sha512'
  if (name === 'sha512' || name === 'sha512_crypt') return
  throw new FilterError(`password_hash: ${shown(name)} is not supported. Fix: use 'sha512'`)
}

function readSalt(salt: unknown): string {
  if (salt === undefined || salt === null || salt === '') {
    throw new FilterError(`password_hash: without a salt it would take a ${randomSalt}`)
  }
  const text = requireText('password_hash', 'the salt', salt)
  if (/^[./0-9A-Za-z]{1,16}$/.test(text)) return text
  throw new FilterError(
    `password_hash: the salt ${shown(text)} must be 1 to 16 characters of a-z, A-Z, 0-9, '.' and '/'`,
  )
}
