import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, makeFolder, type RunningServer, startServer } from '../running-server.ts'

/** One switch a template: the name of the template is its serial number. */
const templates = {
  good: 'hostname {{ hostname }}\n',
  endless:
    '{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}',
  gigabyte:
    '{% set x = "0123456789abcdef" %}{% for i in range(26) %}{% set x = x ~ x %}{% endfor %}{{ x }}',
  regex: '{{ ("a".repeat(60) ~ "!") | regex_replace("^(a+)+$", "x") }}\n',
  literal: '{{ r/^(a+)+$/.test("a".repeat(60) ~ "!") }}\n',
  itself: '{% include "itself.njk" %}',
  long: '{% for i in range(30000) %}vlan {{ i }} {{ "10.0.0.0/8" | nthhost(i) }}\n{% endfor %}',
  hash: 'secret {{ password | password_hash("sha512", "mysalt12", rounds=5000) }}\n',
  slowhash: 'secret {{ "arista" | password_hash("sha512", "zg05nuSqCeznzinp") }}\n',
  hashes:
    '{% for u in users %}{{ u | password_hash("sha512", "salt" ~ loop.index, rounds=5000) | length }} {% endfor %}\n',
  // grows past any limit of memory in one step
  concat:
    '{% set l=range(100000) %}{% set k=l.concat(l,l,l,l,l,l,l,l,l,l) %}{% set k=k.concat(k,k,k,k,k) %}{% set k=k.concat(k,k,k,k,k,k,k,k,k) %}{{ k.length }}',
  many: '{% set l=range(50000) %}{% set a=[] %}{% for i in range(5000) %}{% set _=a.push(l.concat(l)) %}{% endfor %}{{ a.length }}',
  flat: '{% set l=[1] %}{% set _=l.push(l) %}{% set _=l.push(l) %}{{ l.flat(40) | length }}',
  trim: '{% set a=" ".repeat(100000) %}{{ ("x" ~ a ~ "x") | trim | length }}\n',
  sort: '{{ "abcdefghij".repeat(100000).split("") | sort | length }}\n',
  indent: '{{ "a\\n".repeat(1000000) | indent(9000) | length }}',
  saltless: '{{ "x" | password_hash("sha512") }}\n',
  push: '{% set _ = users.push("eve") %}{{ users | join(",") }}\n',
  members: '{% set _ = sw.users.push("mallory") %}{{ users | join(",") }}\n',
}
const switches = Object.fromEntries(
  Object.keys(templates).map((name) => [name, { hostname: name, template: `${name}.njk` }]),
)
const folder = makeFolder({
  'swinfo.json': { defaults: { users: ['ada', 'bob'], password: 's3cret' }, ...switches },
  ...Object.fromEntries(
    Object.entries(templates).map(([name, text]) => [`templates/${name}.njk`, text]),
  ),
})
let server: RunningServer

beforeAll(async () => {
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const get = (name: string) => ask(server.port, '/dynconfig', { 'X-Arista-Serial': name })

/** What is held up for real is held up for many seconds; a busy machine alone never makes anybody wait this long. */
const patienceMs = 2_000

/** The longest time a quick request took while something else went on. */
async function longestWait(busy: Promise<unknown>): Promise<number> {
  let over = false
  let longest = 0
  void busy.finally(() => {
    over = true
  })
  while (!over) {
    const began = performance.now()
    expect((await get('good')).status).toBe(200)
    longest = Math.max(longest, performance.now() - began)
  }
  return longest
}

describe('a template that does not end well is answered 503, and others are served meanwhile', () => {
  test.each([
    ['an endless loop', 'endless', 'template-bounds'],
    ['a gigabyte of text', 'gigabyte', 'template-bounds'],
    ['a search that never ends', 'regex', 'template-bounds'],
    ['a JavaScript expression that never ends', 'literal', 'template-bounds'],
    ['a template that includes itself', 'itself', 'template-bounds'],
    ['a list that outgrows the memory', 'concat', 'template-bounds'],
    ['many large lists', 'many', 'template-bounds'],
    ['a list that holds itself, made flat', 'flat', 'template-bounds'],
    ['a text that explodes when it is indented', 'indent', 'template-bounds'],
    ['a password hash without a salt', 'saltless', 'template-failed'],
  ])('%s', async (_what, name, code) => {
    const busy = get(name)
    const longest = await longestWait(busy)
    expect((await busy).status).toBe(503)
    expect(longest).toBeLessThan(patienceMs)
    const { problems } = JSON.parse((await ask(server.operatorPort, '/readyz')).body) as {
      problems: { code: string; switch: string; file: string }[]
    }
    expect(problems).toContainEqual(
      expect.objectContaining({ code, switch: name, file: `templates/${name}.njk` }),
    )
  })

  test('the same failure is not computed again before something changes', async () => {
    const began = performance.now()
    expect((await get('endless')).status).toBe(503)
    expect(performance.now() - began).toBeLessThan(patienceMs)
  })
})

test.each([
  ['white space that is trimmed', 'trim', '100002\n'],
  ['a million letters that are sorted', 'sort', '1000000\n'],
])('%s holds nobody up', async (_what, name, text) => {
  const busy = get(name)
  expect(await longestWait(busy)).toBeLessThan(patienceMs)
  expect((await busy).body).toBe(text)
})

test('a long template that ends is rendered in the worker, whole', async () => {
  const answer = await get('long')
  expect(answer.status).toBe(200)
  const lines = answer.body.trimEnd().split('\n')
  expect(lines).toHaveLength(30_000)
  expect(lines.at(-1)).toBe('vlan 29999 10.0.117.47')
})

describe('password hashes', () => {
  test('are those of Ansible, and are made off the serving thread', async () => {
    // made with passlib, as Ansible does
    expect((await get('hash')).body).toBe(
      'secret $6$mysalt12$I4G2Fr5l7pHDFVXG6hbq6vsnUXhAwOgagWixQLQKvlI31cRDGkuZaYX8qB2zMmnRlXlQNvGSRh4QBOlQSdSVP0\n',
    )
    const slow = get('slowhash')
    expect(await longestWait(slow)).toBeLessThan(patienceMs)
    expect((await slow).body).toBe(
      'secret $6$rounds=656000$zg05nuSqCeznzinp$UKoruB9e24e8J/JS7p.CV14AVEAbsye2cRFuimmVW4sWN/ZD.ncylVamdRtuBW1eh2OqMIKiGnySKGyhNJS3T.\n',
    )
  })

  test('may be many in one template', async () => {
    expect((await get('hashes')).body).toBe('95 95 \n')
  })
})

test('what one render does to its variables no other render sees', async () => {
  for (let time = 0; time < 3; time++) {
    expect((await get('push')).body).toBe('ada,bob,eve\n')
    expect((await get('members')).body).toBe('ada,bob,mallory\n')
    expect((await get('good')).body).toBe('hostname good\n')
  }
})
