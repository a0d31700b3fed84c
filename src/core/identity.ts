/**
 * Who is asking: the X-Arista-* headers of a request, system MACs in any notation, serial numbers.
 * @module
 */
import { Problem } from './problem.ts'

/** A system MAC as `52:54:00:00:11:11`: lower case, with colons. Only {@link parseSystemMac} makes one. */
export type SystemMac = string & { readonly __brand: 'SystemMac' }

/** A serial number in upper case. Only {@link parseSerialNumber} makes one. */
export type SerialNumber = string & { readonly __brand: 'SerialNumber' }

/** Who a switch is. At least one of systemMac and serialNumber is there. */
export interface SwitchIds {
  readonly systemMac?: SystemMac
  readonly serialNumber?: SerialNumber
  /** The serial number as it was sent. */
  readonly serialNumberAsSent?: string
}

/** What a switch is: everything else that it says of itself, as it was sent. */
export interface SwitchDescription {
  readonly model?: string
  readonly hardwareVersion?: string
  readonly softwareVersion?: string
  readonly architecture?: string
}

/** What a switch says of itself. */
export type Identity = SwitchIds & SwitchDescription

const canonicalMac = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/
const macNotations = [
  /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i,
  /^[0-9a-f]{1,2}(?:-[0-9a-f]{1,2}){5}$/i,
  /^[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}$/i,
  /^[0-9a-f]{6}[:-]?[0-9a-f]{6}$/i,
]

/**
 * Any notation of a system MAC (`50:54:00:00:11:11`, `5054.0000.1111`, `50-54-…`, `505400001111`, any case) as one; undefined
 * when the text is none.
 */
export function parseSystemMac(text: string): SystemMac | undefined {
  if (text.length === 17 && canonicalMac.test(text)) return text as SystemMac
  if (text.length > 17 || !macNotations.some((notation) => notation.test(text))) return undefined
  const groups = text.split(/[:.-]/)
  const digits =
    groups.length === 6 ? groups.map((group) => group.padStart(2, '0')).join('') : groups.join('')
  return (digits.toLowerCase().match(/../g) ?? []).join(':') as SystemMac
}

/** Letters, digits, `.`, `_` and `-`, at most 64; any letter case is the same serial number. */
export function parseSerialNumber(text: string): SerialNumber | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return undefined
  return text.toUpperCase() as SerialNumber
}

/** Request headers as node:http gives them: lower-case names, values of repeated headers joined by `, `. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

const serialHeaders = ['x-arista-serial', 'x-arista-serialnumber', 'x-arista-serialnum']
const macHeader = 'x-arista-systemmac'
const maxHeaderLength = 128
const different = 'is there twice, with different values'

/** The identity a request's headers state, or the Problem (`identity-missing`, `identity-invalid`) that goes back as 400. */
export function identityFromHeaders(headers: RequestHeaders): Identity | Problem {
  const ids = idsFromHeaders(headers)
  if (ids instanceof Problem) return ids
  const description = descriptionFromHeaders(headers)
  return description instanceof Problem ? description : { ...ids, ...description }
}

/**
 * The identifiers in a request's headers. A system MAC that is none is refused even beside a good serial number, and so are repeated
 * headers that differ.
 */
export function idsFromHeaders(headers: RequestHeaders): SwitchIds | Problem {
  const macText = headerValue(headers, macHeader)
  if (macText instanceof Problem) return macText
  const systemMac = macText === undefined ? undefined : soleMac(macText)
  if (systemMac instanceof Problem) return systemMac
  let serialNumber: SerialNumber | undefined
  let serialNumberAsSent: string | undefined
  for (const name of serialHeaders) {
    const text = headerValue(headers, name)
    if (text instanceof Problem) return text
    if (text === undefined) continue
    const [sent = '', ...repeated] = text.split(',').map((part) => part.trim())
    const found = parseSerialNumber(sent)
    if (found === undefined) return invalid(name, 'is not a serial number')
    if (repeated.some((again) => parseSerialNumber(again) !== found))
      return invalid(name, different)
    if (serialNumber !== undefined && serialNumber !== found) {
      return invalid(name, 'differs from another serial number header of the same request')
    }
    serialNumber = found
    serialNumberAsSent ??= sent
  }
  if (serialNumber !== undefined && serialNumberAsSent !== undefined) {
    return { ...(systemMac !== undefined && { systemMac }), serialNumber, serialNumberAsSent }
  }
  if (systemMac !== undefined) return { systemMac }
  return new Problem('identity-missing', 'the request names no switch', {
    key: 'X-Arista-SystemMAC',
    fix: 'send the header X-Arista-SystemMAC or X-Arista-Serial',
  })
}

/** The other headers about the switch; those that templates do not see yet are bounded like the others. */
export function descriptionFromHeaders(headers: RequestHeaders): SwitchDescription | Problem {
  const description: Record<string, string> = {}
  for (const [name, field] of describingHeaders) {
    const text = headerValue(headers, name)
    if (text instanceof Problem) return text
    if (text === undefined) continue
    const value = soleValue(text, name)
    if (value instanceof Problem) return value
    if (value !== '' && field !== undefined) description[field] = value
  }
  return description
}

const describingHeaders: readonly (readonly [string, keyof SwitchDescription | undefined])[] = [
  ['x-arista-modelname', 'model'],
  ['x-arista-hardwareversion', 'hardwareVersion'],
  ['x-arista-softwareversion', 'softwareVersion'],
  ['x-arista-architecture', 'architecture'],
  ['x-arista-tpmapi', undefined],
  ['x-arista-tpmfwversion', undefined],
  ['x-arista-secureztp', undefined],
]

/** The names of the headers that describe a switch, in lower case. */
export const describingHeaderNames: readonly string[] = describingHeaders.map(([name]) => name)

function headerValue(headers: RequestHeaders, name: string): string | undefined | Problem {
  const given = headers[name]
  if (given === undefined) return undefined
  const text = typeof given === 'string' ? given : given.join(', ')
  if (text === '') return undefined
  if (text.length > maxHeaderLength)
    return invalid(name, `is longer than ${maxHeaderLength} characters`)
  if (!/^[\x20-\x7e]+$/.test(text))
    return invalid(name, 'holds characters that are not printable ASCII')
  const trimmed = text.trim()
  return trimmed === '' ? undefined : trimmed
}

function soleMac(text: string): SystemMac | Problem {
  let found: SystemMac | undefined
  for (const part of text.split(',')) {
    const mac = parseSystemMac(part.trim())
    if (mac === undefined) return invalid(macHeader, 'is not a MAC address')
    if (found !== undefined && found !== mac) return invalid(macHeader, different)
    found = mac
  }
  return found ?? invalid(macHeader, 'is not a MAC address')
}

function soleValue(text: string, name: string): string | Problem {
  if (!text.includes(',')) return text
  const parts = new Set(text.split(',').map((part) => part.trim()))
  const [only] = parts
  if (parts.size !== 1 || only === undefined) return invalid(name, different)
  return only
}

const wireNames = new Map([
  [macHeader, 'X-Arista-SystemMAC'],
  ['x-arista-serial', 'X-Arista-Serial'],
  ['x-arista-serialnumber', 'X-Arista-SerialNumber'],
  ['x-arista-serialnum', 'X-Arista-Serialnum'],
  ['x-arista-modelname', 'X-Arista-ModelName'],
  ['x-arista-hardwareversion', 'X-Arista-HardwareVersion'],
  ['x-arista-softwareversion', 'X-Arista-SoftwareVersion'],
  ['x-arista-architecture', 'X-Arista-Architecture'],
  ['x-arista-tpmapi', 'X-Arista-TpmApi'],
  ['x-arista-tpmfwversion', 'X-Arista-TpmFwVersion'],
  ['x-arista-secureztp', 'X-Arista-SecureZtp'],
])

// the value itself is not repeated: these texts go back to whoever sent it
function invalid(name: string, what: string): Problem {
  const header = wireNames.get(name) ?? name
  return new Problem('identity-invalid', `the header ${header} ${what}`, { key: header })
}
