import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { fakeEosImpossible } from './fake-eos.ts'
import { mailSite, pythons, read, receivers, sender } from './mail-site.ts'
import { configured, expectSuccess } from './provisioned.ts'
import { makeFiles } from './root-files.ts'

const allBytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256))

describe.skipIf(fakeEosImpossible() !== undefined)('send_email', () => {
  const { start, send, received, refused } = mailSite()

  test.each(pythons)(
    'sends to several receivers, each told to the mail server by itself (Python $minor)',
    async (python) => {
      const host = await start()
      expectSuccess(await send(host, {}, { python }), configured)
      expect(host.deliveries).toEqual([
        { sender, receivers, message: expect.any(String), isEncrypted: false, user: undefined },
      ])
      expect(host.commands.filter((line) => /^rcpt/i.test(line))).toHaveLength(3)
      const { headers, parts } = read(host.deliveries[0])
      expect(headers).toMatchObject({
        from: sender,
        to: receivers.join(', '),
        subject: 'ZTP Bootstrap',
        date: expect.stringMatching(
          /^[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [-+]\d{4}$/,
        ),
        'mime-version': '1.0',
      })
      expect(parts).toEqual([
        {
          type: 'text/plain',
          charset: 'us-ascii',
          fileName: undefined,
          bytes: Buffer.from('empty-body'),
        },
      ])
    },
  )

  test.each(pythons)(
    'attaches files and the output of commands, unchanged, before the text (Python $minor)',
    async (python) => {
      const output = 'Clock:\n\n.starts with a dot\n  grün  \n'
      const plain = 'From here\n.\n..\r\n\x00 \t\n'
      const long = `${'x'.repeat(5000)}\ny`
      const { parts } = await received(
        {
          body: 'See what is attached.\n',
          attachments: ['/mnt/flash/startup-config', '/tmp/all bytes.bin', '/tmp/grün.txt'],
          commands: [
            'show clock',
            'show long',
            'show nothing',
            'show file a/b',
            'show clock | grep gr',
          ],
        },
        {
          python,
          eos: {
            answers: {
              'show clock': output,
              'show long': long,
              'show nothing': '',
              'show file a/b': plain,
            },
          },
          prepare: (eos) =>
            makeFiles(eos.path('/tmp'), { 'all bytes.bin': allBytes, 'grün.txt': '' }),
        },
      )
      const bytesOf = Object.fromEntries(
        parts.map(({ fileName, bytes }) => [fileName ?? 'text', bytes.toString('latin1')]),
      )
      const utf8 = (text: string) => Buffer.from(text).toString('latin1')
      expect(Object.entries(bytesOf)).toEqual([
        ['startup-config', 'hostname leaf1'],
        ['all bytes.bin', allBytes.toString('latin1')],
        ['grün.txt', ''],
        ['show_clock', utf8(output)],
        ['show_long', long],
        ['show_nothing', ''],
        ['show_file_a-b', plain],
        ['show_clock_-_grep_gr', utf8('  grün  \n')],
        ['text', 'See what is attached.\n'],
      ])
    },
  )

  test.each([
    ['as a text with commas', { receivers: receivers.join(', ') }],
    ['as texts with commas', { receivers: [receivers.slice(0, 2).join(','), receivers[2]] }],
    ['with blanks around them', { receivers: receivers.map((each) => ` ${each}\n`) }],
    ['with names', { receivers: receivers.map((each, at) => `"Team, ${at}" <${each}>`) }],
  ])('takes receivers %s', async (_what, attributes) => {
    const host = await start()
    expectSuccess(await send(host, attributes), configured)
    expect(host.deliveries.map((each) => each.receivers)).toEqual([receivers])
  })

  test.each([
    ['a name and an address', 'ZTP <ztp@example.com>', 'ZTP <ztp@example.com>'],
    ['a name that is not ASCII', 'Grün <ztp@example.com>', 'Grün <ztp@example.com>'],
  ])('takes %s as sender', async (_what, from, shown) => {
    const host = await start()
    expectSuccess(await send(host, { sender: from }), configured)
    expect(host.deliveries[0]?.sender).toBe(sender)
    expect(read(host.deliveries[0]).headers['from']).toBe(shown)
  })

  test('writes a header that stays legible and within bounds for a hundred receivers', async () => {
    const many = Array.from({ length: 100 }, (_, at) => `somebody.with.a.name-${at}@example.com`)
    const host = await start()
    expectSuccess(await send(host, { receivers: many }), configured)
    expect(host.deliveries[0]?.receivers).toEqual(many)
    expect(read(host.deliveries[0]).headers['to']).toBe(many.join(', '))
  })

  test.each([
    ['ASCII', 'leaf1 is up', 'leaf1 is up'],
    ['not ASCII', 'Köln: läuft – 日本', 'Köln: läuft – 日本'],
    ['of two lines, which would be a header', 'up\nBcc: x@y.example', 'up Bcc: x@y.example'],
    ['a number', 42, '42'],
    ['null', null, 'ZTP Bootstrap'],
  ])('sends a subject that is %s', async (_what, subject, expected) => {
    for (const python of pythons) {
      const { headers } = await received({ subject }, { python })
      expect(headers['subject']).toBe(expected)
      expect(headers).not.toHaveProperty('bcc')
    }
  })

  test.each([
    ['null', null, 'empty-body'],
    ['of lines with dots', '.\n..\n.x\n', '.\n..\n.x\n'],
    ['with blanks around it', '\n  a  \n\n', '\n  a  \n\n'],
    ['not ASCII', 'läuft – 日本\n', 'läuft – 日本\n'],
    ['of lines that begin with From', 'From: a\nFrom here\n', 'From: a\nFrom here\n'],
    ['with characters that mail lines cannot have', 'a\r\nb\rc\0', 'a\r\nb\rc\0'],
    ['of a long line', 'x'.repeat(2000), 'x'.repeat(2000)],
    ['like a boundary', '--===============\n\nSubject: x', '--===============\n\nSubject: x'],
  ])('sends a body that is %s', async (_what, body, expected) => {
    for (const python of pythons) {
      const { parts } = await received({ body }, { python })
      expect(parts.map(({ bytes }) => bytes.toString('utf8'))).toEqual([expected])
    }
  })

  test('goes to the others when some receivers are refused, and the log says who', async () => {
    for (const python of pythons) {
      const host = await start({ answers: { 'rcpt to:<rack': '550 5.1.1 nobody here' } })
      const run = await send(host, {}, { python })
      expectSuccess(run, configured)
      expect(host.deliveries.map((each) => each.receivers)).toEqual([
        ['noc@example.com', 'ops@example.net'],
      ])
      expect(run.log.filter((line) => line.includes(' refused: '))).toEqual([
        expect.stringMatching(
          /^ERROR: send_email: rack-team@example\.com refused: \(550, .*nobody here/,
        ),
      ])
    }
  })

  test.each([
    ['all receivers', { rcpt: '550 5.1.1 nobody here' }, /550.*nobody here/],
    ['the sender', { mail: '553 5.1.8 not you' }, /553.*not you/],
    ['the mail', { data: '554 5.7.1 not this' }, /554.*not this/],
  ])('fails with what the mail server says when it refuses %s', async (_what, answers, text) => {
    await refused(await start({ answers }), {}, text)
  })

  test.each(pythons)(
    'fails when a file is not there or a command fails (Python $minor)',
    async (python) => {
      const host = await start()
      const noFile = { attachments: ['/mnt/flash/boot-config', '/mnt/flash/none'] }
      const attach =
        /^Unable to attach \/mnt\/flash\/none of attribute\('attachments'\): .*No such file/
      await refused(host, noFile, attach, { python })
      await refused(
        host,
        { commands: ['show version', 'show coffee'] },
        "Running 'show coffee' of attribute('commands') failed: CLI command 2 of 2 'show coffee' failed: invalid command (1002)",
        { python },
      )
      expect(host.commands).toEqual([])
    },
  )

  test('says what is not ASCII as it is', async () => {
    for (const python of pythons) {
      const text = /^Unable to attach \/tmp\/grün of attribute\('attachments'\): .*No such file/
      await refused(await start(), { attachments: ['/tmp/grün'] }, text, { python })
    }
  })

  test.each([
    [undefined, 25],
    ['starttls', 587],
    ['implicit', 465],
  ])('with tls: %s goes to port %i when there is none in smarthost', async (tls, port) => {
    // no name that anybody could have: no server is asked for it
    const text = new RegExp(`^Unable to connect to mail server no\\.\\.name port ${port}: `)
    await refused(await start(), { smarthost: 'no..name', tls }, text)
  })

  test('fails when nobody listens there', async () => {
    const host = await start()
    host.close()
    const port = host.address.split(':')[1]
    const text = new RegExp(
      `^Unable to connect to mail server 127\\.0\\.0\\.1 port ${port}: .*refused`,
    )
    await refused(host, {}, text)
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  )
  test.skipIf(!hasIpv6)('takes an IPv6 address as smarthost', async () => {
    const host = await start({ host: '::1' })
    expect(host.address).toMatch(/^\[::1\]:\d+$/)
    expectSuccess(await send(host), configured)
    expect(host.deliveries).toHaveLength(1)
  })

  test('takes a host name as smarthost', async () => {
    const host = await start()
    const smarthost = host.address.replace('127.0.0.1', 'localhost')
    expectSuccess(await send(host, { smarthost }), configured)
    expect(host.deliveries).toHaveLength(1)
  })

  test.each([
    ['smarthost', 'mail.example:smtp', 'HOST or HOST:PORT'],
    ['smarthost', 'mail.example:65536', 'HOST or HOST:PORT'],
    ['smarthost', 'two words', 'HOST or HOST:PORT'],
    ['sender', 'ztp at example', 'addresses such as noc@example.com'],
    ['receivers', 'noc@exämple.com', 'addresses such as noc@example.com'],
    ['receivers', 'noc@example.com ops@example.com', 'addresses such as noc@example.com'],
    ['receivers', 'ZTP <>', 'addresses such as noc@example.com'],
    ['tls', 'ssl', "'starttls' or 'implicit'"],
    ['tls_verify', 'maybe', 'true or false'],
  ])('takes no %s: %s', async (name, value, expected) => {
    const text = `Invalid attribute('${name}'): found ${value}, expected ${expected}`
    await refused(await start(), { [name]: value }, text)
  })

  test.each([
    ['receivers', [7]],
    ['attachments', ['/mnt/flash/boot-config', null]],
    ['commands', [['show version']]],
  ])('takes no %s that are not texts', async (name, value) => {
    const text = new RegExp(
      `^Invalid attribute\\('${name}'\\): found .*, expected a list of texts$`,
    )
    await refused(await start(), { [name]: value }, text)
  })
})
