/**
 * Where a door listens: hosts, ports, and which of them only this machine reaches.
 * @module
 */
import { z } from 'zod'

export interface ListenAddress {
  /** An IPv4 or IPv6 address without brackets, or a host name. */
  readonly host: string
  readonly port: number
}

/** An address or a host name to bind, `[::1]` and `::1` alike; undefined where `text` is neither. */
export function parseHost(text: string): string | undefined {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1]
  if (bracketed !== undefined) return isIpv6(bracketed) ? bracketed : undefined
  if (isIpv6(text) || isIpv4(text)) return text
  if (text.length > 253 || !hostName.test(text)) return undefined
  // 10.0.0 and 256.1.1.1 are mistyped addresses, not names
  return /(^|\.)\d+$/.test(text) ? undefined : text
}

/** A port that a door can take: 1 to 65534. */
export function parsePort(text: string): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined
  const port = Number(text)
  return port >= 1 && port <= 65534 ? port : undefined
}

/** `host:port`, an IPv6 address in brackets; undefined where it is not that. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const split = text.lastIndexOf(':')
  const name = text.slice(0, split)
  // ::1:8081 could be an address as well as an address and a port
  if (split < 1 || (name.includes(':') && !name.startsWith('['))) return undefined
  const host = parseHost(name)
  const port = parsePort(text.slice(split + 1))
  return host === undefined || port === undefined ? undefined : { host, port }
}

/** `host:port`, an IPv6 address in brackets. */
export function describeListenAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Only this machine reaches it: 127.0.0.0/8, ::1, `localhost`, and 127.0.0.0/8 written as IPv6. */
export function isLoopback(host: string): boolean {
  const canonical = canonicalHost(host)
  if (canonical === 'localhost' || canonical === '::1') return true
  return isIpv4(canonical) && canonical.startsWith('127.')
}

/** The two cannot be bound at the same time, on Linux: the same port of the same address, or of all addresses. */
export function collide(one: ListenAddress, other: ListenAddress): boolean {
  if (one.port !== other.port) return false
  const a = canonicalHost(one.host)
  const b = canonicalHost(other.host)
  return a === b || covers(a, b) || covers(b, a)
}

function covers(wide: string, host: string): boolean {
  if (wide === '::') return true
  if (wide === '0.0.0.0') return !host.includes(':')
  return wide === 'localhost' && isLoopback(host)
}

/** Equal for hosts that are written differently and mean the same. */
function canonicalHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (!isIpv6(bare)) return bare
  const [address = '', zone] = bare.split('%')
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short)
  if (mapped !== null) return dotted(mapped[1] ?? '', mapped[2] ?? '')
  return zone === undefined ? short : `${short}%${zone}`
}

function dotted(high: string, low: string): string {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}

const hostName =
  /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/

function isIpv4(text: string): boolean {
  return z.ipv4().safeParse(text).success
}

function isIpv6(text: string): boolean {
  return z.ipv6().safeParse(text.replace(/(?<=.)%[A-Za-z0-9._-]{1,15}$/, '')).success
}
