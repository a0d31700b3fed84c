import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src/', import.meta.url))

/** Who may import whom; a layer's own files are always allowed. `*` stands for Node's modules and packages. */
const table: Readonly<Record<string, readonly string[]>> = {
  core: ['zod', 'js-yaml', 'diff'],
  ports: ['core'],
  provisioning: ['core', 'ports'],
  store: ['core', 'ports', '*'],
  sources: ['core', 'ports', '*'],
  render: ['core', 'ports', '*'],
  process: ['core', 'ports', '*'],
  'http/switch': ['http', 'core', 'ports', 'provisioning', '*'],
  'http/operator': ['http', 'core', 'ports', 'provisioning', '*'],
  http: ['core', 'ports', 'provisioning', '*'],
  'switch-app': ['http', 'http/switch', 'ports', '*'],
  'operator-app': ['http', 'http/operator', 'ports', '*'],
  'operator-side': [
    'operator-app',
    'switch-app',
    'deps',
    'http',
    'http/operator',
    'provisioning',
    'settings',
    'assets',
    'core',
    'ports',
    '*',
  ],
  settings: ['core', '*'],
  log: ['*'],
  assets: ['*'],
  deps: [
    'store',
    'sources',
    'render',
    'process',
    'settings',
    'log',
    'assets',
    'core',
    'ports',
    '*',
  ],
  rehearsal: ['switch-app', 'http', 'provisioning', 'settings', 'log', 'core', 'ports', '*'],
  server: [
    'rehearsal',
    'switch-app',
    'operator-side',
    'deps',
    'http',
    'provisioning',
    'settings',
    'core',
    'ports',
    '*',
  ],
  cli: ['provisioning', 'deps', 'server', 'settings', 'log', 'assets', 'core', 'ports', '*'],
  main: ['cli', '*'],
  ztps: ['cli', '*'],
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'),
    )
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The layer of a file: its folder, or the file itself at the top. */
function layerOf(path: string): string {
  const parts = relative(src, path)
    .replace(/\.tsx?$/, '')
    .split('/')
  const [first = '', second = ''] = parts
  return first === 'http' && parts.length > 2 ? `${first}/${second}` : first
}

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  return [
    ...text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm),
  ].map((match) => match[1] ?? match[2] ?? '')
}

/** What an import leads to: a layer of ours, or a package. */
function targetOf(path: string, specifier: string): string {
  return specifier.startsWith('.') ? layerOf(resolve(dirname(path), specifier)) : specifier
}

const files = sourceFiles(src)

test('every source file belongs to a layer of the import table', () => {
  const strangers = files.filter((path) => table[layerOf(path)] === undefined)
  expect(strangers.map((path) => relative(src, path))).toEqual([])
})

test.each(Object.keys(table))('%s imports only what its row of the table allows', (layer) => {
  const allowed = table[layer] ?? []
  const broken = files
    .filter((path) => layerOf(path) === layer)
    .flatMap((path) =>
      importsOf(path)
        .filter((specifier) => {
          const target = targetOf(path, specifier)
          if (target === layer) return false
          if (!specifier.startsWith('.') && allowed.includes('*')) return false
          return !allowed.includes(target)
        })
        .map((specifier) => `${relative(src, path)} imports ${specifier}`),
    )
  expect(broken).toEqual([])
})

test('no layer stands in the table without need', () => {
  const used = new Set(files.map(layerOf))
  expect(Object.keys(table).filter((layer) => !used.has(layer))).toEqual([])
})

test('imports are static, named and with their file extension', () => {
  const odd = files.flatMap((path) =>
    importsOf(path)
      .filter((specifier) => specifier.startsWith('.') && !/\.tsx?$/.test(specifier))
      .map((specifier) => `${relative(src, path)} imports ${specifier}`),
  )
  const dynamic = files.filter((path) => /\bimport\(|\brequire\(/.test(readFileSync(path, 'utf8')))
  expect([...odd, ...dynamic]).toEqual([])
})
