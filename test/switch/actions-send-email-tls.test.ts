/** send_email by TLS, and with a login. */
import { describe, expect, test } from 'vitest'
import { fakeEosImpossible } from './fake-eos.ts'
import { mailSite, pythons, receivers, sender } from './mail-site.ts'
import { configured, expectSuccess } from './provisioned.ts'

describe.skipIf(fakeEosImpossible() !== undefined)('send_email', () => {
  const { start, send, refused, trust } = mailSite()

  describe('by TLS', () => {
    test.each(
      pythons.flatMap((python) =>
        (['starttls', 'implicit'] as const).map((tls) => ({ python, tls, minor: python.minor })),
      ),
    )(
      'sends with tls: $tls and checks the certificate (Python $minor)',
      async ({ python, tls }) => {
        const host = await start({ tls })
        // Python 2.7 finds no addresses in certificates
        const smarthost = host.address.replace('127.0.0.1', 'localhost')
        expectSuccess(await send(host, { tls, smarthost }, { python, ...trust() }), configured)
        expect(host.deliveries).toEqual([
          expect.objectContaining({ sender, receivers, isEncrypted: true }),
        ])
        const inTheClear = host.commands.filter((line) => !line.startsWith('TLS '))
        expect(inTheClear.map((line) => line.split(' ')[0]?.toUpperCase())).toEqual(
          tls === 'starttls' ? ['EHLO', 'STARTTLS'] : [],
        )
        await refused(
          await start({ tls }),
          { tls },
          /^Unable to connect to mail server 127\.0\.0\.1 port \d+: .*CERTIFICATE_VERIFY_FAILED/,
          { python },
        )
      },
    )

    test.each([
      ['STARTTLS', 'starttls'],
      [true, 'starttls'],
      [' Implicit ', 'implicit'],
    ] as const)('takes tls: %s, and any certificate with tls_verify: false', async (tls, kind) => {
      const host = await start({ tls: kind })
      const run = await send(host, { tls, tls_verify: false })
      expectSuccess(run, configured)
      expect(host.deliveries.map(({ isEncrypted }) => isEncrypted)).toEqual([true])
    })

    test('checks that the certificate is for the name of the mail server', async () => {
      const host = await start({ tls: 'implicit', host: '127.0.0.2' })
      const text = /^Unable to connect to mail server 127\.0\.0\.2 port \d+: .*127\.0\.0\.2/
      await refused(host, { tls: 'implicit' }, text, trust())
    })

    test('sends nothing, no password either, to a server that does not go over to it', async () => {
      const host = await start({ users: { ztp: 'secret' } })
      const attributes = { tls: 'starttls', username: 'ztp', password: 'secret' }
      await refused(host, attributes, /503/)
      expect(host.commands.filter((line) => /^(auth|mail)/i.test(line))).toEqual([])
    })
  })

  describe('with a login', () => {
    const users = { 'ztp@example.com': 's3cret with $ and "' }
    const login = { username: 'ztp@example.com', password: users['ztp@example.com'] }

    test.each(
      pythons.flatMap((python) =>
        ['PLAIN', 'LOGIN', 'CRAM-MD5', 'PLAIN LOGIN CRAM-MD5'].map((mechanisms) => ({
          python,
          mechanisms,
          minor: python.minor,
        })),
      ),
    )('sends by $mechanisms (Python $minor)', async ({ python, mechanisms }) => {
      const host = await start({ users, mechanisms })
      expectSuccess(await send(host, login, { python }), configured)
      expect(host.deliveries.map(({ user }) => user)).toEqual([login.username])
    })

    test.each(pythons)('says its name behind TLS only (Python $minor)', async (python) => {
      const host = await start({ users, tls: 'starttls' })
      const run = await send(host, { ...login, tls: 'starttls', tls_verify: 'no' }, { python })
      expectSuccess(run, configured)
      const [delivery] = host.deliveries
      expect([delivery?.isEncrypted, delivery?.user]).toEqual([true, login.username])
      expect(host.commands.filter((line) => /^auth/i.test(line))).toEqual([])
    })

    test('fails when the password is wrong, and does not show it', async () => {
      const run = await refused(await start({ users }), { ...login, password: 'hunter2' }, /535/)
      expect(run.log.slice(-30).filter((line) => /^ERROR.*hunter2/.test(line))).toEqual([])
    })

    test.each([
      ['there is no password', { username: 'ztp' }, "Missing attribute('password')"],
      [
        'the password is not ASCII',
        { username: 'ztp', password: 'grün' },
        "Invalid attribute('password'): expected ASCII characters only",
      ],
    ])('fails when %s', async (_what, attributes, text) => {
      const host = await start({ users })
      await refused(host, attributes, text)
      expect(host.commands).toEqual([])
    })

    test('fails when the server knows no login', async () => {
      await refused(await start(), login, /AUTH/)
    })
  })
})
