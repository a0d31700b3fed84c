import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  askRaw,
  eosHeaders,
  eventually,
  makeFolder,
  parseAnswer,
  type RunningServer,
  runCommand,
  startServer,
  writeIn,
} from '../running-server.ts'

const folder = makeFolder({
  'swinfo.json': {
    defaults: { site: 'lab' },
    '52:54:00:00:11:11': { hostname: 'leaf1', vlans: [10, 20] },
    '5254.0000.2222': { hostname: 'leaf2', serial: 'SER2' },
    SER3: { hostname: 'leaf3', model: 'DCS-7050S-64' },
    '52:54:00:00:44:44': { hostname: 'broken', template: 'broken.njk' },
    '52:54:00:00:55:55': { hostname: 'nobody', groups: ['nowhere'] },
    '52:54:00:00:66:66': { hostname: 'facts', template: 'facts.njk' },
    '52:54:00:00:77:77': { hostname: 'blank', template: 'blank.njk' },
    '52:54:00:00:88:88': { hostname: 'pooled', address: "allocate('mgmt')" },
    '52:54:00:00:99:99': { hostname: 'jinja', template: 'other.njk' },
    '52:54:00:00:aa:aa': { hostname: 'lost', template: 'nowhere.njk' },
    '52:54:00:00:cc:cc': { hostname: 'half', template: 'half.njk', floor: '\u{1f600}1' },
    '52:54:00:00:bb:bb': { hostname: 'model-a', model: 'vEOS' },
  },
  'templates/config.njk': 'hostname {{ hostname }}\nsite {{ site }} ü\n',
  'templates/broken.njk': 'x {{ vlan_nme }}\n',
  'templates/facts.njk':
    '{{ switch.systemMac }} {{ switch.model | default("-") }} {{ switch.softwareVersion | default("-") }} {{ switch.serialNumber | default("-") }} {{ server.url }} {{ sw.hostname }}\n',
  'templates/half.njk': 'x\n{{ floor | truncate(1, true, "") }}\n',
  'templates/blank.njk': '{% if false %}x{% endif %}\n  \n',
  'templates/other.njk': "hostname {{ hostname }}\n{% include 'part.j2' %}\n",
  'templates/part.j2': 'ntp\n',
  'templates/DCS-7050S-64.njk': 'model template for {{ hostname }}',
})
let server: RunningServer

beforeAll(async () => {
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const get = (headers: Record<string, string | readonly string[]> = {}, more = {}) =>
  ask(server.port, '/dynconfig', headers, more)
const mac = (systemMac: string) => ({ 'X-Arista-SystemMAC': systemMac })

describe('a known switch', () => {
  test('gets its configuration with the headers of the contract, whole and not chunked', async () => {
    const answer = await get(eosHeaders('52:54:00:00:11:11'))
    expect(answer).toMatchObject({ status: 200, body: 'hostname leaf1\nsite lab ü\n' })
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(Buffer.byteLength('hostname leaf1\nsite lab ü\n')),
      'cache-control': 'no-store',
    })
    expect(answer.headers['etag']).toMatch(/^"[0-9a-f]+"$/)
    expect(answer.headers['x-ztpush-revision']).toMatch(/^[0-9a-f]{16}$/)
    expect(answer.headers).not.toHaveProperty('transfer-encoding')
    expect(answer.headers).not.toHaveProperty('content-encoding')
  })

  test.each([
    ['52:54:00:00:11:11', 'leaf1'],
    ['5254.0000.1111', 'leaf1'],
    ['52-54-00-00-11-11', 'leaf1'],
    ['525400001111', 'leaf1'],
    ['5254.0000.2222'.toUpperCase(), 'leaf2'],
  ])('is the same whether its MAC is written %s or otherwise', async (notation, hostname) => {
    expect((await get(mac(notation))).body).toContain(`hostname ${hostname}\n`)
  })

  test.each([
    ['X-Arista-Serial', 'SER2', 'hostname leaf2'],
    ['X-Arista-SerialNumber', 'ser2', 'hostname leaf2'],
    ['x-arista-serialnum', 'SER3', 'model template for leaf3\n'],
  ])('is found by its serial number in %s', async (header, serial, text) => {
    expect((await get({ [header]: serial })).body).toContain(text)
  })

  test('gets the same from curl, from HEAD without the body, and from render, byte for byte', async () => {
    const answer = await get(mac('52:54:00:00:11:11'))
    const head = await get(mac('52:54:00:00:11:11'), { method: 'HEAD' })
    const rendered = await runCommand(folder.path, ['render', '5254.0000.1111'])
    expect(rendered).toMatchObject({ code: 0, stdout: answer.body })
    expect(head).toMatchObject({ status: 200, body: '' })
    for (const name of [
      'content-length',
      'content-type',
      'etag',
      'x-ztpush-revision',
      'cache-control',
    ]) {
      expect(head.headers[name]).toBe(answer.headers[name])
    }
  })

  test('is answered 304 without a body when it has this very text', async () => {
    const { headers } = await get(mac('52:54:00:00:11:11'))
    const etag = headers['etag'] ?? ''
    for (const condition of [etag, `"other", ${etag}`, '*', `W/${etag}`]) {
      const answer = await get({ ...mac('52:54:00:00:11:11'), 'If-None-Match': condition })
      expect(answer).toMatchObject({ status: 304, body: '' })
      expect(answer.headers).toMatchObject({ etag, 'cache-control': 'no-store' })
      expect(answer.headers).not.toHaveProperty('transfer-encoding')
    }
    expect((await get({ ...mac('52:54:00:00:11:11'), 'If-None-Match': '"other"' })).status).toBe(
      200,
    )
  })

  test('has its headers at hand in the template, else what its entry states, and the URL that it came to', async () => {
    const answer = await get({ ...eosHeaders('5254.0000.6666'), 'X-Arista-Serial': 'abc1' })
    expect(answer.body).toBe(
      `52:54:00:00:66:66 vEOS 4.24.0F abc1 http://127.0.0.1:${server.port} facts\n`,
    )
    expect((await get(mac('52:54:00:00:66:66'), { host: 'ztp.example:8080' })).body).toBe(
      '52:54:00:00:66:66 - - - http://ztp.example:8080 facts\n',
    )
  })

  test('is not given what another request named, not even the word "undefined"', async () => {
    const plain = '52:54:00:00:66:66 - - - '
    expect(
      (await get({ ...mac('52:54:00:00:66:66'), 'X-Arista-ModelName': 'undefined' })).body,
    ).toContain('52:54:00:00:66:66 undefined - - ')
    expect((await get(mac('52:54:00:00:66:66'))).body).toContain(plain)
    expect(
      (await get({ ...mac('52:54:00:00:66:66'), 'X-Arista-Serial': 'undefined' })).body,
    ).toContain('52:54:00:00:66:66 - - undefined ')
    expect((await get(mac('52:54:00:00:66:66'))).body).toContain(plain)
    expect((await get({ 'X-Arista-Serial': 'SER2' })).status).toBe(200)
    expect(
      (await get({ 'X-Arista-SystemMAC': 'undefined', 'X-Arista-Serial': 'SER2' })).status,
    ).toBe(400)
  })

  test('never makes the server believe a Host that is none', async () => {
    for (const host of ['a b', 'x"y', '[::1', 'http://evil/', 'h:99999', 'a\\b', '@']) {
      const answer = await get(mac('52:54:00:00:66:66'), { host })
      expect(answer.body, host).toContain(` http://127.0.0.1:${server.port} `)
    }
    const old = await get(mac('52:54:00:00:66:66'), { host: '', version: '1.0' })
    expect(old.body).toContain(` http://127.0.0.1:${server.port} `)
  })

  test('gets the template of its model, from the header or from its entry', async () => {
    expect((await get({ 'X-Arista-Serial': 'SER3' })).body).toBe('model template for leaf3\n')
    expect(
      (await get({ ...mac('52:54:00:00:11:11'), 'X-Arista-ModelName': 'DCS-7050S-64' })).body,
    ).toBe('model template for leaf1\n')
    expect(
      (await get({ ...mac('52:54:00:00:11:11'), 'X-Arista-ModelName': '../broken' })).body,
    ).toContain('site lab')
  })
})

describe('a request that names nobody well', () => {
  test.each([
    ['no header at all', {}],
    ['an empty one', { 'X-Arista-SystemMAC': '' }],
    ['a MAC that is none', mac('zz:zz')],
    [
      'a MAC that is none beside a good serial number',
      { ...mac('52:54'), 'X-Arista-Serial': 'SER2' },
    ],
    ['two different MACs', { 'X-Arista-SystemMAC': ['52:54:00:00:11:11', '52:54:00:00:22:22'] }],
    [
      'two serial numbers that differ',
      { 'X-Arista-Serial': 'SER2', 'X-Arista-SerialNumber': 'SER3' },
    ],
    ['a MAC of 10 kB', mac('52'.repeat(5_000))],
    [
      'a character beyond ASCII in a header',
      { ...mac('52:54:00:00:11:11'), 'X-Arista-ModelName': 'a\u00fc' },
    ],
    [
      'a TPM version without end',
      { ...mac('52:54:00:00:11:11'), 'X-Arista-TpmFwVersion': 'x'.repeat(500) },
    ],
  ])('is answered 400 with the curl line to use: %s', async (_what, headers) => {
    const answer = await get(headers as Record<string, string>)
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.body).toContain(
      `curl -H 'X-Arista-SystemMAC: 52:54:00:00:11:11' http://127.0.0.1:${server.port}/dynconfig`,
    )
    expect(answer.body.split('\n')).toHaveLength(2)
  })

  test('is served when it repeats the same MAC in two notations', async () => {
    const answer = await get({ 'X-Arista-SystemMAC': ['52:54:00:00:11:11', '5254.0000.1111'] })
    expect(answer.status).toBe(200)
  })

  test('nothing of it comes back', async () => {
    const evil = 'c0ffee-marker'
    for (const headers of [
      mac(evil),
      { ...mac('52:54:00:00:11:99'), 'X-Arista-ModelName': evil },
    ]) {
      const answer = await get(headers, { host: `${evil}.example` })
      expect(JSON.stringify(answer)).not.toContain(evil)
    }
  })

  test('16 kB of headers are refused by the listener, and the next one is served', async () => {
    expect((await get({ 'X-Filler': 'x'.repeat(16_384) })).status).toBe(431)
    expect((await get(mac('52:54:00:00:11:11'))).status).toBe(200)
  })
})

test('a switch that the inventory does not know is answered 404 in a plain line', async () => {
  const answer = await get(eosHeaders('52:54:00:ff:ff:ff'))
  expect(answer).toMatchObject({ status: 404, body: 'This switch is not in the inventory.\n' })
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
})

describe('a switch whose configuration cannot be made', () => {
  test.each([
    ['an undefined variable', '52:54:00:00:44:44', 'template-undefined', '"vlan_nme" is undefined'],
    ['an unknown group', '52:54:00:00:55:55', 'group-unknown', '"nowhere" is not defined'],
    ['nothing but white space', '52:54:00:00:77:77', 'config-empty', 'nothing but white space'],
    [
      'half of a character',
      '52:54:00:00:cc:cc',
      'template-failed',
      'line 2 of the result holds half',
    ],
    ['a value from a pool', '52:54:00:00:88:88', 'allocation-nowhere', "allocate('mgmt')"],
    ['a Jinja2 template within a Nunjucks one', '52:54:00:00:99:99', 'template-dialect', 'Jinja2'],
    ['a template that is not there', '52:54:00:00:aa:aa', 'template-missing', '"nowhere.njk"'],
  ])(
    'is answered 503, the reason on the operator side only: %s',
    async (_what, systemMac, code, reason) => {
      const answer = await get(eosHeaders(systemMac))
      expect(answer.status).toBe(503)
      expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' })
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(answer.body).not.toContain(reason)
      expect(answer.body.split('\n')).toHaveLength(2)
      const ready = JSON.parse((await ask(server.operatorPort, '/readyz')).body) as {
        problems: { code: string; message: string; switch: string | null }[]
      }
      const found = ready.problems.find((problem) => problem.code === code)
      expect(found?.message).toContain(reason)
      await server.waitFor(new RegExp(`"code":"${code}"`))
    },
  )

  test('the fault names template, line, column, variable and switch', async () => {
    await get(eosHeaders('52:54:00:00:44:44'))
    const { body } = await ask(server.operatorPort, '/readyz')
    const { problems } = JSON.parse(body) as { problems: Record<string, unknown>[] }
    expect(problems.find((problem) => problem['code'] === 'template-undefined')).toEqual({
      code: 'template-undefined',
      severity: 'error',
      file: 'templates/broken.njk',
      line: 1,
      column: 6,
      key: 'vlan_nme',
      switch: 'broken',
      message: '"vlan_nme" is undefined',
      fix: expect.stringContaining('default'),
    })
  })
})

describe('HTTP', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s is answered 405 with Allow',
    async (method) => {
      const answer = await get(mac('52:54:00:00:11:11'), { method })
      expect(answer.status).toBe(405)
      expect(answer.headers['allow']).toBe('GET, HEAD')
    },
  )

  test('other paths are 404, a query string changes nothing, and nothing of the operator side is here', async () => {
    for (const path of [
      '/',
      '/dynconfig/',
      '/readyz',
      '/metrics',
      '/..%2fswinfo.json',
      '//dynconfig',
    ]) {
      expect((await ask(server.port, path, mac('52:54:00:00:11:11'))).status, path).toBe(404)
    }
    expect((await ask(server.port, '/dynconfig?x=1', mac('52:54:00:00:11:11'))).status).toBe(200)
    expect((await ask(server.port, '/healthz')).status).toBe(200)
  })

  test('refusals of the listener have a length too', async () => {
    const expectation = await get({ ...mac('52:54:00:00:11:11'), Expect: 'foo' })
    expect(expectation.status).toBe(417)
    const absolute = await ask(
      server.port,
      `http://elsewhere:1/dynconfig`,
      mac('52:54:00:00:11:11'),
    )
    expect(absolute.status).toBe(200)
    const star = await ask(server.port, '*', {}, { method: 'OPTIONS' })
    const hostless = await get(mac('52:54:00:00:11:11'), { host: '' })
    expect(hostless.status).toBe(200)
    for (const answer of [expectation, absolute, star, hostless]) {
      expect(answer.headers).not.toHaveProperty('transfer-encoding')
      expect(answer.headers).toHaveProperty('content-length')
    }
  })

  test('several requests come one after the other through one connection', async () => {
    const answers = await new Promise<Buffer>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1')
      const chunks: Buffer[] = []
      const one = (connection: string) =>
        `GET /dynconfig HTTP/1.1\r\nHost: h\r\nX-Arista-SystemMAC: 525400001111\r\nConnection: ${connection}\r\n\r\n`
      socket.write(one('keep-alive') + one('keep-alive') + one('close'))
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', reject)
      socket.on('end', () => resolve(Buffer.concat(chunks)))
    })
    const texts = answers.toString('utf8').split(/(?=HTTP\/1\.1 )/)
    expect(texts).toHaveLength(3)
    for (const text of texts)
      expect(parseAnswer(Buffer.from(text)).body).toBe('hostname leaf1\nsite lab ü\n')
    expect(texts[0]).toMatch(/connection: keep-alive/i)
    expect(texts[2]).toMatch(/connection: close/i)
  })

  test('a request cut short, and garbage, disturb nobody', async () => {
    const garbage = await askRaw(server.port, Buffer.from('\u0016\u0003\u0001garbage\r\n\r\n'))
    expect(garbage.status).toBe(400)
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write('GET /dynconfig HTTP/1.1\r\nX-Ari'),
    )
    expect((await get(mac('52:54:00:00:11:11'))).status).toBe(200)
    socket.destroy()
  })
})

describe('the tokens of an answer', () => {
  test('ETag changes with this answer only, the revision with any edit, and both come back with the bytes', async () => {
    const before = await get(mac('52:54:00:00:11:11'))
    writeIn(folder.path, 'templates/unused.njk', 'nobody uses this\n')
    await eventually(async () => {
      const after = await get(mac('52:54:00:00:11:11'))
      expect(after.headers['x-ztpush-revision']).not.toBe(before.headers['x-ztpush-revision'])
      expect(after.headers['etag']).toBe(before.headers['etag'])
    })
    const second = await startServer(folder.path)
    const [one, other] = await Promise.all([
      get(mac('52:54:00:00:11:11')),
      ask(second.port, '/dynconfig', mac('52:54:00:00:11:11')),
    ])
    await second.stop()
    expect(other.headers['x-ztpush-revision']).toBe(one.headers['x-ztpush-revision'])
  })
})
