import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, makeFolder, type RunningServer, startServer, writeIn } from '../running-server.ts'

/** One switch a template: the name of the template is its serial number. */
const templates: Readonly<Record<string, string>> = {
  good: 'hostname {{ hostname }}\n',
  include: "{% include 'parts/banner.j2' %}\n{% include 'parts/deep/ntp.j2' %}\n",
  'parts/banner': 'banner of {{ hostname }}',
  'parts/deep/ntp': "ntp {% include 'parts/banner.j2' %}",
  imports:
    "{% import 'parts/macros.j2' as m %}{% from 'parts/macros.j2' import port as p %}{{ m.port(1) }}{{ p(2) }}\n",
  'parts/macros': '{% macro port(n) %}interface Ethernet{{ n }}\n{% endmacro %}',
  extends: "{% extends 'base/leaf.j2' %}{% block body %}vlan {{ super() }}{% endblock %}",
  'base/leaf': 'leaf\n{% block body %}10{% endblock %}\n',
  missing: "{% include 'parts/nowhere.j2' %}",
  ignored: "a{% include 'parts/nowhere.j2' ignore missing %}b\n",
  list: "{% include ['parts/nowhere.j2', 'parts/banner.j2'] %}\n",
  nothingOf: "a{% include ['x.j2', 'y.j2'] ignore missing %}b\n",
  beside: "{% include 'deep/ntp.j2' %}",
  nunjucks: "{% include 'other.njk' %}",
  nunjucksIgnored: "{% include 'other.njk' ignore missing %}",
  outside: "{% include '../swinfo.json' %}",
  absolute: "{% include '/etc/passwd' %}",
  outsideIgnored: "a{% include '../swinfo.json' ignore missing %}b\n",
  broken: "{% include 'parts/broken.j2' %}",
  'parts/broken': 'one\n{% if x %}',
  endless: '{% for i in range(10**9) %}{% endfor %}',
  regex: "{{ ('a' * 5000) | regex_search('(a+)+$b') }}",
  memory:
    '{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}',
  itself: "{% include 'itself.j2' %}",
  gigabytes: "{{ 'x' * 10**10 }}",
  digits: '{{ 2 ** (10 ** 8) }}',
}
const names = [...Object.keys(templates), 'fromNunjucks', 'text']
const switches = Object.fromEntries(
  names.map((name) => [
    name,
    { hostname: name, template: name === 'fromNunjucks' ? 'back.njk' : `${name}.j2` },
  ]),
)
const folder = makeFolder({
  'swinfo.json': switches,
  ...Object.fromEntries(
    Object.entries(templates).map(([name, text]) => [`templates/${name}.j2`, text]),
  ),
  'templates/other.njk': 'nunjucks',
  'templates/back.njk': '{% include "good.j2" %}',
  'templates/text.j2': "{% include 'banner.txt' %}\n",
  'templates/banner.txt': '{{ hostname }} has a banner',
})
let server: RunningServer

beforeAll(async () => {
  server = await startServer(folder.path)
}, 20_000)
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const get = (name: string) => ask(server.port, '/dynconfig', { 'X-Arista-Serial': name })

describe('templates use each other across folders', () => {
  test.each([
    ['include', 'banner of include\nntp banner of include\n'],
    ['imports', 'interface Ethernet1\ninterface Ethernet2\n'],
    ['extends', 'leaf\nvlan 10\n'],
    ['ignored', 'ab\n'],
    ['nothingOf', 'ab\n'],
    ['list', 'banner of list\n'],
    ['text', 'text has a banner\n'],
  ])('%s', async (name, body) => {
    expect(await get(name)).toMatchObject({ status: 200, body })
  })

  test.each([
    ['missing', 'parts/nowhere.j2'],
    ['beside', 'deep/ntp.j2'],
    ['nunjucks', 'other.njk'],
    ['nunjucksIgnored', 'other.njk'],
    ['fromNunjucks', 'good.j2'],
    ['outside', 'leaves the templates folder'],
    ['absolute', 'leaves the templates folder'],
    ['broken', 'parts/broken.j2'],
  ])('%s is refused with the reason', async (name, reason) => {
    expect((await get(name)).status).toBe(503)
    await server.waitFor(new RegExp(`${name}.*${reason}`))
  })

  test('a name that leaves the folder is no template that may be missing', async () => {
    expect((await get('outsideIgnored')).status).toBe(503)
  })

  test('a part that changes, goes and comes back counts at the next request', async () => {
    writeIn(folder.path, 'templates/parts/banner.j2', 'new banner of {{ hostname }}')
    await expect.poll(async () => (await get('include')).body).toContain('new banner of include')
    rmSync(`${folder.path}/templates/parts/banner.j2`)
    await expect.poll(async () => (await get('include')).status).toBe(503)
    writeIn(folder.path, 'templates/parts/banner.j2', 'banner of {{ hostname }}')
    await expect.poll(async () => (await get('include')).status).toBe(200)
  }, 20_000)
})

describe('a template without an end', () => {
  test('is a 503, and the others are answered meanwhile and afterwards', async () => {
    const hostile = ['endless', 'regex', 'memory', 'itself', 'gigabytes', 'digits']
    const busy = Promise.all(hostile.map(get))
    let over = false
    void busy.finally(() => {
      over = true
    })
    let longest = 0
    while (!over) {
      const began = performance.now()
      expect((await get('good')).body).toBe('hostname good\n')
      longest = Math.max(longest, performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect((await busy).map(({ status }) => status)).toEqual(hostile.map(() => 503))
    expect(longest).toBeLessThan(2_000)
    expect((await get('good')).body).toBe('hostname good\n')
  }, 60_000)
})
