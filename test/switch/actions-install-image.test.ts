import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { before, configured, expectFailure, expectSuccess, Provisioning } from './provisioned.ts'

const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]
const bytes = Buffer.alloc(300_000, 'image \xff\x00')
const image = bytes.toString('latin1')
const files = { 'EOS.swi': bytes }
const sameVersion = 'install_image: nothing to do: already running the configured version'
const noDowngrade = 'install_image: nothing to do: downgrade disabled'

const install = (attributes: object) => ({
  action: 'install_image',
  attributes: { url: 'files/EOS.swi', ...attributes },
})

/** On flash when an image of this name is installed. */
const installed = (name: string) => ({
  ...configured,
  [name]: image,
  'boot-config': `SWI=flash:/${name}\n`,
})

describe.skipIf(fakeEosImpossible() !== undefined)('install_image', () => {
  let site: Provisioning

  beforeAll(async () => {
    site = await Provisioning.start()
  })
  afterEach(() => site.removeSwitches())
  afterAll(() => site.stop())

  test.each(pythons)(
    'puts the image on flash and has EOS install it (Python $minor)',
    async (python) => {
      const run = await site.run({
        actions: [install({ version: '4.32.5.1M' })],
        files,
        python,
      })
      expectSuccess(run, installed('EOS-4.32.5.1M.swi'))
      const calls = run.eos.eapiCalls.map(({ commands }) => commands)
      expect(calls).toContainEqual(['enable', 'install source flash:EOS-4.32.5.1M.swi'])
    },
  )

  test.each([
    ['4.32.5.1M', '4.32.5.1M'],
    ['4.32.5.1M', 'EOS-4.32.5.1M'],
    ['4.32.5.1M', 'EOS64-4.32.5.1M.swi'],
    ['4.32.5.1M', 'EOS-4.32.5.1m.SWI'],
    ['4.32.5.1M', 'vEOS-lab-4.32.5.1M'],
    ['4.32.5.1M', ' 4.32.5.1M '],
    ['EOS-4.32.5.1M', '4.32.5.1M'],
    ['4.31.2', '4.31.2'],
    ['4.29.1F-lab', 'EOS-4.29.1F-lab.swi'],
  ])('downloads nothing on a switch that runs %j when %j is wanted', async (version, wanted) => {
    const run = await site.run({ actions: [install({ version: wanted })], files, eos: { version } })
    expectSuccess(run, configured)
    expect(run.log).toContain(sameVersion)
    expect(run.log.filter((line) => line.includes('EOS.swi') && /^GET/.test(line))).toEqual([])
  })

  test.each([
    ['4.28.3M', '4.32.5.1M', 'EOS-4.32.5.1M.swi'],
    ['4.28.3M', 'EOS-4.32.5.1M', 'EOS-4.32.5.1M.swi'],
    ['4.28.3M', 'EOS64-4.32.5.1M.swi', 'EOS-4.32.5.1M.swi'],
    ['4.32.5M', '4.32.5.1M', 'EOS-4.32.5.1M.swi'],
    ['4.32.5.1M', '4.32.5M', 'EOS-4.32.5M.swi'],
    ['4.28.3M', 'of-the-lab', 'EOS-of-the-lab.swi'],
    ['4.29.1F', '4.29.1F-lab', 'EOS-4.29.1F-lab.swi'],
  ])('on a switch that runs %j installs %j as %s', async (version, wanted, name) => {
    const run = await site.run({ actions: [install({ version: wanted })], files, eos: { version } })
    expectSuccess(run, installed(name))
  })

  /** The version that runs, and an older one. */
  const older = [
    ['4.28.3M', '4.28.2F'],
    ['4.10.1F', '4.9.12F'],
    ['4.32.5.1M', '4.32.5M'],
    ['4.32.10M', '4.32.9.1M'],
    ['4.20.1M', '4.20.1F'],
    ['EOS-4.32.5.1M', 'EOS64-4.31.2.swi'],
    ['4.31.2', '4.31.1'],
  ] as const
  test.each(older)('leaves %s in place of %s with downgrade: false', async (version, wanted) => {
    const attributes = { version: wanted, downgrade: false }
    const run = await site.run({ actions: [install(attributes)], files, eos: { version } })
    expectSuccess(run, configured)
    expect(run.log).toContain(noDowngrade)
    expect(run.log).not.toContain('GET SERVER/files/EOS.swi')
  })
  test.each(older)('installs over %s the later of it and %s', async (wanted, version) => {
    const attributes = { version: wanted, downgrade: false }
    const run = await site.run({ actions: [install(attributes)], files, eos: { version } })
    expectSuccess(run, installed(`EOS-${wanted.replace('EOS-', '')}.swi`))
  })

  test.each([
    ['not set', undefined, true],
    ['null', null, true],
    ['"True"', 'True', true],
    ['yes', 'yes', true],
    ['1', 1, true],
    ['"false"', 'false', false],
    ['"No"', 'No', false],
    ['0', 0, false],
  ])(
    'with downgrade %s: an older version is installed, or not',
    async (_what, downgrade, isWanted) => {
      const run = await site.run({ actions: [install({ version: '4.27.0F', downgrade })], files })
      expectSuccess(run, isWanted ? installed('EOS-4.27.0F.swi') : configured)
      expect(run.log.includes(noDowngrade)).toBe(!isWanted)
    },
  )

  test.each(['downgrade', 'image_name_from_url'])('takes no %s: maybe', async (name) => {
    const run = await site.run({
      actions: [install({ version: '4.32.1F', [name]: 'maybe' })],
      files,
    })
    const text = `Invalid attribute('${name}'): found maybe, expected true or false`
    expectFailure(run, 'install_image', text)
  })

  test.each(['of-the-lab', '4', '4.32.5M.swi.old', 'F4.32.5'])(
    'cannot tell whether %s is older',
    async (version) => {
      const run = await site.run({ actions: [install({ version, downgrade: false })], files })
      const text = `invalid version ${version}, expected one such as 4.32.5.1M`
      expectFailure(run, 'install_image', text)
    },
  )

  test.each([
    ['files/EOS.swi', 'EOS.swi'],
    ['files/EOS.swi?token=a/b', 'EOS.swi'],
    ['files/pod 1/EOS%2Dlab%2E4.swi', 'EOS-lab.4.swi'],
  ])('with image_name_from_url names the image of %s %s', async (url, name) => {
    const run = await site.run({
      actions: [install({ url, version: '4.32.5.1M', image_name_from_url: true })],
      files: { ...files, 'pod 1/EOS-lab.4.swi': bytes },
    })
    expectSuccess(run, installed(name))
  })

  test.each([
    ['url', { url: 'files/a b.swi', image_name_from_url: true, version: '4.32.1F' }, 'a b.swi'],
    ['url', { url: 'files/', image_name_from_url: 'yes', version: '4.32.1F' }, ''],
    ['url', { url: 'files/a%2F..', image_name_from_url: true, version: '4.32.1F' }, 'a/..'],
    ['version', { version: '../4.32.1F' }, 'EOS-../4.32.1F.swi'],
    ['version', { version: '4.32.1F; reload' }, 'EOS-4.32.1F; reload.swi'],
  ])('fails when the name from the %s of %j cannot be one', async (name, attributes, shown) => {
    const run = await site.run({ actions: [install(attributes)], files })
    expectFailure(
      run,
      'install_image',
      `Invalid attribute('${name}'): the image would be named '${shown}', expected letters, digits and ._+=,@~%- only`,
    )
  })

  test.each(pythons)(
    'fails before the download when flash has not the space (Python $minor)',
    async (python) => {
      const run = await site.run({
        actions: [install({ version: '4.32.5.1M' })],
        files,
        eos: { flashSize: '256k' },
        python,
      })
      expectFailure(
        run,
        'install_image',
        /^Unable to retrieve image file from files\/EOS\.swi: not enough memory on flash for saving SERVER\/files\/EOS\.swi to \/mnt\/flash\/EOS-4\.32\.5\.1M\.swi \(free: \d+ bytes, required: 300000 bytes\)$/,
      )
    },
  )

  test('warns when the image fills more than 90 % of flash', async () => {
    const run = await site.run({
      actions: [install({ version: '4.32.5.1M' })],
      files,
      eos: { flashSize: '320k' },
    })
    expectSuccess(run, installed('EOS-4.32.5.1M.swi'))
    const start = 'WARNING: flash disk usage will exceed 90% after saving SERVER/files/EOS.swi'
    expect(run.log.filter((line) => line.startsWith(start))).not.toEqual([])
  })

  test.each(pythons)(
    'fails when the image is not the one that the server has hashed (Python $minor)',
    async (python) => {
      const { port } = site.server
      const altered = createServer(async (request, response) => {
        const { method = 'GET', url } = request
        const headers = { 'Content-Type': 'application/json' }
        const body = method === 'POST' ? await text(request) : null
        const answer = await fetch(`http://127.0.0.1:${port}${url}`, { method, body, headers })
        const content = Buffer.from(await answer.arrayBuffer())
        if (url === '/files/EOS.swi') content.fill('X', 150_000, 150_001)
        response.writeHead(answer.status, {
          'Content-Type': answer.headers.get('content-type') ?? '',
          ...(answer.headers.has('location') && { Location: `/nodes/ALTERED` }),
        })
        response.end(content)
      }).listen(0, '127.0.0.3')
      await once(altered, 'listening')
      const address = `http://127.0.0.3:${(altered.address() as { port: number }).port}`
      const run = await site.run({
        actions: [install({ version: '4.32.5.1M' })],
        files,
        eos: { serialNumber: 'ALTERED' },
        client: site.client.replaceAll(`http://127.0.0.1:${port}`, address),
        python,
      })
      altered.close()
      expectFailure(
        run,
        'install_image',
        /^Unable to retrieve image file from files\/EOS\.swi: sha1 of \S+\/files\/EOS\.swi does not match metadata: [0-9a-f]{40} != [0-9a-f]{40}$/,
      )
    },
  )

  test.each(pythons)(
    'that EOS refuses leaves neither the image nor its boot-config (Python $minor)',
    async (python) => {
      const command = 'install source flash:EOS-4.32.5.1M.swi'
      const run = await site.run({
        actions: [install({ version: '4.32.5.1M' })],
        files,
        eos: { answers: { [command]: { error: 'not a valid image' } } },
        python,
      })
      expectFailure(
        run,
        'install_image',
        `Running '${command}' failed: CLI command 2 of 2 '${command}' failed: could not run command (1000)`,
      )
    },
  )

  test('that is installed is taken back when the run fails later', async () => {
    const run = await site.run({
      actions: [
        install({ version: '4.32.5.1M' }),
        install({ version: '4.33.0F', url: 'files/none' }),
      ],
      files,
      eos: { flash: { 'EOS-4.32.5.1M.swi': 'of another time' } },
    })
    const flash = { ...before, 'EOS-4.32.5.1M.swi': 'of another time' }
    expectFailure(run, 'install_image', /^Unable to retrieve image file from files\/none: /, flash)
  })
})

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
