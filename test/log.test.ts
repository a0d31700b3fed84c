import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLog, type LogOptions, parsePythonFormat } from '../src/log.ts'

const noon = new Date(2026, 10, 21, 5, 13, 48, 7).getTime()

/** What one log writes. */
function written(
  format: LogOptions['format'],
  use: (log: ReturnType<typeof createLog>) => void,
  debug = false,
): string {
  let text = ''
  const log = createLog({
    format,
    debug,
    colour: false,
    write: (lines) => {
      text += Buffer.from(lines).toString()
    },
    now: () => noon,
  })
  use(log)
  log.flush()
  return text
}

const python = (format: string) => parsePythonFormat(format)

describe("a log in a format of Python's", () => {
  test("ZTPServer's own format", () => {
    const format = python('%(asctime)s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s')
    expect(written(format, (log) => log.info('node posted', { node: 'N1', port: 80 }))).toBe(
      '2026-11-21 05:13:48,007:INFO:[ztps:0] node posted node=N1 port=80\n',
    )
  })

  test("levels have Python's names, and debug is off unless it is wanted", () => {
    const all = (log: ReturnType<typeof createLog>) => {
      log.debug('d')
      log.info('i')
      log.warn('w')
      log.error('e')
    }
    const format = python('%(levelname)s %(levelno)d %(message)s')
    const rest = 'INFO 20 i\nWARNING 30 w\nERROR 40 e\n'
    expect(written(format, all)).toBe(rest)
    expect(written(format, all, true)).toBe(`DEBUG 10 d\n${rest}`)
  })

  // each as Python 3.11 writes it
  test.each([
    ['%(levelname)-8s|', 'INFO    |'],
    ['%(levelname)8s|', '    INFO|'],
    ['%(levelname).2s|', 'IN|'],
    ['%(asctime)-25s|', '2026-11-21 05:13:48,007  |'],
    ['%(asctime)s.%(msecs)03d', '2026-11-21 05:13:48,007.007'],
    ['%(lineno)d %(lineno)5d %(lineno)-3d|', '0     0 0  |'],
    ['%(lineno)05d', '00000'],
    ['%(process)d', String(process.pid)],
    ['%(name)s %(module)s %(filename)s', 'ztpserver ztps ztps'],
    ['100%% %(message)s', '100% said'],
    ['no field at all', 'no field at all'],
  ])('%j', (format, line) => {
    expect(python(format).unknown).toEqual([])
    expect(written(python(format), (log) => log.info('said'))).toBe(`${line}\n`)
  })

  test.each([
    ['%(nothing)s %(message)s', ['%(nothing)s'], '%(nothing)s said'],
    ['%(levelname)d', ['%(levelname)d'], '%(levelname)d'],
    ['%(constructor)s', ['%(constructor)s'], '%(constructor)s'],
    ['%(message)', ['%(message)'], '%(message)'],
    ['50% off', ['%'], '50% off'],
    ['%(message)q %', ['%(message)q', '%'], '%(message)q %'],
  ])('what is no field is told and left as it is written: %j', (format, unknown, line) => {
    expect(python(format).unknown).toEqual(unknown)
    expect(written(python(format), (log) => log.info('said'))).toBe(`${line}\n`)
  })

  test('one event is one line', () => {
    const format = python('%(message)s')
    const text = written(format, (log) => log.warn('a\nb\u001b[2J', { reason: 'c\r\nd' }))
    expect(text).toBe('a\\nb\\u001b[2J reason="c\\\\r\\\\nd"\n')
  })

  test('lines that share a part are whole lines', () => {
    const format = python('%(levelname)s %(message)s')
    const text = written(format, (log) => {
      const served = log.prepare('info', 'served', { route: '/dynconfig' })
      const leaf = served.facts({ switch: 'leaf1' })
      served.write(leaf, 1)
      served.write(served.facts({ switch: 'leaf2' }), 2)
      served.write(leaf, 0.05)
    })
    expect(text).toBe(`INFO served switch=leaf1 ms=1 route=/dynconfig
INFO served switch=leaf2 ms=2 route=/dynconfig
INFO served switch=leaf1 ms=0.05 route=/dynconfig
`)
  })
})

describe('the other formats', () => {
  test('json is one object a line', () => {
    const text = written('json', (log) => log.warn('say "x"', { n: 1, none: undefined }))
    expect(JSON.parse(text)).toEqual({
      time: new Date(noon).toISOString(),
      level: 'warn',
      message: 'say "x"',
      n: 1,
    })
  })

  test('what lines share is in each of them', () => {
    const lines = (format: 'json' | 'pretty') =>
      written(format, (log) => {
        const served = log.prepare('info', 'served', { status: 200 })
        const leaf = served.facts({ switch: 'leaf "1"' })
        served.write(leaf, 1)
        served.write(leaf, 0.05)
      }).split('\n')
    const time = new Date(noon).toISOString()
    const shared = { time, level: 'info', message: 'served', status: 200, switch: 'leaf "1"' }
    expect(
      lines('json')
        .slice(0, 2)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { ...shared, ms: 1 },
      { ...shared, ms: 0.05 },
    ])
    expect(lines('pretty')[1]).toBe(
      `${time.slice(11, 19)} info  served  switch="leaf \\"1\\""  ms=0.05  status=200`,
    )
  })

  test('pretty is for people', () => {
    const time = new Date(noon).toISOString().slice(11, 19)
    expect(written('pretty', (log) => log.info('served', { switch: 'leaf 1' }))).toBe(
      `${time} info  served  switch="leaf 1"\n`,
    )
  })
})

const anyFact = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'leaf "1"', 'a\nb', '\u001b[31m', 'blatt-ü', '😀', '\ud800'),
  fc.integer(),
  fc.boolean(),
  fc.constant(undefined),
)
const facts = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), anyFact)

test('a line whose parts are made beforehand is the one that is made in one go', () => {
  const formats = [
    'json',
    'pretty',
    python('%(levelname)s %(message)-30s|'),
    python('%(message).9s'),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...(formats as LogOptions['format'][])),
      fc.string({ unit: 'binary' }),
      fc.record({ shared: facts('route', 'status', 'revision'), own: facts('switch', 'from') }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      (format, message, { shared, own }, ms) => {
        const inParts = written(format, (log) => {
          const line = log.prepare('info', message, shared)
          const made = line.facts(own)
          line.write(made, ms)
          line.write(made, ms)
        })
        // for people what is of one switch comes first
        const fields = format === 'json' ? { ...shared, ...own, ms } : { ...own, ms, ...shared }
        const atOnce = written(format, (log) => log.info(message, fields))
        expect(inParts).toBe(`${atOnce}${atOnce}`)
      },
    ),
    { numRuns: 500 },
  )
})
