/** A site whose switches send mail, to hosts that keep what they are given. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type Certificate, makeCertificate } from './certificate.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { type Delivery, type MailHost, type MailHostOptions, startMailHost } from './mail-host.ts'
import { parseMail } from './mail-message.ts'
import { configured, expectFailure, expectSuccess, Provisioning, type Run } from './provisioned.ts'
import { makeFiles } from './root-files.ts'

/** Two Pythons, the oldest and the newest; only one where there is only one. */
export const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]
export const sender = 'ztp@example.com'
export const receivers = ['noc@example.com', 'rack-team@example.com', 'ops@example.net']

/** The site of the `describe` that it is called in. */
export function mailSite() {
  let site: Provisioning
  let certificate: Certificate
  const hosts: MailHost[] = []

  beforeAll(async () => {
    site = await Provisioning.start()
    certificate = makeCertificate()
  })
  afterEach(async () => {
    await site.removeSwitches()
    for (const host of hosts.splice(0)) host.close()
  })
  afterAll(() => site.stop())

  const start = async (options: MailHostOptions = {}) => {
    const host = await startMailHost({ certificate, ...options })
    hosts.push(host)
    return host
  }
  /** Has a switch send a mail by a host. */
  const send = (host: MailHost, attributes: object = {}, more: Partial<Run> = {}) =>
    site.run({
      actions: [
        {
          action: 'send_email',
          attributes: { smarthost: host.address, sender, receivers, ...attributes },
        },
      ],
      ...more,
    })
  /** Sends one that arrives, and reads it. */
  const received = async (attributes: object = {}, more: Partial<Run> = {}) => {
    const host = await start()
    expectSuccess(await send(host, attributes, more), configured)
    expect(host.deliveries).toHaveLength(1)
    return read(host.deliveries[0])
  }
  /** Sends none, and gives why. */
  const refused = async (host: MailHost, attributes: object, text: string | RegExp, more = {}) => {
    const run = await send(host, attributes, more)
    expectFailure(run, 'send_email', text)
    expect(host.deliveries).toEqual([])
    return run
  }

  /** What a switch needs that is to take the certificate of the hosts for valid. */
  const trust = (): Pick<Run, 'prepare' | 'env'> => ({
    prepare: (eos) => makeFiles(eos.path('/tmp'), { 'ca.pem': certificate.cert }),
    env: { SSL_CERT_FILE: '/tmp/ca.pem' },
  })
  return { start, send, received, refused, trust }
}

/** Reads a mail, and sees that it is within the bounds of SMTP. */
export function read(delivery: Delivery | undefined): ReturnType<typeof parseMail> {
  const message = delivery?.message ?? ''
  for (const line of message.split('\n')) expect(line.length).toBeLessThanOrEqual(998)
  expect(message).not.toMatch(/\r/)
  return parseMail(message)
}
