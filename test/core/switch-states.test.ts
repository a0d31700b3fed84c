import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventLines, parseEventLine } from '../../src/core/event-line.ts'
import type { RepeatedEvent } from '../../src/core/repeats.ts'
import { type SwitchEvent, switchEventKinds } from '../../src/core/switch-event.ts'
import { isStuck, type SwitchState } from '../../src/core/switch-state.ts'
import { SwitchStates } from '../../src/core/switch-states.ts'

const mac = '52:54:00:00:11:11'
const serial = 'JPE12221671'

function folded(...events: SwitchEvent[]): SwitchStates {
  const states = new SwitchStates()
  for (const event of events) states.apply(event)
  return states
}

describe('the state of a switch', () => {
  test.each<[SwitchEvent['kind'][], SwitchState['state']]>([
    [['seen'], 'seen'],
    [['config-served'], 'config-served'],
    [['config-refused'], 'failed'],
    [['config-refused', 'config-served'], 'config-served'],
    [['bootstrap-served'], 'bootstrap-served'],
    [['bootstrap-served', 'registered'], 'registered'],
    [['registered', 'definition-served', 'file-served'], 'definition-served'],
    [['definition-served', 'client-started', 'action-failed'], 'provisioning'],
    [['action-failed', 'client-failed'], 'failed'],
    [['action-succeeded', 'client-done'], 'provisioned'],
    [['client-done', 'config-backed-up'], 'config-backed-up'],
    [['client-done', 'file-refused'], 'provisioned'],
    [['client-done', 'resource-released', 'secrets-shown'], 'provisioned'],
  ])('after %j is %s', (kinds, state) => {
    const states = folded(...kinds.map((kind, at) => ({ at: at + 1, kind, mac })))
    expect(states.find([mac])?.state).toBe(state)
  })

  test('keeps when it came to each state, and since when it is in this one', () => {
    const states = folded(
      { at: 10, kind: 'bootstrap-served', mac },
      { at: 20, kind: 'registered', mac },
      { at: 30, kind: 'registered', mac },
    )
    expect(states.find([mac])).toMatchObject({
      since: 20,
      firstSeen: 10,
      lastSeen: 30,
      events: 3,
      reached: { 'bootstrap-served': 10, registered: 30 },
    })
  })

  test('keeps the reason of a failure until something succeeds', () => {
    const refused = {
      at: 1,
      kind: 'definition-refused',
      node: serial,
      problem: 'pool-exhausted',
      message: 'full',
    } as const
    const states = folded(refused)
    expect(states.find([serial])).toMatchObject({
      problem: 'pool-exhausted',
      message: 'full',
      problemAt: 1,
    })
    states.apply({ at: 2, kind: 'file-served', node: serial })
    expect(states.find([serial])?.problem).toBe('pool-exhausted')
    states.apply({ at: 3, kind: 'definition-served', node: serial })
    expect(states.find([serial])).toMatchObject({ problem: undefined, message: undefined })
  })

  test('an action that fails is told until the client ends, whatever the next ones do', () => {
    const states = folded(
      { at: 1, kind: 'action-failed', node: serial, action: 'mail', message: 'no server' },
      { at: 2, kind: 'action-succeeded', node: serial, action: 'configure' },
    )
    expect(states.find([serial])).toMatchObject({ action: 'configure', message: 'no server' })
    states.apply({ at: 3, kind: 'client-done', node: serial })
    expect(states.find([serial])?.problem).toBeUndefined()
  })

  test('is one, in whatever notation and by whichever of its ids it comes', () => {
    const states = folded(
      { at: 1, kind: 'bootstrap-served', mac },
      { at: 2, kind: 'registered', node: serial, serial: serial.toLowerCase() },
      { at: 3, kind: 'file-served', mac, serial },
      { at: 4, kind: 'seen', node: '525400001111' },
    )
    expect(states.size).toBe(1)
    for (const id of ['5254.0000.1111', serial.toLowerCase(), '52-54-00-00-11-11']) {
      expect(states.find([id])).toMatchObject({ state: 'registered', events: 4, firstSeen: 1 })
    }
  })

  test('stays its own when a request names the ids of two', () => {
    const states = folded(
      { at: 1, kind: 'config-served', mac, entry: mac },
      { at: 2, kind: 'config-refused', mac: '52:54:00:00:22:22', serial, entry: 'B' },
      { at: 3, kind: 'config-served', mac, serial, entry: mac },
    )
    expect(states.find([mac])).toMatchObject({ state: 'config-served', events: 2 })
    expect(states.find(['52:54:00:00:22:22'])).toMatchObject({ state: 'failed', events: 1 })
    expect(states.find([serial])).toBe(states.find(['52:54:00:00:22:22']))
  })

  test('stays its own when a restart finds that another has told the same serial number', () => {
    const before = folded(
      { at: 1, kind: 'seen', mac, serial },
      { at: 2, kind: 'config-refused', mac: '52:54:00:00:22:22', serial },
    )
    const after = new SwitchStates()
    for (const state of before.all()) after.restore(state)
    expect(after.find([mac])).toMatchObject({ state: 'seen', events: 1 })
    expect(after.find(['52:54:00:00:22:22'])).toMatchObject({ state: 'failed', events: 1 })
  })

  test.each<[string, Omit<SwitchEvent, 'at'>, Omit<SwitchEvent, 'at'>, number]>([
    [
      'though another has told its serial number',
      { kind: 'config-served', mac, serial, entry: mac },
      { kind: 'config-served', serial, entry: serial },
      2,
    ],
    [
      'though its entry has got another id',
      { kind: 'config-served', mac, entry: serial },
      { kind: 'config-served', mac, entry: mac },
      1,
    ],
    [
      'though its entry is found by its MAC now, and it tells its serial number only',
      { kind: 'config-served', mac, serial, entry: serial },
      { kind: 'config-served', serial, entry: mac },
      1,
    ],
  ])('is one for all that it asks, %s', (_name, first, later, size) => {
    const states = folded({ ...first, at: 1 })
    for (let at = 2; at <= 10; at += 1) states.apply({ ...later, at })
    expect(states.size).toBe(size)
    expect(states.find([later.entry ?? ''])).toMatchObject({ events: 11 - size, lastSeen: 10 })
  })

  test('what an operator does is nothing that a switch did', () => {
    expect(folded({ at: 1, kind: 'secrets-shown', mac }).size).toBe(0)
  })

  test('a switch is stuck when it has something left to do, and is silent for too long', () => {
    const at = (state: SwitchState['state'], now: number) =>
      isStuck({ state, lastSeen: 100 }, now, 50)
    expect(at('bootstrap-served', 151)).toBe(true)
    expect(at('bootstrap-served', 150)).toBe(false)
    expect(at('provisioning', 1_000)).toBe(true)
    expect(at('config-served', 1_000)).toBe(false)
    expect(at('provisioned', 1_000)).toBe(false)
    expect(at('failed', 1_000)).toBe(false)
    expect(isStuck({ state: 'registered', lastSeen: 0 }, 1e9, 0)).toBe(false)
  })
})

test('switches that nobody knows are forgotten from the oldest on, those of the inventory never', () => {
  const states = folded({ at: 0, kind: 'config-served', mac, entry: mac })
  for (let at = 1; at <= 25_000; at += 1) {
    states.apply({ at, kind: 'config-refused', serial: `X${at}` })
  }
  expect(states.size).toBe(20_001)
  expect(states.find(['X5000'])).toBeUndefined()
  expect(states.find(['X5001'])).toBeDefined()
  expect(states.find([mac])).toBeDefined()
})

test('changes are told once each, and only while somebody watches', () => {
  const states = folded({ at: 1, kind: 'seen', mac })
  expect(states.takeChanged()).toEqual([])
  states.watch()
  states.apply({ at: 2, kind: 'seen', mac })
  states.apply({ at: 3, kind: 'seen', mac })
  expect(states.takeChanged().map((state) => state.lastSeen)).toEqual([3])
  expect(states.takeChanged()).toEqual([])
})

const someMac = fc.constantFrom('52:54:00:00:00:01', '52:54:00:00:00:02')
const someSerial = fc.constantFrom('A1', 'A2')
const someEvent = fc.record(
  {
    kind: fc.constantFrom(...switchEventKinds),
    mac: someMac,
    serial: someSerial,
    from: fc.ipV4(),
    status: fc.integer({ min: 100, max: 599 }),
    sha256: fc.constantFrom('ab', 'cd'),
    problem: fc.constantFrom('pool-exhausted', 'switch-unknown'),
    action: fc.string(),
    message: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['kind'] },
)

describe('any events', () => {
  test('go through a line and back', () => {
    fc.assert(
      fc.property(someEvent, fc.integer({ min: 0, max: 4e12 }), (event, at) => {
        const line = new EventLines().line({ ...event, at })
        expect(line.endsWith('\n') && line.indexOf('\n') === line.length - 1).toBe(true)
        // half a character cannot be written as UTF-8: it comes back as its escape
        expect(parseEventLine(line)).toEqual({ ...event, at })
      }),
    )
  })

  test('of one switch come to the same, whenever the first part was folded and restored', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 12 }), fc.nat(12), (events, cut) => {
        const all = events.map((event, at) => ({
          ...event,
          at: at + 1,
          mac: '52:54:00:00:00:01',
          serial: 'A1',
        }))
        const whole = folded(...all)
        const later = folded(...all.slice(cut))
        for (const state of folded(...all.slice(0, cut)).all()) later.restore(state)
        const [one, other] = [whole.find(['A1']), later.find(['A1'])]
        expect(other?.events).toBe(one?.events)
        expect(other?.state).toBe(one?.state)
        expect(other?.lastSeen).toBe(one?.lastSeen)
        expect(other?.servedAt).toBe(one?.servedAt)
        expect(other?.firstSeen).toBe(one?.firstSeen)
        expect(other?.from).toBe(one?.from)
        expect(other?.reached).toEqual(one?.reached)
      }),
    )
  })

  test('of several switches leave each id with one state, and each state with its ids', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 20 }), (events) => {
        const states = folded(...events.map((event, at) => ({ ...event, at: at + 1 })))
        const known = [...states.all()]
        for (const state of known) {
          // a serial number may be claimed by two
          if (state.mac !== undefined) expect(states.find([state.mac])).toBe(state)
        }
        expect(known.length).toBe(states.size)
        const counted = known.reduce((sum, { events: count }) => sum + count, 0)
        const told = events.filter(
          ({ kind, mac: own, serial: other }) =>
            (own !== undefined || other !== undefined) &&
            !kind.startsWith('resource') &&
            kind !== 'secrets-shown',
        )
        expect(counted).toBe(told.length)
      }),
    )
  })
})

test.each([
  ['half a line', '{"v":1,"at":"2026-01-01T00:00:00.000Z","kind":"se'],
  ['garbage', '\u0000\u0001\ufffd'],
  ['another kind', '{"v":1,"at":"2026-01-01T00:00:00.000Z","kind":"eaten"}'],
  ['another version', '{"v":2,"at":"2026-01-01T00:00:00.000Z","kind":"seen"}'],
  ['no time', '{"v":1,"at":"yesterday","kind":"seen"}'],
  ['a list', '[]'],
])('%s is no event', (_name, line) => {
  expect(parseEventLine(line)).toBeUndefined()
})

test('what happens once more comes to the same as an event of its own, whatever comes between', () => {
  const repeatable = fc.oneof(
    someEvent,
    fc.record({ at: fc.constant(5), kind: fc.constant('config-served' as const), mac: someMac }),
  ) as fc.Arbitrary<SwitchEvent>
  const scene = fc.record({
    events: fc.array(repeatable, { minLength: 1, maxLength: 5 }),
    steps: fc.array(
      fc.record({
        which: fc.nat(4),
        isAgain: fc.boolean(),
        at: fc.integer({ min: 0, max: 20 }),
        look: fc.constantFrom('away', 'away', 'at it', 'at what has changed'),
      }),
      { maxLength: 30 },
    ),
  })
  fc.assert(
    fc.property(scene, ({ events, steps }) => {
      const [plain, repeating] = [new SwitchStates(), new SwitchStates()]
      const known = events.map((event) => repeated(event))
      plain.watch()
      repeating.watch()
      for (const { which, isAgain, at, look } of steps) {
        const repeated = known[which % known.length] as RepeatedEvent
        const single = { ...repeated.event, at }
        const isNew = plain.apply(single)
        expect(isAgain ? repeating.applyAgain(repeated, at) : repeating.apply(single)).toBe(isNew)
        const ids = ['52:54:00:00:00:01']
        if (look === 'at it') expect(shown(repeating.find(ids))).toEqual(shown(plain.find(ids)))
        if (look === 'at what has changed') {
          expect(repeating.takeChanged().map(shown)).toEqual(plain.takeChanged().map(shown))
        }
      }
      const all = (states: SwitchStates) => [...states.all()].map(shown)
      expect(all(repeating)).toEqual(all(plain))
    }),
    { numRuns: 1_000 },
  )
})

/** What is to be seen of a state; how it is folded is its own. */
function shown(state: SwitchState | undefined): object | undefined {
  return state && { ...state, row: undefined }
}

function repeated(event: SwitchEvent): RepeatedEvent {
  return { event, own: new EventLines().own(event), place: -1, row: -1, turn: 0 }
}
