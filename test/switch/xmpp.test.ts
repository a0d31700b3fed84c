/** What is said in chat rooms, through a real XMPP server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../running-server.ts'
import { ChatServer, chatImpossible, pythonWithChat } from './chat-server.ts'
import { fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { type Boot, boot, quickClient } from './provisioned-switch.ts'

const entries = [
  { action: 'configure', onstart: 'begin <&> größe', onsuccess: 'well done' },
  { action: 'fails', onfailure: 'call somebody' },
]
const actions = { fails: 'def main(attributes):\n    raise ValueError("it does \\x01")\n' }
const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]
const room = 'ztp'
const noSwitch = fakeEosImpossible() !== undefined

describe.skipIf(noSwitch || chatImpossible() !== undefined)('with slixmpp on the switch', () => {
  let chat: ChatServer
  beforeAll(async () => {
    chat = await ChatServer.open(room)
  })
  afterAll(() => chat.close())

  const inRoom = (xmpp: object, boots: Boot = {}): Boot => ({
    python: pythonWithChat,
    entries,
    actions,
    ...boots,
    config: {
      client: quickClient,
      xmpp: {
        ...{ server: '127.0.0.1', port: chat.port, domain: chat.domain },
        ...{ username: 'ztps', password: 'secret', rooms: [room] },
        ...xmpp,
      },
    },
  })
  /** What a switch said, without the time of each. */
  const saidBy = (serialNumber: string) =>
    chat.messages
      .filter(({ nick }) => nick === serialNumber)
      .map(({ text }) => text.replace(/: \d{4}-\d\d-\d\d_\d\d:\d\d:\d\d - /, ' | '))

  test('msg_type info sends errors and the texts of actions', async () => {
    const eos = { serialNumber: 'INFO1' }
    const run = await boot(inRoom({ msg_type: 'info' }, { eos }))
    expect(run.stdout).toContain('INFO1: XmppClient: connected, rooms: ztp@conference.lab.example')
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
    await eventually(() => expect(saidBy('INFO1')).toHaveLength(4))
    expect(saidBy('INFO1')).toEqual([
      'INFO1 | Action configure: begin <&> größe',
      'INFO1 | Action configure: well done',
      'INFO1 | Action fails: call somebody',
      'INFO1 | ERROR: Bootstrap process failed: executing action failed (fails): it does ?',
    ])
  })

  test('msg_type debug, or none, sends all, to the end', async () => {
    const eos = { serialNumber: 'DEBUG1' }
    const run = await boot(inRoom({}, { eos, entries: entries.slice(0, 1) }))
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    const last = 'DEBUG1 | ZTP bootstrap completed successfully!'
    await eventually(() => expect(saidBy('DEBUG1').at(-1)).toBe(last))
    expect(saidBy('DEBUG1')).toContain('DEBUG1 | Collecting node information')
    expect(saidBy('DEBUG1')).toContain('DEBUG1 | Action configure: well done')
  })

  test.each<[what: string, xmpp: () => object, said: RegExp]>([
    ['a wrong password', () => ({ password: 'wrong' }), /XmppClient: wrong user or password/],
    ['no server there', () => ({ port: 1 }), /XmppClient: no connection in 3 s, going on without/],
  ])('%s costs a line, not the run', async (_, xmpp, said) => {
    const run = await boot(inRoom(xmpp(), { entries: entries.slice(0, 1) }))
    expect(run.stdout).toMatch(said)
    expect(run.stdout).toContain('ZTP bootstrap completed successfully!')
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe.skipIf(noSwitch)('without a library on the switch', () => {
  test.each(pythons)('a line says so, and the run goes on (Python $minor)', async ({ path }) => {
    const run = await boot({
      python: path,
      config: {
        client: quickClient,
        xmpp: { username: 'ztps', domain: 'lab.example', password: 'secret', rooms: [room] },
      },
    })
    expect(run.stdout).toContain(
      'XmppClient: neither slixmpp nor sleekxmpp is here, going on without',
    )
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
  })
})
