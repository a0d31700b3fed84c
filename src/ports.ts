/**
 * The seams of the house, types only. Who needs something from the outside says so here; the adapters fit themselves to it.
 * @module
 */
import type { Definition } from './core/definition.ts'
import type { ExactMap } from './core/exact-value.ts'
import type { FileFault } from './core/file-version.ts'
import type { Inventory } from './core/inventory.ts'
import type { Neighbordb } from './core/neighbordb.ts'
import type { NamedFile } from './core/neighbordb-check.ts'
import type { NodeId, NodeReport } from './core/node-report.ts'
import type { Pattern } from './core/pattern.ts'
import type { Problem } from './core/problem.ts'
import type { RepeatedEvent } from './core/repeats.ts'
import type { SwitchEvent } from './core/switch-event.ts'
import type { SwitchStates } from './core/switch-states.ts'
import type { Variables } from './core/variables.ts'

/** A template's text as an operator wrote it. */
export interface TemplateSource {
  /** The path below the templates folder, with `/`: what templates call each other by. */
  readonly name: string
  /** The path as messages show it. */
  readonly file: string
  readonly text: string
}

/** A template that can be rendered. Opaque: only the renderer that made it knows what is inside. */
export interface CompiledTemplate {
  readonly source: TemplateSource
}

/** What is known of the switch that asks: from the headers, else from its entry. Absent is undefined in a template. */
export interface SwitchFacts {
  readonly systemMac?: string
  readonly serialNumber?: string
  readonly model?: string
  readonly hardwareVersion?: string
  readonly softwareVersion?: string
  readonly architecture?: string
}

/** One configuration to make. */
export interface RenderRequest {
  readonly template: string
  /** Gives a copy of its own at each call: a render may change its variables, and may have to begin anew. */
  readonly variables: () => Variables
  /** The same variables without loss: floats, digits, order of keys. Worked out at each call; shared, not to be changed. */
  readonly exact: () => ExactMap
  readonly facts: SwitchFacts
  readonly serverUrl: string
  /** How messages name the switch. */
  readonly switchName: string
}

export type RenderResult =
  | {
      readonly kind: 'config'
      readonly text: string
      /** The render has asked for `server`. */
      readonly usesServerUrl: boolean
    }
  | {
      readonly kind: 'failed'
      readonly problem: Problem
      /** True when another try could go better: the worker was busy. */
      readonly transient: boolean
    }

/** The templates in force. */
export interface TemplateSet {
  readonly templates: ReadonlyMap<string, CompiledTemplate>
  /** Templates that are there but broken, without a last good version. */
  readonly broken: ReadonlyMap<string, Problem>
  /** Immediate for what is quick, which is nearly everything; a promise for what needs the worker. */
  render(request: RenderRequest): RenderResult | Promise<RenderResult>
  /** Only what is quick; undefined for what needs the worker, which learns nothing of it. */
  renderAtOnce(request: RenderRequest): RenderResult | undefined
}

/** One template dialect, or several behind one door. */
export interface Renderer {
  /** Checks and compiles a template, or says what is wrong with it. */
  compile(source: TemplateSource): CompiledTemplate | Problem
  templateSet(
    templates: ReadonlyMap<string, CompiledTemplate>,
    broken: ReadonlyMap<string, Problem>,
  ): TemplateSet
  close(): Promise<void>
}

/** What operators wrote, read and frozen. Replaced whole, never edited; a request uses one from beginning to end. */
export interface Snapshot {
  readonly version: number
  /** A token of all the bytes in force: equal for equal bytes, on every server. */
  readonly revision: string
  readonly inventory: Inventory
  /** False while an inventory file is broken and has no last good version: an unknown switch may be in it. */
  readonly inventoryComplete: boolean
  /** What is wrong with inventory files as a whole. */
  readonly inventoryProblems: readonly Problem[]
  /** The ordinals of the switches that have a mistake of their own and are not served. */
  readonly faulty: ReadonlySet<number>
  readonly templates: TemplateSet
  readonly problems: readonly Problem[]
}

/** Something that changes as a whole. */
export interface Live<T> {
  current(): T
  /** Calls the listener after every change; gives the way to stop it. */
  subscribe(listener: (next: T) => void): () => void
}

/** Milliseconds: `now` since 1970, `monotonic` for durations. */
export interface Clock {
  now(): number
  monotonic(): number
}

/** Facts of one log line besides its text. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Lines that have a level, a message and some facts in common. */
export interface PreparedLine {
  /** Facts of one switch as all its lines show them. */
  facts(own: LogFields): string
  /**
   * Writes a line.
   * @param own what {@link facts} gave
   * @param ms how long it took, the last fact of the line
   */
  write(own: string, ms: number): void
}

export interface Log {
  /** Makes what many lines share once. */
  prepare(level: 'info' | 'warn', message: string, shared: LogFields): PreparedLine
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** What went wrong for single switches when they asked, for the operator to see. */
export interface FaultLog {
  note(problem: Problem): void
  /** The switch was served again. */
  clear(switchName: string): void
  current(): readonly Problem[]
}

/** One switch as resource pools know it. */
export interface Holder {
  /** What is written as the holder of a value that it gets now. */
  readonly id: string
  /** Every id of the switch that is known, `id` included: a value that any of them holds is its own. */
  readonly ids: readonly string[]
}

/** Gives switches values of resource pools. */
export interface PoolAllocator {
  /**
   * The value that a switch holds in a pool, else the first free one in file order, which it holds from then on: on disk before
   * the promise is kept.
   * @throws {Problem} `pool-missing`, `pool-unreadable`, `pool-syntax`, `pool-shape`, `pool-exhausted`, `pool-busy`,
   * `data-root-unwritable`; the file is untouched then
   */
  allocate(pool: string, holder: Holder): Promise<string>
}

/** What to free in a pool: one value, or all that one switch holds. */
export type Release = { readonly value: string } | { readonly ids: readonly string[] }

/** The resource pools of a data root. All files are the operator's too: the saved file is the truth. */
export interface Pools extends PoolAllocator {
  /** Allocates in memory, beginning with the files as they are when first asked for: nothing is written. */
  scratch(): PoolAllocator
  /** Every pool below `resources/`, by its path there, sorted. */
  names(): Promise<readonly string[]>
  /** @throws {Problem} as `allocate` does */
  read(pool: string): Promise<PoolEntries>
  /** What is worth a look in the text of a pool (`pool-holder-text`). @throws {Problem} as `read` does */
  warnings(pool: string): Promise<readonly Problem[]>
  /** Frees values; gives those that were held. @throws {Problem} as `allocate` does */
  release(pool: string, what: Release): Promise<readonly string[]>
  /** Frees all values; gives how many were held. @throws {Problem} as `allocate` does */
  clear(pool: string): Promise<number>
}

/** A pool in file order: each value with its holder, undefined where it is free. */
export type PoolEntries = readonly { readonly value: string; readonly holder: string | undefined }[]

/** How a program that an operator provides ended. */
export interface ProgramEnd {
  /** `not-started`: it is missing, or may not be run. */
  readonly kind: 'exited' | 'killed' | 'timed-out' | 'flooded' | 'not-started'
  /** Of `exited`, else null. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** One line that says how it ended, for a log. */
  readonly summary: string
}

export interface ProgramRun {
  /** Absolute path of the file. It is run as it is, without a shell. */
  readonly path: string
  readonly args: readonly string[]
  /** The folder that it runs in. */
  readonly cwd: string
  readonly timeoutMs: number
  /** Longer output ends a program that must not flood (`end`), or is cut while the program goes on (`cut`). */
  readonly maxOutputBytes: number
  readonly onFlood: 'end' | 'cut'
}

/** Runs config-handlers and plugins. Whatever they do, the promise is kept and nothing of them is left running. */
export interface ProgramRunner {
  run(program: ProgramRun): Promise<ProgramEnd>
}

/** `ready`: both doors listen, and after `reloading` what was read again is in force. */
export type ServiceState = 'ready' | 'reloading' | 'stopping'

/** Whoever has started the server and wants to know how far it is. */
export interface ServiceManager {
  /** Comes back at once, and never throws. */
  tell(state: ServiceState): void
}

/** A file that a new node's folder begins with. */
export interface NewNodeFile {
  readonly name: 'definition' | 'pattern' | 'config-handler' | 'startup-config' | '.node'
  readonly bytes: Uint8Array
}

/** The folders of nodes: what the server writes there is on disk before a promise is kept. */
export interface NodeStore {
  /** `known`: it has a definition or a startup-config. `unfinished`: there is a folder without them. */
  state(id: NodeId): 'known' | 'unfinished' | 'absent'
  /** Makes a folder whole or not at all; `exists` when somebody else has made it meanwhile. @throws {Problem} `data-root-unwritable` */
  create(id: NodeId, files: readonly NewNodeFile[]): Promise<'created' | 'exists'>
  /** Keeps what a node reported of itself. @throws {Problem} `data-root-unwritable` */
  writeRecord(id: NodeId, text: string): Promise<void>
  /** @throws {Problem} `data-root-unwritable` */
  writeStartupConfig(id: NodeId, bytes: Uint8Array): Promise<'written' | 'no-node'>
  /** Every node that has a folder. */
  ids(): Promise<readonly string[]>
  /** Removes what killed servers left half made. */
  removeUnfinished(): Promise<void>
  /** The path of its config-handler and the folder to run it in; undefined: it has none. */
  configHandler(id: NodeId): { readonly path: string; readonly cwd: string } | undefined
}

/** A neighbordb to match with, and what is wrong with the file as it is saved now. */
export interface NeighbordbInForce {
  /** The last good one since the start; undefined: there was none. */
  readonly neighbordb: Neighbordb | undefined
  readonly problems: readonly Problem[]
  /** Patterns of what is saved now that no node can reach, and the files that its patterns name; none where it cannot be used. */
  readonly unreachable: readonly Problem[]
  readonly named: readonly NamedFile[]
  /** True for who looks first at what is saved now. */
  readonly isNews: boolean
}

/**
 * What operators keep in the data root, as it is at this moment: each call looks at the file's identity, size and time, and reads
 * and parses again what has changed. Links are followed. Undefined: there is no such file.
 */
export interface DataRootSource {
  /** Why there is nothing at all to read: the folder is not there, or may not be entered. */
  rootProblem(): Problem | undefined
  /** The bytes of a file, by its path below the data root. The same object as long as the file does not change. */
  bytes(path: string): Looked<Uint8Array | undefined>
  neighbordb(): Promise<NeighbordbInForce>
  definition(
    path: string,
  ): Looked<{ readonly definition: Definition; readonly bytes: Uint8Array } | undefined>
  /** `nodes/ID/pattern`. */
  ownPattern(id: NodeId): Looked<Pattern | undefined>
  /** `nodes/ID/attributes`; empty where there is no such file, or nothing in it. */
  attributes(id: NodeId): Promise<ExactMap | Problem>
  /** `nodes/ID/.node`. */
  record(id: NodeId): Looked<NodeReport | undefined>
  /** The file with the switch's startup-config is there. */
  hasStartupConfig(id: NodeId): boolean
}

/** What a file is worth, at once where it has not changed; a Problem: it cannot be used. */
export type Looked<Value> = Value | Problem | Promise<Value | Problem>

/** The bootstrap client and the actions that come with this program. */
export interface ShippedFiles {
  /** The bytes of one of them, by its path below `switch/`; the same object each time. */
  read(path: string): Uint8Array | undefined
}

/** What is known of the bytes of a file. */
export interface FileHash {
  readonly size: number
  /** 40 hex digits. */
  readonly sha1: string
}

/** Hashes of files, remembered for as long as a file does not change. */
export interface FileHashes {
  /** Of the bytes that the file at an absolute path has now: never of a mixture of two versions. Never rejects. */
  hash(path: string): Promise<FileHash | FileFault>
  close(): Promise<void>
}

/** A data root as those see it who go through all of it. Paths are below the data root; links are followed. */
export interface DataRootFiles {
  /** The bytes of a file; undefined: there is no such file. A Problem: it cannot be read. */
  read(path: string): Promise<Uint8Array | Problem | undefined>
  /**
   * Every file below a folder, sorted; none where there is no such folder. Links that lead nowhere are among them, names that
   * begin with a dot are not.
   */
  list(folder: string): Promise<readonly string[]>
  /** Whether there is such a file. */
  has(path: string): Promise<boolean>
  /** Whether the server may run a file. */
  isExecutable(path: string): Promise<boolean>
}

/** Takes what happens to switches. Never throws, never waits; what cannot be kept is counted as lost. */
export interface Journal {
  /** @param config what was served to the switch of the inventory, to be kept until something else is */
  note(event: SwitchEvent, config?: string | Uint8Array): void
  /**
   * What was noted before happens once more, at another time.
   * @param at in milliseconds since 1970
   */
  again(repeated: RepeatedEvent, at: number, config?: string | Uint8Array): void
}

/** How the journal is. */
export interface JournalStatus {
  /** True until what happened before the start is known. */
  readonly loading: boolean
  /** How many events could not be kept since the start. */
  readonly lost: number
  readonly problems: readonly Problem[]
}

/** The journal of a running server, and what its events come to. */
export interface LiveJournal extends Journal, SwitchHistory, ServedConfigs {
  readonly states: SwitchStates
  status(): JournalStatus
  /** Everything is on disk when the promise is kept. */
  close(): Promise<void>
}

/** Reads what happened to switches. */
export interface SwitchHistory {
  /** The latest events of the switch that has one of these ids, newest first. Damaged lines are passed over. */
  timeline(ids: readonly string[], limit: number): Promise<readonly SwitchEvent[]>
}

/** The configuration that a switch was last served. */
export interface ServedConfig {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** What switches of the inventory were last served, by the ids of their entries. */
export interface ServedConfigs {
  read(entryId: string): Promise<ServedConfig | undefined>
}

/** A folder of configurations as `render --all --out` writes it. @throws {Problem} `comparison-missing` from both */
export interface ConfigFolder {
  /** The files with configurations, sorted. */
  names(): Promise<readonly string[]>
  read(name: string): Promise<Uint8Array | undefined>
}
