import { expect, test } from 'vitest'
import { allSettingKeys } from '../../src/core/setting-keys.ts'
import { type ReadValue, readValue } from '../../src/core/setting-value.ts'

/** Values separated by ` | `, for each key. */
const bad: Record<string, string> = {
  'server.port': '0 | 65535 | -1 | +80 | 8_0 | 80.0 | 0x50 | http | 99999999999999999999 | ８０',
  'server.interface':
    '0.0.0.0:8080 | 256.1.1.1 | 10.0.0 | 10.0.0.0/24 | http://x | a b | ::g | [:: | -x | *',
  'operator.listen':
    '8081 | :8081 | *:8081 | 127.0.0.1 | ::1:8081 | ::1 | [::1] | [::1]: | 127.0.0.1:0 | h:65535 | [127.0.0.1]:1 | no',
  'default.server_url':
    'ztp:8080 | ftp://ztp | http:ztp | http:// | http:///x | http://:80 | http://h:99999 | http://h/?a | http://h/#a | http://h? | http://u@h | http://u:p@h | http://@h | http://a b | http://h\\x | http://h" | http://é',
  'dynconfig.path':
    'dynconfig | / | // | /healthz | /healthz/ | /a/../b | /a..b | /. | /a/./b | /a?b | /a#b | /a b | /:id | /* | /a%2fb | /a//b | /é | http://h/dynconfig | /{a}',
  'dynconfig.template':
    '/etc/config.njk | ../config.njk | a/../../b | ./a | a//b | a/ | .. | a\\b | C:x | ~/a',
  'dynconfig.inventory': `~/swinfo.json | ~ | ~admin/swinfo.json | ${'x'.repeat(5000)}`,
  'dynconfig.max_inventory_mb': '0 | 513 | 1.5 | 64MB | -1 | 1e2',
  'dynconfig.trim_blocks': 'y | t | 2 | none | truee',
  'dynconfig.unknown_switch': '403 | none',
  'default.identifier': 'hostname | mac',
  'log.format': 'text | pretty json',
  'operator.token': `short12 | ${'x'.repeat(1025)} | pässword1 | pass\tword1 | "password" | ~/x`,
}

const good: Record<string, readonly [values: string, read: readonly unknown[]]> = {
  'server.port': ['1 | 65534 | 08080', [1, 65534, 8080]],
  'server.interface': [
    ':: | [::1] | localhost | ztp-1.example.net | fe80::1%eth0 | 0.0.0.0',
    ['::', '::1', 'localhost', 'ztp-1.example.net', 'fe80::1%eth0', '0.0.0.0'],
  ],
  'operator.listen': [
    'off | OFF | [::1]:1 | localhost:9000',
    ['off', 'off', { host: '::1', port: 1 }, { host: 'localhost', port: 9000 }],
  ],
  'default.server_url': [
    'http://h | https://h/ztp// | HTTP://h:1 | http://[::1]:8080 | http://h/a@b',
    ['http://h', 'https://h/ztp', 'HTTP://h:1', 'http://[::1]:8080', 'http://h/a@b'],
  ],
  'dynconfig.path': [
    '/a | /ztp/ | /a.b/c~d | /healthz2 | /a/healthz',
    ['/a', '/ztp/', '/a.b/c~d', '/healthz2', '/a/healthz'],
  ],
  'dynconfig.template': ['a | a b.njk | x/y.j2 | ..a', ['a', 'a b.njk', 'x/y.j2', '..a']],
  'dynconfig.inventory': [
    "a b | ../x.yaml | /x | . | a~b | %h | x#1 | it's",
    ['a b', '../x.yaml', '/x', '.', 'a~b', '%h', 'x#1', "it's"],
  ],
  'dynconfig.max_inventory_mb': ['1 | 512', [1, 512]],
  'dynconfig.trim_blocks': [
    'yes | True | TRUE | 1 | oN | no | False | 0 | OFF',
    [true, true, true, true, true, false, false, false, false],
  ],
  'default.identifier': ['serialnumber | serialnum', ['serialnumber', 'serialnum']],
  'default.console_logging_format': [' | "%(x)s"\n\ty', ['', '"%(x)s"\n\ty']],
  'log.format': ['pretty | JSON', ['pretty', 'json']],
  'operator.token': ['12345678 | a space # "b"', ['12345678', 'a space # "b"']],
}

function read(name: string, text: string): ReadValue<unknown> {
  const key = allSettingKeys.find((setting) => setting.name === name)
  if (key === undefined) throw new Error(`no key ${name}`)
  return readValue(key, { text, from: 'file', label: name, at: { file: 'z.conf', line: 7 } })
}

const badOnes = Object.entries(bad).flatMap(([name, texts]) =>
  texts.split(' | ').map((text) => ({ name, text })),
)

test.each(badOnes)('$name = $text is refused with key, file and line', ({ name, text }) => {
  expect(read(name, text)).toMatchObject({
    ok: false,
    problem: { code: 'settings-value', key: name, at: { file: 'z.conf', line: 7 } },
  })
})

const goodOnes = Object.entries(good).flatMap(([name, [texts, values]]) =>
  texts.split(' | ').map((text, index) => ({ name, text, value: values[index] })),
)

test.each(goodOnes)('$name = $text is read as $value', ({ name, text, value }) => {
  expect(read(name, text)).toEqual({ ok: true, value })
})
