/**
 * Plugin calls in attributes: the built-in ones, and the operator's executables.
 * @module
 */
import type { PluginCall } from '../core/attributes.ts'
import { type NodeId, type NodeReport, nodeRecordText } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import type { Holder, PoolAllocator, ProgramRunner } from '../ports.ts'

/** The node that a plugin is run for. */
export interface AskingNode {
  readonly id: NodeId
  readonly report: NodeReport
  readonly holder: Holder
}

export interface Plugins {
  /** @throws {Problem} `plugin-missing`, `plugin-failed`, or what an allocation says */
  run(call: PluginCall, node: AskingNode): Promise<string>
}

/** Plugins that change nothing. Executables may do anything, so they are not run. */
export interface PreviewPlugins extends Plugins {
  /** False once an executable was called for: what it would have said is not known. */
  isExact(): boolean
}

interface BuiltInDeps {
  readonly pools: PoolAllocator
  /** Values of a table of the original's database. */
  readonly tables: PoolAllocator
}

interface ExecutableFolder {
  /** Absolute, `plugins/` of the data root. */
  readonly folder: string
  /** Whether a file of that folder is there. */
  readonly exists: (path: string) => boolean
}

export interface PluginsDeps extends BuiltInDeps, ExecutableFolder {
  readonly programs: ProgramRunner
}

/** Works in copies of pools and tables. */
export interface PreviewPluginsDeps extends BuiltInDeps, ExecutableFolder {}

/** What a plugin may take. */
const timeoutMs = 30_000
const maxOutputBytes = 1_048_576

/** The plugins that need no file. */
export const builtInPlugins: readonly string[] = ['allocate', 'test', 'sqlite']

export function createPlugins(deps: PluginsDeps): Plugins {
  return {
    run: async (call, node) => runBuiltIn(deps, call, node) ?? runExecutable(deps, call, node),
  }
}

export function createPreviewPlugins(deps: PreviewPluginsDeps): PreviewPlugins {
  let isExact = true
  return {
    isExact: () => isExact,
    run: async (call, node) => {
      const value = runBuiltIn(deps, call, node)
      if (value !== undefined) return value
      executablePath(deps, call.name, node.id)
      isExact = false
      return ''
    },
  }
}

/** Undefined: it is none of the built-in ones. */
function runBuiltIn(
  { pools, tables }: BuiltInDeps,
  { name, argument }: PluginCall,
  { id, holder }: AskingNode,
): Promise<string> | undefined {
  switch (name) {
    case 'allocate':
      return pools.allocate(argument, holder)
    case 'test':
      return Promise.resolve(`${id}:${argument}`)
    case 'sqlite':
      return tables.allocate(argument, holder)
    default:
      return undefined
  }
}

/** @throws {Problem} `plugin-missing` */
function executablePath({ folder, exists }: ExecutableFolder, name: string, id: NodeId): string {
  const path = `${folder}/${name}`
  if (exists(path)) return path
  throw new Problem('plugin-missing', `there is no plugin "${name}"`, {
    switch: id,
    fix: `write an executable plugins/${name}; built in are ${builtInPlugins.join(', ')}`,
  })
}

async function runExecutable(
  deps: PluginsDeps,
  { name, argument }: PluginCall,
  { id, report }: AskingNode,
): Promise<string> {
  const { programs, folder } = deps
  const path = executablePath(deps, name, id)
  const args = [id, argument, nodeRecordText(report).trim()]
  const end = await programs.run({
    path,
    args,
    cwd: folder,
    timeoutMs,
    maxOutputBytes,
    onFlood: 'end',
  })
  if (end.kind === 'exited' && end.exitCode === 0) return end.stdout.replace(/\r?\n$/, '')
  // not in the message, which switches are told: a program speaks of paths of the server
  const said = end.stderr.trim().slice(-2_000)
  const cause = said === '' ? undefined : new Error(said)
  throw new Problem('plugin-failed', `the plugin "${name}" failed: ${end.summary}`, {
    switch: id,
    cause,
  })
}
