import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Identity,
  identityFromHeaders,
  parseSerialNumber,
  parseSystemMac,
  type RequestHeaders,
} from '../../src/core/identity.ts'
import { describeProblem, Problem } from '../../src/core/problem.ts'

describe('a system MAC', () => {
  test.each([
    '50:54:00:00:1a:fe',
    '50:54:00:00:1A:FE',
    '50-54-00-00-1a-fe',
    '5054.0000.1afe',
    '5054.0000.1AFE',
    '5054:0000:1afe',
    '5054-0000-1afe',
    '505400001afe',
    '505400001AFE',
    '505400-001afe',
    '505400:001afe',
    '50:54:0:0:1a:fe',
  ])('%s is 50:54:00:00:1a:fe', (text) => {
    expect(parseSystemMac(text)).toBe('50:54:00:00:1a:fe')
  })

  test.each([
    '',
    '50:54:00:00:1a',
    '50:54:00:00:1a:fe:00',
    '50:54:00-00-1a-fe',
    '50:54:00:00:1a:fg',
    '5054.0000-1afe',
    '5054.00001afe',
    '505400001af',
    '505400001afe0',
    ' 505400001afe',
    '505400001afe\n',
    '50:54:00:00:1a:',
    '50:54:00:00:1a:f\u0435',
    '0x505400001afe',
    '5e5400001111e',
  ])('%j is none', (text) => {
    expect(parseSystemMac(text)).toBeUndefined()
  })

  test('means the same in every notation', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte, byte, byte), fc.boolean(), (bytes, upper) => {
        const digits = bytes.map((value) => value.toString(16).padStart(2, '0'))
        const hex = digits.join('')
        const words = [hex.slice(0, 4), hex.slice(4, 8), hex.slice(8)]
        const short = bytes.map((value) => value.toString(16)).join(':')
        const canonical = digits.join(':')
        for (const text of [
          canonical,
          digits.join('-'),
          words.join('.'),
          words.join(':'),
          hex,
          short,
        ]) {
          expect(parseSystemMac(upper ? text.toUpperCase() : text)).toBe(canonical)
        }
      }),
    )
  })
})

describe('a serial number', () => {
  test.each([
    ['WTW23490441', 'WTW23490441'],
    ['wtw23490441', 'WTW23490441'],
    ['A', 'A'],
    ['0012', '0012'],
    ['ab_c-1.2', 'AB_C-1.2'],
    ['constructor', 'CONSTRUCTOR'],
    ['x'.repeat(64), 'X'.repeat(64)],
  ])('%s is read', (text, serial) => {
    expect(parseSerialNumber(text)).toBe(serial)
  })

  test.each([
    '',
    ' A',
    'A ',
    'A B',
    '-A',
    '.',
    '..',
    '../x',
    '__proto__',
    'ä',
    'A\n',
    'A/B',
    'x'.repeat(65),
  ])('%j is none', (text) => {
    expect(parseSerialNumber(text)).toBeUndefined()
  })
})

function identity(headers: RequestHeaders): Identity {
  const result = identityFromHeaders(headers)
  if (result instanceof Problem) throw result
  return result
}

function refusal(headers: RequestHeaders): string {
  const result = identityFromHeaders(headers)
  if (!(result instanceof Problem)) throw new Error('it is accepted')
  return `${result.code} ${describeProblem(result)}`
}

const mac = { 'x-arista-systemmac': '50:54:00:00:11:11' }

describe('the headers of a request', () => {
  test('a real switch is known by all it sends', () => {
    expect(
      identity({
        host: 'ztp:8080',
        accept: '*/*',
        'x-arista-systemmac': '2c:dd:e9:f6:f9:9b',
        'x-arista-modelname': 'CCS-710P-16P',
        'x-arista-softwareversion': '4.32.5.1M',
        'x-arista-architecture': 'i386',
        'x-arista-serial': 'Wtw23490441',
        'x-arista-hardwareversion': '11.04',
        'x-arista-tpmapi': '2.0',
        'x-arista-tpmfwversion': '1.512',
        'x-arista-secureztp': 'True',
      }),
    ).toMatchObject({
      systemMac: '2c:dd:e9:f6:f9:9b',
      serialNumber: 'WTW23490441',
      serialNumberAsSent: 'Wtw23490441',
      model: 'CCS-710P-16P',
      softwareVersion: '4.32.5.1M',
      architecture: 'i386',
      hardwareVersion: '11.04',
    })
  })

  test.each<[string, RequestHeaders, Partial<Identity>]>([
    [
      'a MAC in another notation',
      { 'x-arista-systemmac': '5054.0000.1111' },
      { systemMac: '50:54:00:00:11:11' as never },
    ],
    [
      'white space around a value',
      { 'x-arista-systemmac': '  505400001111 ' },
      { systemMac: '50:54:00:00:11:11' as never },
    ],
    [
      'a serial number alone',
      { 'x-arista-serial': 'abc1' },
      { serialNumber: 'ABC1' as never, serialNumberAsSent: 'abc1' },
    ],
    [
      'the alias SerialNumber',
      { 'x-arista-serialnumber': 'abc1' },
      { serialNumber: 'ABC1' as never },
    ],
    ['the alias Serialnum', { 'x-arista-serialnum': 'abc1' }, { serialNumber: 'ABC1' as never }],
    [
      'aliases that differ in letter case only',
      { 'x-arista-serial': 'abc1', 'x-arista-serialnum': 'ABC1' },
      { serialNumber: 'ABC1' as never, serialNumberAsSent: 'abc1' },
    ],
    [
      'a MAC twice, joined',
      { 'x-arista-systemmac': '505400001111, 50:54:00:00:11:11' },
      { systemMac: '50:54:00:00:11:11' as never },
    ],
    [
      'a MAC twice, as a list',
      { 'x-arista-systemmac': ['505400001111', '5054.0000.1111'] },
      { systemMac: '50:54:00:00:11:11' as never },
    ],
    [
      'a serial number twice',
      { 'x-arista-serial': 'abc1, ABC1' },
      { serialNumber: 'ABC1' as never, serialNumberAsSent: 'abc1' },
    ],
    ['a model twice', { ...mac, 'x-arista-modelname': 'vEOS, vEOS' }, { model: 'vEOS' }],
  ])('%s is accepted', (_what, headers, expected) => {
    expect(identity(headers)).toMatchObject(expected)
  })

  test.each<[string, RequestHeaders]>([
    ['nothing', {}],
    ['other headers only', { 'x-arista-modelname': 'vEOS' }],
    ['empty ones', { 'x-arista-systemmac': '', 'x-arista-serial': '' }],
    ['white space only', { 'x-arista-systemmac': '   ' }],
  ])('%s names no switch', (_what, headers) => {
    expect(refusal(headers)).toMatch(/^identity-missing .*X-Arista-SystemMAC/)
  })

  test('an empty value is as good as none', () => {
    expect(identity({ ...mac, 'x-arista-serial': '', 'x-arista-modelname': ' , ' })).toEqual({
      systemMac: '50:54:00:00:11:11',
    })
  })

  const hostile = 'sECRET'
  test.each<[string, RequestHeaders, string]>([
    [
      'a MAC that is none beside a good serial number',
      { 'x-arista-systemmac': hostile, 'x-arista-serial': 'A1' },
      'SystemMAC',
    ],
    [
      'MACs that differ',
      { 'x-arista-systemmac': '505400001111, 505400001112', 'x-arista-serial': 'A1' },
      'SystemMAC',
    ],
    [
      'MACs that differ, as a list',
      { 'x-arista-systemmac': ['505400001111', '505400001112'] },
      'SystemMAC',
    ],
    ['a MAC and nothing behind a comma', { 'x-arista-systemmac': '505400001111,' }, 'SystemMAC'],
    ['a comma', { 'x-arista-systemmac': ',' }, 'SystemMAC'],
    ['serial numbers that differ', { ...mac, 'x-arista-serial': 'A1, A2' }, 'Serial'],
    [
      'serial aliases that differ',
      { ...mac, 'x-arista-serial': 'A1', 'x-arista-serialnumber': 'A2' },
      'SerialNumber',
    ],
    ['a serial number that is none', { ...mac, 'x-arista-serial': '../../etc' }, 'Serial'],
    ['models that differ', { ...mac, 'x-arista-modelname': 'a, b' }, 'ModelName'],
    ['10 kB of MAC', { 'x-arista-systemmac': '5'.repeat(10_240) }, 'SystemMAC'],
    ['10 kB of model', { ...mac, 'x-arista-modelname': 'm'.repeat(10_240) }, 'ModelName'],
    ['10 kB of something not used', { ...mac, 'x-arista-tpmapi': '2'.repeat(10_240) }, 'TpmApi'],
    ['a NUL', { ...mac, 'x-arista-modelname': 'a\u0000b' }, 'ModelName'],
    ['a line break', { ...mac, 'x-arista-architecture': 'a\r\nb' }, 'Architecture'],
    ['an escape sequence', { ...mac, 'x-arista-hardwareversion': '\u001b[31m' }, 'HardwareVersion'],
    ['non-ASCII text', { ...mac, 'x-arista-softwareversion': '4.30é' }, 'SoftwareVersion'],
  ])('%s is refused, and the value is not repeated', (_what, headers, name) => {
    const text = refusal(headers)
    expect(text).toContain(`identity-invalid (X-Arista-${name}): the header X-Arista-${name} `)
    expect(text).not.toContain(hostile)
    expect(text.length).toBeLessThan(200)
  })

  test('whatever is sent, it is an identity with bounded, printable values or a Problem', () => {
    const names = [
      'x-arista-systemmac',
      'x-arista-serial',
      'x-arista-serialnum',
      'x-arista-modelname',
      '__proto__',
    ]
    const value = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('505400001111', 'A1', 'a1', ','),
    )
    const headers = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(value, fc.array(value, { maxLength: 3 })),
    )
    fc.assert(
      fc.property(headers, (given) => {
        const result = identityFromHeaders(given)
        if (result instanceof Problem) return
        for (const text of Object.values(result)) expect(text).toMatch(/^[\x20-\x7e]{1,128}$/)
        expect(result.systemMac ?? result.serialNumber).toBeDefined()
      }),
    )
  })
})
