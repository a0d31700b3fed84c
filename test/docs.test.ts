import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import tests from 'nunjucks/src/tests.js'
import { describe, expect, test } from 'vitest'
import { problemSeverity } from '../src/core/problem.ts'
import { workerBudget } from '../src/render/bounds.ts'
import { compileTemplate } from '../src/render/dialects.ts'
import { sharedFilters } from '../src/render/filters/registry.ts'
import { sha512Crypt } from '../src/render/filters/sha-crypt.ts'
import { ansibleTests } from '../src/render/jinja/ansible-tests.ts'
import { globalsNotHere, globals as jinjaGlobals } from '../src/render/jinja/globals.ts'
import { jinjaTests } from '../src/render/jinja/tests.ts'
import { jinjaFilterNames } from '../src/render/jinja/words.ts'
import { builtinFilterNames } from '../src/render/nunjucks/builtin-filters.ts'
import { globals } from '../src/render/nunjucks/globals.ts'
import { dictMethods } from '../src/render/python/dict-methods.ts'
import { readJson } from '../src/render/python/json.ts'
import { listMethods, tupleMethods } from '../src/render/python/list-methods.ts'
import { numberMembers } from '../src/render/python/member.ts'
import { refusedTextMethods, textMethods } from '../src/render/python/text-methods.ts'
import type { PyDict } from '../src/render/python/values.ts'
import { hashKey } from '../src/render/render-job.ts'
import {
  type Given,
  jinjaVocabulary,
  nunjucksVocabulary,
  runRender,
} from '../src/render/run-render.ts'
import { TemplateFault } from '../src/render/template-fault.ts'
import {
  eventually,
  makeFolder,
  type RunningServer,
  runCommand,
  runZtps,
  startServer,
  writeIn,
} from './running-server.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Every page that belongs to the project. */
const pages = ['.', 'docs', 'dhcp', 'bench', 'test']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  )

/** A fenced block; `mark` is the comment before it, which says what a test does with it. */
interface Block {
  readonly mark: string
  readonly text: string
}

function blocksOf(page: string): readonly Block[] {
  const fence = /(?:^<!-- (.+) -->\n+)?^```[^\n]*\n([\s\S]*?)^```$/gm
  return [...read(page).matchAll(fence)].map(([, mark = '', text = '']) => ({ mark, text }))
}

/** An expected text in which `…` stands for anything, as a pattern. */
function withGaps(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[\\s\\S]*?')}$`)
}

describe('the reference names everything that is there', () => {
  test.each(Object.entries(problemSeverity))('the problem %s', (code, severity) => {
    const [, section = ''] = read('docs/reference/problems.md').split(`\n### ${code}\n`)
    const word = severity === 'error' ? 'Error' : 'Warning'
    expect(section.trimStart()).toMatch(new RegExp(`^${word}[.,]`))
    expect(section).toMatch(/Message: [\s\S]*?Fix: /)
  })

  test('no problem that is not there', () => {
    const headings = [...read('docs/reference/problems.md').matchAll(/^### (.+)$/gm)]
    expect(headings.map(([, code]) => code).sort()).toEqual(Object.keys(problemSeverity).sort())
  })

  const templates = read('docs/reference/templates.md')
  const firstColumns = [...templates.matchAll(/^\| (`.*?) \|/gm)].map(([, column = '']) => column)
  const named = new Set(
    firstColumns.flatMap((column) =>
      [...column.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([, name = '']) => name),
    ),
  )
  const filters = [...sharedFilters.keys(), ...builtinFilterNames, 'password_hash']
  const examples = blocksOf('docs/reference/templates.md')
    .filter(({ mark }) => mark.startsWith('examples'))
    .map(({ text }) => text)
    .join('')

  test.each(filters)('the filter %s, with an example', (name) => {
    expect(named).toContain(name)
    expect(examples).toMatch(new RegExp(`\\| (?:[a-z.]+\\.)?${name}\\b`))
  })

  test('the arguments of the filters', () => {
    const missing = filters.flatMap((name) => {
      const filter = nunjucksVocabulary.findFilter(name)
      const all = [...(filter?.params ?? []), ...(filter?.keywordOnly ?? [])]
      const row = [...templates.matchAll(new RegExp(`\`${name}\\(([^\`]*)\\)\``, 'g'))][0]?.[1]
      const stated = (row ?? '').split(/[,*…\s]+/).filter((word) => word !== '')
      // "alias" only says how Ansible calls the filter inside
      return all.filter(
        (param) => param !== 'alias' && stated.length > 0 && !stated.includes(param),
      )
    })
    expect(missing).toEqual([])
  })

  test.each([...Object.keys(tests), ...Object.keys(globals)])('the test or global %s', (name) => {
    expect(named).toContain(name)
  })

  describe('of Jinja2', () => {
    const page = read('docs/reference/jinja.md')
    const sections = new Map(
      page.split(/^## /m).map((text) => [text.slice(0, text.indexOf('\n')), text]),
    )
    /** What stands in backticks in the first column of a section's tables. */
    const firstOf = (section: string) =>
      [...(sections.get(section) ?? '').matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, column = '']) =>
        [...column.matchAll(/`(.+?)`/g)].map(([, name = '']) => name),
      )
    /** The same without arguments and dots before. */
    const namesOf = (section: string) =>
      firstOf(section).map((name) => name.replace(/\(.*/, '').replace(/^\./, ''))
    const examples = blocksOf('docs/reference/jinja.md')
      .filter(({ mark }) => /^jinja(?:-ours)?(?: |$)/.test(mark))
      .map(({ text }) => text)
      .join('')
    const escaped = (name: string) => name.replace(/[.=<>!]/g, '\\$&')

    const filters = new Set([...jinjaFilterNames, ...sharedFilters.keys(), 'password_hash'])
    const short = (name: string) => name.replace(/^ansible\.(?:builtin|utils|netcommon)\./, '')
    test('all filters, and no others', () => {
      expect(namesOf('Filters').map(short).sort()).toEqual([...filters].map(short).sort())
    })
    test.each([...filters])('the filter %s, with an example', (name) => {
      const called = `\\| (?:ansible\\.\\w+\\.)?${short(name)}\\b|filter ${name}\\b|map\\("${name}"`
      expect(examples).toMatch(new RegExp(called))
    })

    const ofAnsible = ansibleTests(() => undefined)
    const tests = [...jinjaTests.keys(), ...ofAnsible.keys(), 'filter', 'test'].filter(
      (name) => !name.startsWith('ansible.builtin.'),
    )
    test('all tests, and no others', () => {
      expect(namesOf('Tests').sort()).toEqual(tests.sort())
    })
    test.each(tests)('the test %s, with an example', (name) => {
      expect(examples).toMatch(
        new RegExp(`(?:is |select\\("|, ")${escaped(name)}(?:[" ()]|$)`, 'm'),
      )
    })

    test('all global functions, and no others', () => {
      const named = new Set(namesOf('Global functions'))
      expect([...named].sort()).toEqual([...jinjaGlobals.keys()].sort())
      for (const name of named) expect(examples).toContain(` ${name}(`)
    })

    const methods = [
      ['Of a text', textMethods],
      ['Of a list or a tuple', new Map([...listMethods, ...tupleMethods])],
      ['Of a dictionary', dictMethods],
      ['Of a number', numberMembers],
    ] as const
    test.each(methods)('all methods: %s, and no others', (heading, known) => {
      const [, section = ''] = (sections.get('Methods') ?? '').split(`### ${heading}\n`)
      const text = section.split('\n### ')[0]?.split('<!--')[0] ?? ''
      const named = [...text.matchAll(/`\.(\w+)(?:\([^`]*\))?`/g)].map(([, name = '']) => name)
      expect(named.sort()).toEqual([...known.keys()].sort())
      for (const name of named) expect(section).toMatch(new RegExp(`[\\w"\\])}]\\.${name}\\b`))
    })

    test('no filter or test that is there as refused', () => {
      const rows = [...(sections.get('What is refused') ?? '').matchAll(/^\| (.+?) \|/gm)]
      const named = rows
        .filter(([, row = '']) => /^(?:`random`|`fileglob`|filters of|the tests)/.test(row))
        .flatMap(([, row = '']) => [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
      expect(named.length).toBeGreaterThan(40)
      // these are refused for how they are called
      const called = ['password_hash', 'type5_pw', 'strftime']
      const there = named.flatMap((name) =>
        ['', 'ansible.builtin.', 'ansible.utils.', 'ansible.netcommon.']
          .map((collection) => collection + name)
          .filter((full) => jinjaVocabulary.filter(full) ?? jinjaVocabulary.test(full)),
      )
      expect(there.filter((name) => !called.includes(short(name)))).toEqual([])
    })

    test.each([...refusedTextMethods, ...globalsNotHere.keys()])('%s as refused', (name) => {
      expect(sections.get('What is refused')).toMatch(new RegExp(`\`${name}(?:\\(\\))?\``))
    })
  })

  const cliPage = read('docs/reference/cli.md')
  const expectNamed = (help: string) => {
    const offered = [...help.matchAll(/^ {2}((?:-\w, )?--[\w-]+|\w+(?= \[options\]))/gm)]
    expect(offered.length).toBeGreaterThan(1)
    for (const [, option = ''] of offered) {
      for (const name of option.split(', ')) expect(cliPage).toMatch(new RegExp(`${name}\\b`))
    }
  }

  test.each([
    [],
    ['serve'],
    ['render'],
    ['validate'],
    ['explain'],
    ['diff'],
    ['resources', 'list'],
    ['resources', 'allocate'],
    ['resources', 'release'],
    ['resources', 'clear'],
    ['init'],
    ['health'],
  ])('every command and option of ztpush %s %s --help', async (...command) => {
    const words = command.filter((word) => word !== undefined)
    expectNamed((await runCommand(root, [...words, '--help'])).stdout)
  })

  test('every option of ztps --help', async () => {
    expectNamed((await runZtps(root, ['--help'])).stdout)
  })
})

const lines = (mark: string) =>
  pages.flatMap((page) =>
    blocksOf(page)
      .filter((block) => block.mark.split(' ')[0] === mark)
      .flatMap((block) =>
        block.text
          .split('\n')
          .filter((line) => line.includes('→'))
          .map((line) => {
            const at = line.lastIndexOf('→')
            const variables = block.mark.slice(mark.length).trim() || '{}'
            return { page, template: line.slice(0, at), result: line.slice(at + 2), variables }
          }),
      ),
  )

/** Renders a template; password hashes are computed when asked for. */
function rendered(dialect: Given['dialect'], template: string, variables: string): string {
  const rules = { trimBlocks: false, lstripBlocks: false }
  const name = dialect === 'jinja' ? 'main.j2' : 'main.njk'
  const source = { name, file: name, text: template }
  const compiled = compileTemplate(source, rules)
  const hashes = new Map<string, string>()
  for (let turn = 0; turn < 10; turn++) {
    const end = runRender(compiled, givenOf(dialect, variables), {
      find: () => undefined,
      hashes,
      budget: workerBudget,
      now: () => performance.now(),
    })
    if (end.kind === 'text') return end.text
    if (end.kind !== 'hash-needed') throw new Error(JSON.stringify(end))
    const { password, salt, rounds } = end.need
    hashes.set(hashKey(end.need), sha512Crypt(password, salt, rounds))
  }
  throw new Error('asks for ever more hashes')
}

function givenOf(dialect: Given['dialect'], variables: string): Given {
  if (dialect === 'jinja') {
    const dict = readJson(variables) as PyDict
    return {
      dialect,
      variables: { variables: dict, facts: {}, serverUrl: 'http://ztpush.example' },
    }
  }
  const scope = JSON.parse(variables) as Record<string, unknown>
  return { dialect, names: { variables: scope, reserved: {} } }
}

const examplesOf = {
  nunjucks: lines('examples'),
  jinja: [...lines('jinja'), ...lines('jinja-ours')],
} as const

describe.each(['nunjucks', 'jinja'] as const)('examples of templates are true: %s', (dialect) => {
  test.each(examplesOf[dialect])('$template', ({ template, result, variables }) => {
    // the space before the arrow belongs to the page
    const text = rendered(dialect, template.replace(/ $/, ''), variables)
    expect(text.replaceAll('\n', '\\n')).toBe(result)
  })
})

/** What a refused template is told. */
function refusal(dialect: Given['dialect'], template: string, variables: string): string {
  try {
    return rendered(dialect, template, variables)
  } catch (error) {
    if (error instanceof TemplateFault) return `template-${error.kind} ${error.message}`
    const { fault } = JSON.parse(String(error).replace(/^Error: /, ''))
    return `${fault.code} ${fault.message}`
  }
}

test.each(lines('refused'))('refused: $template', ({ template, result }) => {
  const told = refusal('nunjucks', template, '{}')
  expect(told).toMatch(/misread/)
  expect(told).toContain(result)
})

test.each(lines('jinja-refused'))('refused: $template', ({ template, result, variables }) => {
  const told = refusal('jinja', template, variables)
  expect(told).toMatch(/^template-(?:dialect|syntax|failed|undefined|missing) /)
  expect(told).toContain(result)
})

/** A page starts a program for each of some dozens of commands, one after the other. */
const pageMs = 90_000

describe('commands in the pages print what the pages say', () => {
  const stories = pages.filter((page) => blocksOf(page).some(({ mark }) => mark === 'run'))
  test.each(stories)(
    '%s',
    async (page) => {
      const folder = makeFolder({})
      let server: RunningServer | undefined
      try {
        for (const { mark, text } of blocksOf(page)) {
          if (mark.startsWith('file: ')) writeIn(folder.path, mark.slice('file: '.length), text)
          if (mark === 'serve') server ??= await startServer(folder.path)
          if (mark === 'run' || mark === 'serve') await replay(folder.path, text, server)
        }
      } finally {
        await server?.stop()
        folder.remove()
      }
    },
    pageMs,
  )
})

/** Runs the lines that begin with `$ ` and compares what they print. */
async function replay(
  cwd: string,
  block: string,
  server: RunningServer | undefined,
): Promise<void> {
  const ports = [
    ['8080', String(server?.port ?? 8080)],
    ['8081', String(server?.operatorPort ?? 8081)],
  ] as const
  const there = (text: string) =>
    ports.reduce((all, [page, real]) => all.replaceAll(`:${page}`, `:${real}`), text)
  const back = (text: string) =>
    ports.reduce((all, [page, real]) => all.replaceAll(`:${real}`, `:${page}`), text)
  for (const step of block.split(/^\$ /m).slice(1)) {
    const [command = '', ...expected] = step.split('\n')
    const check = async () => {
      const printed = await shell(cwd, there(command))
      expect(back(printed), command).toMatch(withGaps(expected.join('\n')))
    }
    // a running server takes a moment to see an edit
    if (command.startsWith('curl')) await eventually(check)
    else await check()
  }
}

/** What a command line prints, both streams as they come. */
function shell(cwd: string, command: string): Promise<string> {
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}` }
  const child = spawn('sh', ['-c', `exec 2>&1; ${command}`], { cwd, env })
  return new Promise((done) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk.replaceAll('\r', '')
    })
    // an answer of JSON has no line end of its own
    child.on('close', () => done(text === '' || text.endsWith('\n') ? text : `${text}\n`))
  })
}

test('the answer in the README is what ztpush renders', async () => {
  const blocks = blocksOf('README.md')
  const asked = blocks.findIndex(({ text }) => text.startsWith('curl -H "X-Arista-SystemMAC: '))
  const [, mac = ''] = /SystemMAC: ([^"]+)"/.exec(blocks[asked]?.text ?? '') ?? []
  const { stdout } = await runCommand(root, ['render', mac])
  expect(stdout).toMatch(withGaps(blocks[asked + 1]?.text ?? ''))
})

test('the inventory in the README is one', async () => {
  const inventory = blocksOf('README.md').find(({ text }) => text.startsWith('defaults:'))?.text
  const folder = makeFolder({
    'site.yaml': inventory,
    'templates/config.njk':
      '{{ hostname }} {{ domain }}{% for id, v in vlans %} {{ id }}{% endfor %}\n',
    'templates/core.njk': '{{ hostname }} {{ switch.serialNumber }}\n',
  })
  const result = await runCommand(folder.path, ['validate', '--strict', '--inventory', 'site.yaml'])
  folder.remove()
  expect(result.stdout).toBe('2 switches: 0 errors, 0 warnings\n')
})

describe('links lead somewhere', () => {
  /** The anchors that GitHub makes of a page's headings. */
  const anchorsOf = (path: string) =>
    new Set(
      [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'),
      ),
    )

  test.each(pages)('%s', (page) => {
    const text = read(page).replace(/^```[\s\S]*?^```$/gm, '')
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#')
        const path = file === '' ? join(root, page) : resolve(root, dirname(page), file)
        if (!existsSync(path)) return true
        return anchor !== undefined && !anchorsOf(path).has(anchor)
      })
    expect(broken.map((target) => `${relative('.', page)}: ${target}`)).toEqual([])
  })
})

test('the source files that the pages name are there', () => {
  const files = ['src', 'test', 'bench']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
    .map((path) => `/${path}`)
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:[\w-]+\/)*[\w-]+(?:\.test)?\.d?\.?ts)`/g)].map(
      ([, name = '']) => ({ page, name: `/${name.replace(/^(?:src|test)\//, '')}` }),
    ),
  )
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(({ name }) => !files.some((file) => file.endsWith(name)))).toEqual([])
})

test('the diagram of imports is the table of the architecture test', () => {
  const kept = ['*', 'zod', 'js-yaml', 'diff']
  const rows = (pairs: Iterable<readonly [string, readonly string[]]>) =>
    [...pairs]
      .map(
        ([from, to]) =>
          `${from} --> ${to
            .filter((each) => !kept.includes(each))
            .sort()
            .join(' & ')}`,
      )
      .filter((row) => !row.endsWith('--> ') && !kept.includes(row.split(' ')[0] ?? ''))
      .sort()
  const code = read('test/architecture.test.ts')
  const table = code.slice(code.indexOf(' = {\n'), code.indexOf('\n}\n'))
  const allowed = [...table.matchAll(/^ {2}'?([\w/-]+)'?: \[([\s\S]*?)\]/gm)].map(
    ([, from = '', to = '']) =>
      [from, [...to.matchAll(/'([^']+)'/g)].map(([, name = '']) => name)] as const,
  )
  const drawn = [...read('docs/architecture.md').matchAll(/^ {2}([\w/-]+) --> (.+)$/gm)].map(
    ([, from = '', to = '']) => [from, to.split(' & ')] as const,
  )
  expect(rows(drawn)).toEqual(rows(allowed))
})

test('what the pages say is not there is not there', async () => {
  for (const command of ['dhcp', 'simulate']) {
    const result = await runCommand(root, [command])
    expect(result).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not in this version'),
    })
  }
})
