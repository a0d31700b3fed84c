/** What actions are given by the client: attributes, NODE, and what they may import. */
import { describe, expect, test } from 'vitest'
import { expectSuccess, noSwitch, pythons } from './client-runs.ts'
import { type Boot, type BootResult, boot } from './provisioned-switch.ts'

/** An action that notes what it finds: `note("name", function, ...)` keeps the result, or the error. */
const notes = (body: string) => `
import json, os, sys
import six

said = []

def plain(value):
    if isinstance(value, bytes):
        value = value.decode("utf-8")
    if isinstance(value, tuple):
        value = list(value)
    return [plain(item) for item in value] if isinstance(value, list) else value

def note(call, *words, **named):
    try:
        said.append(plain(call(*words, **named)))
    except Exception as error:
        said.append("%s: %s" % (type(error).__name__, error))

def main(attributes):
    node = attributes.get("NODE")
${body.replace(/^/gm, '    ')}
    node.append_startup_config_lines(["done"])
    with open("/tmp/said.json", "w") as file:
        json.dump(said, file)
`

/** Runs such an action and gives what it noted. */
async function noted(body: string, options: Boot = {}): Promise<[unknown[], BootResult]> {
  const run = await boot({
    ...options,
    entries: options.entries ?? [{ action: 'notes', attributes: { own: 1, nothing: null } }],
    actions: { notes: notes(body), ...options.actions },
    tell: ['/tmp/said.json', ...(options.tell ?? [])],
  })
  expectSuccess(run)
  return [JSON.parse(run.told['/tmp/said.json'] ?? ''), run]
}

describe.skipIf(noSwitch).concurrent.each(pythons)(
  'an action (Python $minor)',
  ({ path, major }) => {
    test('has its attributes, and NODE with them', async () => {
      const [said] = await noted(
        `note(attributes.get, "own")
note(attributes.get, "nothing", "default")
note(attributes.get, "absent", "default")
note(attributes.get, "absent")
note(lambda: attributes.get("NODE") is node)
note(lambda: sorted(attributes.copy()))
note(lambda: (sorted(attributes.local_attr), sorted(attributes.special_attr)))
made = type(attributes)
note(lambda: made().copy())
note(lambda: made({"a": 1}, {"a": 2, "b": 3}).copy())
note(lambda: made({"a": 1}, {"a": 2, "b": 3}).get("a"))
note(made(None, {"b": 3}).get, "b")
note(lambda: sys.modules["notes"].main is main)
note(lambda: [__name__, __file__, oct(os.stat(__file__).st_mode)[-3:]])`,
        { python: path },
      )
      expect(said).toEqual([
        ...[1, null, 'default', null, true],
        ['NODE', 'nothing', 'own'],
        [['nothing', 'own'], ['NODE']],
        {},
        { a: 1, b: 3 },
        ...[1, 3, true],
        ['notes', '/tmp/notes', '777'],
      ])
    })

    test('is loaded once and keeps what it remembers between its runs', async () => {
      const counts = `runs = []
def main(attributes):
    runs.append(attributes.get("n"))
    attributes.get("NODE").append_startup_config_lines([str(runs)])
    return False
`
      const run = await boot({
        python: path,
        entries: [1, 2].map((n) => ({ action: 'counts', attributes: { n } })),
        actions: { counts },
      })
      expectSuccess(run)
      expect(run.flash['startup-config']).toBe('[1]\n[1, 2]')
      expect(run.asked.filter((asked) => asked.includes('/counts'))).toHaveLength(2)
      expect(run.stdout.match(/Downloading action counts/g)).toHaveLength(1)
      expect(run.stdout.match(/Action executed succesfully \(counts\)/g)).toHaveLength(2)
    })

    test('knows the switch', async () => {
      const [said, run] = await noted(
        `note(node.system)
note(node.neighbors)
note(lambda: sorted(node.details()))
note(lambda: (node.rc_eos(), node.flash(), node.startup_config()))
note(node.server_address)
note(type(node).server_address)
note(node.has_startup_config)
node.append_startup_config_lines([" ", ""])
note(lambda: bool(node.has_startup_config()))
node.append_startup_config_lines([u"hostname gr\\u00f6\\u00dfe"])
note(lambda: "hostname" in node.has_startup_config())
node.append_rc_eos_lines(["one"])
node.append_rc_eos_lines([u"tw\\u00f6", "three"])
note(node.log_msg, u"gr\\u00f6\\u00dfe")
note(node.log_msg, "bad", error=True)
note(node.log_msg, b"bytes \\xff", True)`,
        {
          python: path,
          eos: { neighbors: [{ port: 'Ethernet1', neighborDevice: 's', neighborPort: 'p' }] },
        },
      )
      expect(said).toEqual([
        {
          model: 'vEOS',
          version: '4.28.3M',
          systemmac: '52:54:00:00:11:11',
          serialnumber: 'SSJ17115134',
        },
        { neighbors: { Ethernet1: [{ device: 's', port: 'p' }] } },
        ['model', 'neighbors', 'serialnumber', 'systemmac', 'version'],
        ['/mnt/flash/rc.eos', '/mnt/flash', '/mnt/flash/startup-config'],
        ...[run.url, run.url, false, false, true, null, null, null],
      ])
      const bytes = (name: string) => Buffer.from(run.flash[name] ?? '', 'latin1').toString()
      expect(bytes('startup-config')).toBe(' \n\nhostname größe\ndone')
      expect(bytes('rc.eos')).toBe('#!/bin/bash\none\ntwö\nthree')
      expect(run.stdout).toMatch(
        /^SSJ17115134: größe\nERROR: SSJ17115134: bad\nERROR: SSJ17115134: bytes \ufffd$/m,
      )
    })

    test('gives commands to EOS', async () => {
      const [said, run] = await noted(
        `note(node.api_enable_cmds, ["show foo"])
note(node.api_enable_cmds, ["show foo", "show empty", "show bar"], text_format=True)
note(node.api_enable_cmds, ["show foo"], True)
note(node.api_enable_cmds, [])
note(node.api_config_cmds, ["hostname x", "show foo"])
note(node.api_enable_cmds, ["show nothing"])
note(node.client.runCmds, 1, ["enable", "show foo"], "text")
note(node.client.runCmds, 1, ["enable", "show foo"])
note(node._cli_enable_cmd, "show foo")
note(node._cli_config_cmds, ["hostname y"])
note(node._cli_enable_cmd, "show nothing")`,
        {
          python: path,
          eos: {
            answers: {
              'show foo': { text: 'foo\n', json: { foo: 1 } },
              'show bar': 'bar\n',
              'show empty': { text: '', json: {} },
            },
          },
        },
      )
      expect(said).toEqual([
        [{ foo: 1 }],
        ['foo\n', 'bar\n'],
        ['foo\n'],
        [],
        [{}, { foo: 1 }],
        expect.stringMatching(/^EapiError: .*show nothing.* \(1002\)$/),
        [{ output: '' }, { output: 'foo\n' }],
        [{}, { foo: 1 }],
        [0, 'foo\n', ''],
        [0, '', ''],
        [1, "% Invalid input (at token 0: 'show')\n", ''],
      ])
      expect(run.eos.runningConfig.slice(-2)).toEqual(['hostname x', 'hostname y'])
    })

    test('may catch what EOS refuses as an error of jsonrpclib', async () => {
      const [said] = await noted(
        `with open("/tmp/jsonrpclib.py", "w") as library:
    library.write("class ProtocolError(Exception): pass")
import jsonrpclib
import __main__
for kind in (jsonrpclib.ProtocolError, __main__.EapiError):
    try:
        node.api_enable_cmds(["show coffee"])
    except kind as error:
        said.append(str(error))`,
        { python: path },
      )
      const refusal = "CLI command 2 of 2 'show coffee' failed: invalid command (1002)"
      expect(said).toEqual([refusal, refusal])
    })

    test('gives commands to the shell, which fail by their status or by an error', async () => {
      const [said, run] = await noted(
        `note(node.bash_cmds, ["echo out; true", "echo more"])
note(type(node).bash_cmds, [])
note(node.bash_cmds, ["true", "echo half; exit 3", "touch /tmp/never"])
note(node.bash_cmds, ["echo odd >&2"])
note(node.bash_cmds, [u"printf gr\\u00f6; false"])
note(node.bash_cmds, ["sleep 30 & echo left behind"])
note(os.path.exists, "/tmp/never")`,
        { python: path },
      )
      expect(said).toEqual([
        [null, null, null, null],
        [null, null, null, null],
        ['echo half; exit 3', 3, 'half\n', ''],
        ['echo odd >&2', 0, '', 'odd\n'],
        ['printf grö; false', 1, 'grö', ''],
        [null, null, null, null],
        false,
      ])
      expect(run.stdout).toContain('\nout\nmore\n')
      expect(run.seconds).toBeLessThan(10)
    })

    test('fills templates, strictly or not', async () => {
      const [said] = await noted(
        `note(node.substitute, "$a \${a}s $$a", {"a": 1})
note(node.substitute, "$a $b", {"a": 1})
note(node.substitute, "$a $b $$", {"a": 1}, strict=False)
note(node.substitute, "5 $ and", {})
note(node.substitute, "5 $ and", {}, False)
note(type(node).substitute, u"gr\\u00f6\\u00dfe $a", {"a": u"\\u00e4"})`,
        { python: path },
      )
      expect(said).toEqual([
        '1 1s $a',
        "RuntimeError: Unable to perform variable substitution - 'b' missing from list of substitutions",
        '1 $b $',
        expect.stringMatching(/^ValueError: Invalid placeholder in string: line 1, col 3$/),
        '5 $ and',
        'größe ä',
      ])
    })

    test('downloads from the server and from elsewhere, with identity and hash', async () => {
      const [said, run] = await noted(
        `base = node.server_address()
note(node.retrieve_url, "files/a", "/tmp/a")
note(node.retrieve_url, "/files/a", "/mnt/flash/a")
note(node.retrieve_url, base + "/files/a", "/tmp/b")
note(node.retrieve_url, "/dynconfig", "/tmp/config")
note(node.retrieve_url, base.replace("127.0.0.1", "127.0.0.2") + "/files/a", "/tmp/c")
note(node.retrieve_url, "files/none", "/tmp/none")
note(node.retrieve_url, "files/a", "/nowhere/a")
note(node.retrieve_url, "ftp://example.com/a", "/tmp/none")
note(node.server_.get_metadata, "files/a")
note(node.server_.get_resource, u"files/gr\\u00f6\\u00dfe x", "/tmp/d")
note(lambda: sorted(name for name in os.listdir("/tmp") if "none" in name or "part" in name))
note(lambda: oct(os.stat("/mnt/flash/a").st_mode)[-3:])`,
        {
          python: path,
          files: { a: 'the file\n', 'gr%C3%B6%C3%9Fe%20x': 'another' },
          answers: {
            '/dynconfig': { headers: { 'Content-Type': 'text/plain' }, body: 'hostname d' },
          },
          tell: ['/tmp/a', '/tmp/b', '/tmp/c', '/tmp/d', '/tmp/config'],
        },
      )
      expect(said).toEqual([
        ...[null, null, null, null],
        // nobody listens there
        expect.stringMatching(/^ZtpError: server connection error/),
        expect.stringMatching(/^ZtpError: resource URL not found on server \(status=404\)/),
        'ZtpError: unable to write /nowhere/a: No such file or directory',
        'ZtpError: ftp://example.com/a is no URL of http or https',
        { size: 9, sha1: 'eb7161f8a8840e3efb179f59b4d29dcda2ca7909' },
        null,
        [],
        '777',
      ])
      expect(run.told).toMatchObject({
        '/tmp/a': 'the file\n',
        '/tmp/b': 'the file\n',
        '/tmp/d': 'another',
        '/tmp/config': 'hostname d',
      })
      expect(run.asked).not.toContain('GET /meta/dynconfig')
      expect(run.asked.filter((asked) => asked === 'GET /meta/files/a')).toHaveLength(4)
    })

    test('downloads to where it stands', async () => {
      const [said] = await noted(
        `for folder in ("/tmp", node.flash()):
    os.chdir(folder)
    node.retrieve_url("files/a", "plain")
    with open(os.path.join(folder, "plain")) as file:
        note(file.read)`,
        { python: path, files: { a: 'text of a' } },
      )
      expect(said).toEqual(['text of a', 'text of a'])
    })

    test('finds the errors of the client in __main__', async () => {
      const [said] = await noted(
        `client = sys.modules["__main__"]
note(lambda: issubclass(client.ZtpActionError, client.ZtpError))
note(lambda: issubclass(client.ZtpUnexpectedServerResponseError, client.ZtpError))
note(lambda: client.SERVER == node.server_address())`,
        { python: path },
      )
      expect(said).toEqual([true, true, true])
    })

    test('may import six, which no EOS has to have', async () => {
      const [said] = await noted(
        `from six.moves import configparser, queue, range, filter, map, zip, reduce, input, zip_longest
from six.moves.urllib.parse import quote, urlparse, urlencode
from six.moves.urllib.request import Request, urlopen
from six.moves.urllib.error import HTTPError, URLError
from six.moves import http_client, urllib, cPickle, socketserver
import six.moves.urllib.parse as parse
note(lambda: [six.PY2, six.PY3])
note(lambda: [isinstance("a", six.string_types), isinstance(u"a", six.string_types),
    isinstance(b"a", six.binary_type), isinstance(u"a", six.text_type), isinstance(1, six.integer_types)])
note(lambda: sorted(six.iteritems({"a": 1, "b": 2})))
note(lambda: [sorted(six.iterkeys({"a": 1})), list(six.itervalues({"a": 1})), list(six.viewkeys({"a": 1}))])
note(lambda: [six.b("a") == b"a", six.u("a") == u"a", six.ensure_str(b"a") == "a", six.ensure_text(b"a") == u"a",
    six.ensure_binary(u"a") == b"a", six.next(iter([1]))])
note(lambda: [quote("a b"), urlparse("http://x/y").path, urlencode({"a": 1}), parse.quote("/"), urllib.parse.unquote("%41")])
note(lambda: [list(range(2)), list(zip([1], [2])), reduce(max, [1, 3, 2]), issubclass(HTTPError, URLError)])
note(lambda: [queue.Queue().empty(), bool(http_client.OK), cPickle.loads(cPickle.dumps(5))])
class Meta(type): pass
class Made(six.with_metaclass(Meta, object)): pass
note(lambda: type(Made) is Meta)
text = six.StringIO()
six.print_("a", "b", file=text)
note(text.getvalue)`,
        { python: path },
      )
      expect(said).toEqual([
        [major === 2, major === 3],
        [true, true, true, true, true],
        [
          ['a', 1],
          ['b', 2],
        ],
        [['a'], [1], ['a']],
        [true, true, true, true, true, 1],
        ['a%20b', '/y', 'a=1', '/', 'A'],
        [[0, 1], [[1, 2]], 3, true],
        [true, true, 5],
        true,
        'a b\n',
      ])
    })

    test('makes users, now and at each boot', async () => {
      const codes: Record<string, number> = { new: 0, known: 9, nobody: 4, bad: 1 }
      const [said, run] = await noted(
        `for name in ("new", "known", "nobody", "bad"):
    note(node.create_user, name, "eosadmin", "s3cret")
note(node.create_user, "keys", "eosadmin", "s3cret", "/persist/local/", "ssh-rsa AAAA me\\n")
note(node.create_user, "more", "eosadmin", "s3cret", root="/tmp", ssh_keys=u"ssh-rsa gr\\u00f6\\u00dfe")
note(node.create_user, "gone", "eosadmin", "s3cret", root="/tmp", ssh_keys="ssh-rsa")
for words in (("", "g", "p"), ("u", None, "p"), ("u", "g", "")):
    note(node.create_user, *words)
home = "/persist/local/keys/.ssh"
note(lambda: [oct(os.stat(path).st_mode)[-3:] for path in (home, home + "/authorized_keys")])`,
        {
          python: path,
          eos: {
            programs: {
              useradd: (words) => ({
                code: codes[words.at(-1) ?? ''] ?? 0,
                stderr: 'useradd: no\n',
              }),
              chown: (words) => (words.includes('gone') ? { code: 1, stderr: 'no gone' } : {}),
            },
          },
          tell: ['/persist/local/keys/.ssh/authorized_keys', '/tmp/more/.ssh/authorized_keys'],
        },
      )
      const missing = 'ZtpError: A user|group|passwd must be provided for create_user()'
      expect(said).toEqual([
        ...[null, null, null, 'ZtpError: Failed to add user.(1:useradd: no)', null, null],
        'ZtpError: Failed to give gone its keys.(1:no gone)',
        ...[missing, missing, missing, ['700', '600']],
      ])
      expect(run.told).toMatchObject({
        '/persist/local/keys/.ssh/authorized_keys': 'ssh-rsa AAAA me\n',
        '/tmp/more/.ssh/authorized_keys': 'ssh-rsa größe',
      })
      const [first] = run.eos.programCalls
      expect(first).toEqual({
        program: 'useradd',
        arguments: [
          ...['-p', expect.stringMatching(/^\$6\$[0-9A-F]{16}\$[./0-9A-Za-z]{86}$/)],
          ...['-d', '/persist/local/new', '-G', 'eosadmin', 'new'],
        ],
      })
      const lines = (run.flash['rc.eos'] ?? '').split('\n')
      expect(lines).toHaveLength(8)
      expect(lines[1]).toBe(
        `sudo useradd -p '${first?.arguments[1]}' -d /persist/local/new -G eosadmin new`,
      )
      expect(lines[4]).toMatch(/ -d \/persist\/local\/keys -G eosadmin keys$/)
      // sshd reads keys with the rights of the user
      const owning = ['-R', 'keys', '/persist/local/keys']
      expect(run.eos.programCalls).toContainEqual({ program: 'chown', arguments: owning })
      expect(lines[5]).toBe(`sudo chown ${owning.join(' ')}`)
    })
  },
)
