import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { eventually, makeFolder } from '../running-server.ts'
import { createFakeEos, type FakeEos, type FakeEosOptions, fakeEosImpossible } from './fake-eos.ts'
import { HttpDouble } from './http-double.ts'
import {
  findInterpreters,
  inspectInterpreter,
  newestInterpreter,
  oldestInterpreter,
} from './interpreters.ts'
import { SyslogServer } from './syslog-server.ts'

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
})

async function open(options: FakeEosOptions = {}): Promise<FakeEos> {
  const eos = await createFakeEos(options)
  opened.push(eos)
  return eos
}

/** What a script of the tests can use, in Python 2.7 and 3. */
const prelude = `#!/usr/bin/env python
import base64, errno, json, os, socket, subprocess, sys, time
try:
    from http import client as http
except ImportError:
    import httplib as http

def cli(*lines):
    process = subprocess.Popen(
        ["FastCli", "-p", "15", "-A", "-c", "\\n".join(lines)], stdout=subprocess.PIPE)
    return process.communicate()[0].decode()

def switch_on(*lines):
    return cli("configure", *(lines + ("management api http-commands", "no protocol https",
        "protocol %s" % ("http" if lines else "unix-socket"), "no shutdown")))

def connect(where="unix"):
    connection = http.HTTPConnection("localhost" if where == "unix" else where, timeout=5)
    if where == "unix":
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(5)
        connection.sock.connect("/var/run/command-api.sock")
    return connection

def ask(connection, commands, format="json", headers={}):
    body = {"jsonrpc": "2.0", "method": "runCmds", "params": [1, commands, format], "id": "7"}
    connection.request("POST", "/command-api", json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()

def run(*commands, **options):
    status, text = ask(connect(), ["enable"] + list(commands), **options)
    return json.loads(text)
`

/** Runs a script whose output is JSON, and gives that. */
async function say(eos: FakeEos, script: string): Promise<unknown> {
  const { code, stdout, stderr } = await eos.run(`${prelude}\n${script}`)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

const noSwitch = fakeEosImpossible()
const plain = inspectInterpreter('python3')
const pythons = new Set([oldestInterpreter(), plain ?? newestInterpreter(), newestInterpreter()])

test('of the Pythons of this machine each is known by what it says of itself, oldest first', () => {
  const minors = findInterpreters().map(({ minor }) => minor)
  console.log(`Pythons: ${findInterpreters().map(({ version }) => version)}`)
  expect(new Set(minors).size).toBe(minors.length)
  expect(oldestInterpreter().minor).toBe(minors[0])
  expect(newestInterpreter().minor).toBe(minors.at(-1))
  expect(newestInterpreter().major).toBe(3)
})

describe.skipIf(noSwitch !== undefined).for([...pythons])(
  'on a fake EOS with Python $version',
  ({ path: python, major }) => {
    test('a script finds its interpreter, its words, the flash, and nothing of the machine', async () => {
      const eos = await open({ python, flash: { 'startup-config': 'old\n', '.extensions/a': 'b' } })
      const { code, stdout, stderr } = await eos.run(
        `${prelude}
print(json.dumps([sys.argv, sys.version_info[0], sorted(os.listdir("/mnt/flash")),
    sorted(os.listdir("/mnt")), os.listdir("/tmp"), os.listdir("/persist/sys"), os.getcwd(),
    os.path.exists("/dev/null"), os.path.exists("/usr/bin/arista-python")]))
with open("/mnt/flash/new", "w") as new: new.write("x")
os.chmod("/mnt/flash/new", 0o755)
os.rename("/mnt/flash/startup-config", "/mnt/flash/moved")
sys.stderr.write("careful")
sys.exit(3)
`,
        ['-n', 'a b'],
      )
      expect([code, stderr]).toEqual([3, 'careful'])
      expect(JSON.parse(stdout)).toEqual([
        ['/tmp/zt-download', '-n', 'a b'],
        major,
        ['.extensions', 'startup-config'],
        ['drive', 'flash', 'usb1'],
        ['zt-download'],
        [],
        '/',
        true,
        false,
      ])
      const texts = [...eos.flash()].map(([path, bytes]) => [path, bytes.toString()])
      expect(texts).toEqual([
        ['.extensions/a', 'b'],
        ['moved', 'old\n'],
        ['new', 'x'],
      ])
      expect(eos.flashListing().get('new')).toEqual({ kind: 'file', mode: 0o755 })
      expect(eos.flashListing().get('.extensions')?.kind).toBe('folder')
      expect(eos.file('/mnt/flash/moved')).toBe('old\n')
      expect(eos.file('/mnt/flash/startup-config')).toBeUndefined()
    })

    test('FastCli answers as EOS does, switches eAPI on, and eAPI answers at its socket', async () => {
      const neighbors = [{ port: 'Ethernet1', neighborDevice: 'spine1', neighborPort: 'Ethernet3' }]
      const eos = await open({
        ...{ python, version: '4.21.4F', serialNumber: 'JPE1', systemMac: '00:1c:73:aa:bb:cc' },
        ...{ neighbors, flash: { 'EOS-4.32.1F.swi': 'image' } },
      })
      const said = await say(
        eos,
        `print(json.dumps([
    cli("show version"), cli("show version | include image"), cli("bogus line"),
    cli("show management api http-commands | grep running"), switch_on(),
    cli("show management api http-commands | grep running"),
    run("show version"), run("show lldp neighbors"), run("show interfaces status"),
    run("configure", "hostname leaf1"), run("install source flash:EOS-4.32.1F.swi"),
    run("show version", format="text"), run("install source flash:none"), run("bogus line"),
    os.mkdir("/mnt/flash/startup-config") or run("write memory")]))`,
      )
      expect(said).toEqual([
        expect.stringMatching(/^Arista vEOS\n(.*\n)*System MAC address: {2}001c.73aa.bbcc\n/),
        'Software image version: 4.21.4F\n',
        "% Invalid input (at token 0: 'bogus')\n",
        ...['', '', 'Unix Socket server: running, no authentication\n'],
        result({}, expect.objectContaining({ modelName: 'vEOS', serialNumber: 'JPE1' })),
        result({}, expect.objectContaining({ lldpNeighbors: [{ ...neighbors[0], ttl: 120 }] })),
        result(
          {},
          {
            interfaceStatuses: expect.objectContaining({
              Ethernet1: expect.objectContaining({ linkStatus: 'connected' }),
              Ethernet2: expect.objectContaining({ linkStatus: 'notconnect' }),
            }),
          },
        ),
        ...[result({}, {}, {}), result({}, {})],
        result({ output: '' }, { output: expect.stringContaining('image version: 4.21.4F') }),
        failure(
          1000,
          "CLI command 2 of 2 'install source flash:none' failed: could not run command",
        ),
        failure(1002, "CLI command 2 of 2 'bogus line' failed: invalid command"),
        failure(1000, "CLI command 2 of 2 'write memory' failed: could not run command"),
      ])
      expect(eos.fastCliCalls).toHaveLength(6)
      expect(eos.fastCliCalls[4]?.split('\n')).toHaveLength(5)
      expect(eos.runningConfig.at(-1)).toBe('hostname leaf1')
      expect(eos.flash().get('boot-config')?.toString()).toBe('SWI=flash:/EOS-4.32.1F.swi\n')
      expect(eos.eapiCalls.map(({ commands }) => commands[1])).toContain('show lldp neighbors')
      expect(eos.eapiCalls[0]?.transport).toBe('unix-socket')
    })

    test('over HTTP eAPI knows the users that were configured, and their secrets', async () => {
      const eos = await open({ python, eapi: { protocols: ['http', 'https'] } })
      const said = await say(
        eos,
        `def login(user, password):
    token = base64.b64encode(("%s:%s" % (user, password)).encode()).decode()
    headers = {"Authorization": "Basic " + token}
    return ask(connect("${eos.httpAddress}"), ["enable"], headers=headers)[0]
unknown = cli("configure", "management api http-commands", "protocol unix-socket")
try:
    connect("${eos.httpAddress}").connect()
    before = "on"
except socket.error as error:
    before = errno.errorcode[error.errno]
switch_on("username ztps secret s3cret privilege 15")
allowed = [login("ztps", "s3cret"), login("ztps", "wrong"), login("root", "")]
cli("configure", "no username ztps")
print(json.dumps([unknown, before, allowed, login("ztps", "s3cret")]))`,
      )
      const refused = "% Invalid input (at token 0: 'protocol')\n"
      expect(said).toEqual([refused, 'ECONNREFUSED', [200, 401, 401], 401])
      expect(eos.eapiCalls[0]).toEqual({
        ...{ transport: 'http', user: 'ztps', password: 's3cret', isAllowed: true },
        ...{ commands: ['enable'], format: 'json' },
      })
      expect(eos.users.size).toBe(0)
    })

    test('what is sent to the local syslog is there when the script is over', async () => {
      const eos = await open({ python })
      await say(
        eos,
        `import logging, logging.handlers
log = logging.getLogger("x")
log.addHandler(logging.handlers.SysLogHandler("/dev/log"))
log.error(u"it fails: \\u00e9")
for number in range(20): log.error("%d", number)
print(1)`,
      )
      expect(eos.syslog).toHaveLength(21)
      expect(eos.syslog[0]).toEqual({ facility: 1, severity: 3, text: expect.stringMatching(/é$/) })
    })

    test('a full flash and one that is read-only refuse what is written', async () => {
      const write = `def write(size):
    try:
        with open("/mnt/flash/big", "wb") as big: big.write(b"x" * size)
        return "written"
    except (IOError, OSError) as error:
        return errno.errorcode[error.errno]
free = os.statvfs("/mnt/flash")
print(json.dumps([free.f_bavail * free.f_frsize, write(40000), write(100000)]))`
      const [full, readOnly] = await Promise.all([
        open({ python, flashSize: '64k' }),
        open({ python, flashIsReadOnly: true, flash: { kept: 'as it was' } }),
      ])
      expect(await say(full, write)).toEqual([65_536, 'written', 'ENOSPC'])
      expect(await say(readOnly, write)).toEqual([expect.any(Number), 'EROFS', 'EROFS'])
      expect([...readOnly.flash().keys()]).toEqual(['kept'])
      readOnly.remountFlash('rw')
      expect(await say(readOnly, write)).toEqual([expect.any(Number), 'written', 'written'])
    })

    test('a signal reaches the script in the middle of its run', async () => {
      const eos = await open({ python })
      const handling = eos.start(`${prelude}
import signal
def end(*_):
    print("asked to end")
    sys.exit(5)
signal.signal(signal.SIGTERM, end)
cli("show version")
time.sleep(30)`)
      expect(await handling.killWhen('SIGTERM', () => eos.fastCliCalls.length > 0)).toBe(true)
      expect(await handling.result).toMatchObject({
        code: 5,
        signal: null,
        stdout: 'asked to end\n',
      })

      const dying = eos.start(`${prelude}\ntime.sleep(30)`)
      await dying.kill('SIGTERM')
      expect(await dying.result).toMatchObject({ code: null, signal: 'SIGTERM' })
    })

    test('a clock that is years behind is so for the script', async () => {
      const eos = await open({ python, clockShiftSeconds: -20 * 365 * 86_400 })
      const years = await say(
        eos,
        `import datetime
times = [time.strftime("%Y"), time.localtime()[0], time.gmtime(time.time())[0],
    int(time.ctime()[-4:]), datetime.datetime.now().year, datetime.datetime.utcnow().year]
print(json.dumps([int(one) for one in times]))`,
      )
      const year = new Date(Date.now() - 20 * 365 * 86_400_000).getUTCFullYear()
      expect(new Set(years as number[])).toEqual(new Set([year]))
    })
  },
)

describe.skipIf(noSwitch !== undefined)('a fake EOS', () => {
  test('can have a second Python for its own tools', async () => {
    const [python, aristaPython] = [oldestInterpreter().path, newestInterpreter().path]
    const eos = await open({ python, aristaPython })
    const version = 'import sys; print(sys.version_info[:2] == '
    for (const [program, { version: expected }] of [
      ['python', oldestInterpreter()],
      ['arista-python', newestInterpreter()],
      ['python3', newestInterpreter()],
    ] as const) {
      const [major, minor] = expected.split('.')
      const check = ['-c', `${version}(${major}, ${minor}))`]
      const { result } = eos.startProgram([`/usr/bin/${program}`, ...check])
      expect(await result).toMatchObject({ code: 0, stdout: 'True\n' })
    }
  })

  test('runs rc.eos: its programs are recorded, its plugin folder takes files, sudo is none', async () => {
    const eos = await open({
      programs: { useradd: (words) => ({ code: words.includes('known') ? 9 : 0, stderr: '!' }) },
      flash: {
        'plugin.py': 'pass',
        'rc.eos': `sudo useradd -d /home/x known; echo $?; useradd new; echo $?
sudo cp /mnt/flash/plugin.py /usr/lib/python2.7/site-packages/CliPlugin
touch /usr/bin/not-here || true`,
      },
    })
    const { result } = eos.startProgram(['bash', '/mnt/flash/rc.eos'])
    expect(await result).toMatchObject({ code: 0, stdout: '9\n0\n' })
    expect(eos.programCalls.map((call) => call.arguments)).toEqual([
      ['-d', '/home/x', 'known'],
      ['new'],
    ])
    expect(eos.file('/usr/lib/python2.7/site-packages/CliPlugin/plugin.py')).toBe('pass')
    expect(existsSync('/usr/bin/not-here')).toBe(false)
  })

  test('reaches a server of the test, and UDP listeners of both families', async () => {
    const [eos, server, syslog] = await Promise.all([
      open(),
      HttpDouble.open({ '/': { body: 'from outside' } }),
      SyslogServer.open(),
    ])
    opened.push(server, syslog)
    const [, port6] = /\]:(\d+)$/.exec(syslog.address6 ?? '') ?? []
    const text = await say(
      eos,
      `for family, host, port in ((socket.AF_INET, "127.0.0.1", ${syslog.address4.split(':')[1]}),
        (socket.AF_INET6, "::1", ${port6 ?? 0})):
    if port:
        socket.socket(family, socket.SOCK_DGRAM).sendto(b"<11>remote", (host, port))
connection = connect("127.0.0.1:${server.port}")
connection.request("GET", "/?a=b")
print(json.dumps(connection.getresponse().read().decode()))`,
    )
    expect(text).toBe('from outside')
    expect(server.requestsFor('/')[0]?.path).toBe('/?a=b')
    expect((await syslog.waitFor(/remote/)).severity).toBe(3)
    await eventually(() =>
      expect(syslog.messages.map(({ family }) => family).sort()).toEqual(port6 ? [4, 6] : [4]),
    )
  })

  test('has neighbors that come late, and hundreds of them with names of any script', async () => {
    const many = Array.from({ length: 500 }, (_, at) => ({
      port: `Ethernet${at}`,
      neighborDevice: `spïne-交換機-${at}`,
      neighborPort: 'Ethernet1',
    }))
    const eos = await open({
      neighbors: (look) => (look < 3 ? [] : many),
      connectedPorts: ['Ethernet49'],
      eapi: { isOn: true },
    })
    const said = await say(
      eos,
      `looks = [run("show lldp neighbors")["result"][1]["lldpNeighbors"] for _ in range(3)]
ports = run("show interfaces status")["result"][1]["interfaceStatuses"]
print(json.dumps([len(looks[0]), len(looks[1]), len(looks[2]), looks[2][7]["neighborDevice"],
    ports["Ethernet49"]["linkStatus"]]))`,
    )
    expect(said).toEqual([0, 0, 500, 'spïne-交換機-7', 'connected'])
  })

  test.each([
    ['after some looks', { startsAfterLooks: 3 }, ['', '', 'running']],
    ['after some time', { startsAfterMs: 150 }, ['', 'running', 'running']],
    ['never', { neverStarts: true }, ['', '', '']],
  ])('has an eAPI that comes up %s', async (_name, eapi, seen) => {
    const eos = await open({ eapi })
    const said = await say(
      eos,
      `switch_on()
seen = []
for pause in (0, 0.4, 0):
    time.sleep(${'startsAfterMs' in eapi ? 'pause' : '0'})
    there = cli("show management api http-commands | grep running") != ""
    assert there == os.path.exists("/var/run/command-api.sock")
    seen.append("running" if there else "")
print(json.dumps(seen))`,
    )
    expect(said).toEqual(seen)
  })

  test('has an eAPI that fails as it is told', async () => {
    const faults = ['garbage', 'closed', 503, 'closed-later', undefined] as const
    const eos = await open({ eapi: { isOn: true, fault: (_call, number) => faults[number - 1] } })
    const said = await say(
      eos,
      `seen = []
for _ in range(3):
    try:
        seen.append(ask(connect(), ["enable"]))
    except http.BadStatusLine:
        seen.append("closed")
kept = connect()
sock = kept.sock
seen.append(ask(kept, ["enable"])[0])
time.sleep(0.1)
try:
    sock.send(b"more")
    seen.append("open")
except socket.error as error:
    seen.append(errno.errorcode[error.errno])
seen.append(ask(connect(), ["enable"])[0])
print(json.dumps(seen))`,
    )
    expect(said).toEqual([
      [200, expect.stringMatching(/^<html>/)],
      ...['closed', [503, 'eAPI does not feel well'], 200, 'EPIPE', 200],
    ])
  })

  test('has commands as the test says, and a FastCli that hangs, fails or talks nonsense', async () => {
    const eos = await open({
      answers: { 'show text': 'text\n', 'show bad': { error: 'no such thing' } },
      fastCli: (_command, call) =>
        [undefined, { code: 7, stdout: Uint8Array.of(0xff, 0) }, 'hangs' as const][call - 1],
      eapi: { isOn: true },
    })
    const said = await say(
      eos,
      `def raw():
    process = subprocess.Popen(["FastCli", "-p", "15", "-A", "-c", "x"], stdout=subprocess.PIPE)
    return [process.communicate()[0].decode("latin-1"), process.returncode]
seen = [cli("show text"), raw(), run("show text"), run("show text", format="text"), run("show bad")]
hanging = subprocess.Popen(["FastCli", "-p", "15", "-A", "-c", "x"])
time.sleep(0.3)
print(json.dumps(seen + [hanging.poll()]))
hanging.kill()`,
    )
    expect(said).toEqual([
      ...['text\n', ['\u00ff\u0000', 7]],
      failure(1003, "CLI command 2 of 2 'show text' failed: unconverted command"),
      result({ output: '' }, { output: 'text\n' }),
      failure(1000, "CLI command 2 of 2 'show bad' failed: could not run command"),
      null,
    ])
  })

  test('says what a script has printed that is not over in time', async () => {
    const eos = await open()
    const late = eos.run('#!/bin/sh\necho begun\nexec sleep 30', [], { timeoutMs: 200 })
    await expect(late).rejects.toThrow(/not over after 200 ms:\nbegun/)
  })

  test('does not know of five others that run at the same time', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const said = await Promise.all(
      names.map(async (name) => {
        const eos = await open({ serialNumber: name, flash: { name } })
        return say(
          eos,
          `switch_on()
with open("/tmp/mine", "w") as mine: mine.write("${name}")
time.sleep(0.2)
print(json.dumps([sorted(os.listdir("/tmp")), open("/mnt/flash/name").read(),
    run("show version")["result"][1]["serialNumber"]]))`,
        )
      }),
    )
    expect(said).toEqual(names.map((name) => [['mine', 'zt-download'], name, name]))
  })

  test('leaves no process, mount or folder, also of a script that is still running', async () => {
    const temporary = ownTemporaryFolder()
    const eos = await open()
    const { result } = eos.start(
      '#!/bin/sh\nsetsid sleep 1000 &\necho x > /mnt/flash/x; echo x > /tmp/x; exec sleep 1000',
    )
    await eventually(() => expect(eos.file('/tmp/x')).toBe('x\n'))
    const inside = processesIn(eos.path('/'))
    expect(inside.length).toBeGreaterThan(2)
    await eos.close()
    expect(await result).toMatchObject({ signal: 'SIGKILL' })
    expect(inside.filter(isAlive)).toEqual([])
    expect(readdirSync(temporary)).toEqual([])
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(temporary)
  })

  test('leaves nothing either when the test process is killed', async () => {
    const temporary = ownTemporaryFolder()
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'killed-test-process.ts')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const { root } = JSON.parse(line) as { root: string }
    const inside = processesIn(root)
    expect(inside.length).toBeGreaterThan(2)
    child.kill('SIGKILL')
    await eventually(() => expect(inside.filter(isAlive)).toEqual([]))
    // tsx keeps something there
    expect(readdirSync(temporary).filter((name) => /eos/.test(name))).toEqual([])
  })
})

function result(...items: readonly unknown[]): unknown {
  return { jsonrpc: '2.0', id: '7', result: items }
}

function failure(code: number, message: string): unknown {
  const error = { code, message, data: [expect.anything(), { errors: [expect.any(String)] }] }
  return { jsonrpc: '2.0', id: '7', error }
}

/** Processes of the namespace of mounts that a root is in. */
function processesIn(root: string): number[] {
  const own = readlinkSync(join(root, '../ns/mnt'))
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/mnt`) === own
      } catch {
        return false
      }
    })
}

function isAlive(pid: number): boolean {
  try {
    // a zombie that its parent has yet to bury is no process any more
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Folders are made in it during this test, and by nobody else. */
function ownTemporaryFolder(): string {
  const folder = makeFolder({})
  vi.stubEnv('TMPDIR', folder.path)
  opened.push({
    close: async () => {
      vi.unstubAllEnvs()
      folder.remove()
    },
  })
  return folder.path
}
