import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import { withoutSecrets } from '../../src/core/problem-secrets.ts'
import {
  isSecretName,
  isSecretPath,
  mask,
  maskLines,
  maskTemplate,
  maskText,
  maskValue,
} from '../../src/core/secrets.ts'
import type { Data } from '../../src/core/source-text.ts'

describe('a name tells of a secret', () => {
  test.each([
    'secret',
    'password',
    'enable_password',
    'RADIUS_KEY',
    'snmpCommunity',
    'token',
    'api-token',
    'passphrase',
    'passwords',
    'communities',
    'keys',
    'Secret',
    'tacacs key',
  ])('%s', (name) => expect(isSecretName(name)).toBe(true))

  test.each([
    'hostname',
    'secretary',
    'keyboard',
    'password_policy',
    'ssh_key',
    'public_key',
    'vlan',
    'communities_list',
    '',
    '__proto__',
  ])('%s does not', (name) => expect(isSecretName(name)).toBe(false))

  test('and so does any name on the way', () => {
    expect(isSecretPath(['snmp', 'communities', 'ro'])).toBe(true)
    expect(isSecretPath(['snmp', 'contact'])).toBe(false)
  })
})

describe('values', () => {
  test('are masked at any depth, by name and by what they are', () => {
    const users: Data = [
      { name: 'admin', secret: '$6$salt$hash', roles: ['a'] },
      { name: 'oper', note: 'was $1$salt$hash before' },
    ]
    expect(maskValue({ users, snmp: { community: ['public', 'private'], port: 161 } })).toEqual({
      users: [
        { name: 'admin', secret: mask, roles: ['a'] },
        { name: 'oper', note: `was ${mask} before` },
      ],
      snmp: { community: [mask, mask], port: 161 },
    })
  })

  test('below a secret name are all masked, but for those that give nothing away', () => {
    expect(maskValue({ a: 1, b: true, c: null, d: '', e: 'x' }, ['keys'])).toEqual({
      a: mask,
      b: true,
      c: null,
      d: '',
      e: mask,
    })
  })

  test('of the name __proto__ stay own ones', () => {
    const value = JSON.parse('{"__proto__": {"password": "x"}}') as Data
    expect(JSON.stringify(maskValue(value))).toBe(`{"__proto__":{"password":"${mask}"}}`)
  })
})

describe('lines of a configuration', () => {
  test.each([
    ['username x secret sha512 $6$eoslab$9iji./=', `username x secret sha512 ${mask}`],
    [
      'username x privilege 15 role network-admin secret 5 $1$abc$def',
      `username x privilege 15 role network-admin secret 5 ${mask}`,
    ],
    ['username x secret 0 lab', `username x secret 0 ${mask}`],
    ['username x secret lab', `username x secret ${mask}`],
    ['enable password 7 0822455D0A16', `enable password 7 ${mask}`],
    ['enable secret lab', `enable secret ${mask}`],
    ['   password lab', `   password ${mask}`],
    ['snmp-server community public ro', `snmp-server community ${mask} ro`],
    [
      'snmp-server host 10.0.0.1 vrf MGMT version 2c public',
      `snmp-server host 10.0.0.1 vrf MGMT version 2c ${mask}`,
    ],
    [
      'snmp-server user u g v3 auth sha pw1 priv aes128 pw2',
      `snmp-server user u g v3 auth sha ${mask} priv aes128 ${mask}`,
    ],
    ['radius-server key 7 0822455D0A16', `radius-server key 7 ${mask}`],
    [
      'radius-server host 10.0.0.1 vrf MGMT key lab',
      `radius-server host 10.0.0.1 vrf MGMT key ${mask}`,
    ],
    ['tacacs-server key 7 0822', `tacacs-server key 7 ${mask}`],
    ['   neighbor 1.2.3.4 password 7 wBbcqF8=', `   neighbor 1.2.3.4 password 7 ${mask}`],
    ['   neighbor SPINES password lab', `   neighbor SPINES password ${mask}`],
    ['   key 7 0822455D0A16', `   key 7 ${mask}`],
    ['   key-string 8a abc==', `   key-string 8a ${mask}`],
    ['ntp authentication-key 1 md5 7 0822455D0A16', `ntp authentication-key 1 md5 7 ${mask}`],
    ['ntp authentication-key 1 sha1 lab', `ntp authentication-key 1 sha1 ${mask}`],
    ['   ip ospf message-digest-key 1 md5 7 abc', `   ip ospf message-digest-key 1 md5 7 ${mask}`],
    ['   ip ospf authentication-key 7 abc', `   ip ospf authentication-key 7 ${mask}`],
    ['copy https://me:lab@host/x flash:', `copy https://me:${mask}@host/x flash:`],
    ['export TOKEN="a b"; run', `export TOKEN=${mask}; run`],
    ['  "password": "lab",', `  "password": ${mask},`],
    ['api_key=abc def', `api_key=${mask} def`],
    ['USERNAME X SECRET 5 $1$a$b', `USERNAME X SECRET 5 ${mask}`],
  ])('%j', (line, masked) => expect(maskText(line)).toBe(masked))

  test.each([
    'hostname leaf1',
    'ip community-list COMM permit 65000:1',
    '   set community 65000:7 additive',
    '   neighbor SPINES send-community extended',
    'ntp server vrf MGMT 10.0.0.1 key 1',
    'ntp trusted-key 1',
    'no enable password',
    'crypto key generate rsa',
    'key chain OSPF',
    '   password minimum length 8',
    'vlan 7',
    'ip prefix-list POD seq 7 permit 10.0.0.0/8',
    'service password-encryption',
    'management api http-commands',
    '',
  ])('%j has none', (line) => expect(maskText(line)).toBe(line))

  test('private keys are masked, and the lines stay as many', () => {
    const key = [
      '-----BEGIN RSA PRIVATE KEY-----',
      'MIIE',
      'abc=',
      '-----END RSA PRIVATE KEY-----',
      'hostname x',
    ]
    expect(maskLines(key)).toEqual([key[0], mask, mask, key[3], key[4]])
  })

  test('keep their number whatever they are, and masking twice changes nothing more', () => {
    const word = fc.constantFrom(
      'secret',
      'password',
      'key',
      '7',
      '$6$a$b',
      '=',
      '"',
      "'",
      'lab',
      ' ',
      '\n',
      '•',
      'community',
      'snmp-server',
      '-----BEGIN PRIVATE KEY-----',
    )
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join(' ')),
        (text) => {
          const masked = maskText(text)
          expect(masked.split('\n').length).toBe(text.split('\n').length)
          expect(masked).not.toContain('$6$a$b')
          expect(maskText(masked)).toBe(masked)
        },
      ),
    )
  })

  test('take no longer than their length allows', () => {
    const began = performance.now()
    for (const piece of [
      'password ',
      '$6$',
      'a:',
      'snmp-server host ',
      '"',
      'radius ',
      'x-',
      'http://a',
    ])
      maskText(piece.repeat(20_000))
    expect(performance.now() - began).toBeLessThan(4_000)
  })
})

describe('the source of a template', () => {
  test.each([
    'username {{ u.name }} secret sha512 {{ u.secret }}',
    'snmp-server community {{ snmp_community }} ro',
    'enable password {{ enable_secret | default(old_secret) }}',
    '{% set password = lookup %}',
    '{% if secret is defined %}',
  ])('keeps its expressions: %s', (line) => expect(maskTemplate(line)).toBe(line))

  test.each([
    ['enable password 7 0822455D0A16 {{ x }}', 'enable password 7 •••••• {{ x }}'],
    ["{% set password = 'lab' %}", '{% set password = •••••• %}'],
    ['{{ u({secret: "lab"}) }}', '{{ u({secret: ••••••}) }}'],
    ['{{ "key 7 0822455D0A16" }}', '{{ "key 7 ••••••" }}'],
  ])('loses the secrets that are written in it: %s', (line, masked) =>
    expect(maskTemplate(line)).toBe(masked),
  )
})

describe('a problem that quotes what a template was given', () => {
  const variables = {
    enable_secret: 'hunter2plain',
    users: [{ password: 'a "quoted" one' }],
    keys: { pin: 77 },
    long_key: 'x'.repeat(200),
    hostname: 'leaf77',
  }
  test.each([
    ["hwaddr: 'hunter2plain' is no MAC", undefined, "hwaddr: '••••••' is no MAC"],
    ["hwaddr: '00hunter2plain' is no MAC", undefined, "hwaddr: '00••••••' is no MAC"],
    [`the value is ${JSON.stringify('a "quoted" one')}`, undefined, 'the value is "••••••"'],
    [`hwaddr: '${'x'.repeat(60)}… is no MAC`, undefined, "hwaddr: '••••••… is no MAC"],
    ["leaf77 has '77', not 1", undefined, "leaf77 has '••••••', not 1"],
    [
      '"(enable_secret | from_yaml).x" is undefined',
      '(enable_secret | from_yaml).x',
      '"(enable_secret | from_yaml).x" is undefined',
    ],
    [
      "hwaddr: 'password 7 0822455D0A16' is no MAC",
      undefined,
      "hwaddr: 'password 7 •••••• is no MAC",
    ],
  ])('tells none of the secrets: %s', (message, key, masked) => {
    const problem = withoutSecrets(new Problem('template-failed', message, { key }), variables)
    expect(problem.message).toBe(masked)
    expect(problem.key).toBe(key)
  })
})
