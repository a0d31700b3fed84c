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

export interface PluginsDeps {
  readonly pools: PoolAllocator
  /** Values of a table of the original's database. */
  readonly tables: PoolAllocator
  readonly programs: ProgramRunner
  /** Absolute, `plugins/` of the data root. */
  readonly folder: string
  /** Whether a file of that folder is there. */
  readonly exists: (path: string) => boolean
}

/** What a plugin may take. */
const timeoutMs = 30_000
const maxOutputBytes = 1_048_576

/** The plugins that need no file. */
export const builtInPlugins: readonly string[] = ['allocate', 'test', 'sqlite']

export function createPlugins(deps: PluginsDeps): Plugins {
  return {
    run: (call, node) => {
      switch (call.name) {
        case 'allocate':
          return deps.pools.allocate(call.argument, node.holder)
        case 'test':
          return Promise.resolve(`${node.id}:${call.argument}`)
        case 'sqlite':
          return deps.tables.allocate(call.argument, node.holder)
        default:
          return runExecutable(deps, call, node)
      }
    },
  }
}

async function runExecutable(
  { programs, folder, exists }: PluginsDeps,
  { name, argument }: PluginCall,
  { id, report }: AskingNode,
): Promise<string> {
  const path = `${folder}/${name}`
  if (!exists(path)) {
    throw new Problem('plugin-missing', `there is no plugin "${name}"`, {
      switch: id,
      fix: `write an executable plugins/${name}; built in are ${builtInPlugins.join(', ')}`,
    })
  }
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
