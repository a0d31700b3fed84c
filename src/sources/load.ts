/**
 * What operators wrote → one Snapshot. Every broken file is stood in for by its own last good version.
 * @module
 */
import { createHash } from 'node:crypto'
import type { Inventory } from '../core/inventory.ts'
import { assembleInventory } from '../core/inventory-assembly.ts'
import type { Problem } from '../core/problem.ts'
import { checkSwitches } from '../core/switch-check.ts'
import type { CompiledTemplate, Renderer, Snapshot } from '../ports.ts'
import {
  type GoodFile,
  type InventoryFiles,
  type InventoryPlace,
  inventoryInForce,
  noInventoryFiles,
  type ParseFile,
  refreshInventory,
} from './inventory-files.ts'
import {
  noTemplateFiles,
  refreshTemplates,
  type TemplateFiles,
  type TemplatesPlace,
} from './template-files.ts'

export interface LoaderOptions {
  readonly inventory: InventoryPlace
  readonly templates: TemplatesPlace
  readonly renderer: Renderer
  /** Nobody has asked for them: as long as neither has ever been there, that is no problem. */
  readonly mayBeUnused: boolean
  /** The settings that shape a render, for the revision. */
  readonly shape: Readonly<Record<string, string | boolean | undefined>>
}

/** How one load behaves. */
export interface LoadManner {
  readonly parse: ParseFile
  /** Lets others work; called often. */
  readonly giveWay: () => Promise<void> | undefined
  /** True for a file that was touched a moment ago and may still be written to. */
  readonly unsettled: (path: string) => boolean
}

/** Keeps the last good version of every file from load to load. */
export class Loader {
  private inventoryFiles: InventoryFiles = noInventoryFiles
  private templateFiles: TemplateFiles = noTemplateFiles
  private lastInForce: ReadonlyMap<string, GoodFile> = new Map()
  private last: { inventory: Inventory; digests: string } | undefined
  private version = 0
  private readonly options: LoaderOptions

  constructor(options: LoaderOptions) {
    this.options = options
  }

  /** Looks at everything again. `unsettled` says that a file was being written to: another load is needed soon. */
  async load(manner: LoadManner): Promise<{ snapshot: Snapshot; unsettled: boolean }> {
    const { inventory, templates, renderer } = this.options
    let waiting = false
    const parse: ParseFile = (path, previous) => {
      if (!manner.unsettled(path)) return manner.parse(path, previous)
      waiting = true
      return 'changing'
    }
    const inventoryNow = await refreshInventory(
      inventory,
      this.inventoryFiles,
      parse,
      manner.giveWay,
    )
    const templatesNow = await refreshTemplates(
      templates,
      this.templateFiles,
      renderer,
      manner.unsettled,
      manner.giveWay,
    )
    const unused =
      this.options.mayBeUnused && hasNothing(inventoryNow.files) && hasNothing(templatesNow.files)
    this.inventoryFiles = unused ? noInventoryFiles : inventoryNow.files
    this.templateFiles = unused ? noTemplateFiles : templatesNow.files
    const snapshot = await this.snapshot(manner)
    return { snapshot, unsettled: waiting || inventoryNow.unsettled || templatesNow.unsettled }
  }

  private async snapshot(manner: LoadManner): Promise<Snapshot> {
    const { renderer } = this.options
    const force = inventoryInForce(this.inventoryFiles, this.lastInForce)
    this.lastInForce = force.good
    const inventory = await this.assemble(force.tables, force.digests.join('\n'), manner)
    const { good, broken, problems: templateProblems } = templatesInForce(this.templateFiles)
    const templates = renderer.templateSet(good, broken)
    const check = checkSwitches(inventory, (name) => good.has(name) || broken.has(name))
    const findings = await runBetween(check, manner)
    return {
      version: ++this.version,
      revision: this.revision(force.digests),
      inventory,
      inventoryComplete: force.complete,
      inventoryProblems: force.problems.filter(({ severity }) => severity === 'error'),
      faulty: findings.faulty,
      templates,
      problems: [...force.problems, ...templateProblems, ...findings.problems],
    }
  }

  /** The inventory of these tables: the one before where nothing has changed. */
  private async assemble(
    tables: Inventory['tables'],
    digests: string,
    manner: LoadManner,
  ): Promise<Inventory> {
    if (this.last?.digests === digests) return this.last.inventory
    const inventory = await runBetween(assembleInventory(tables), manner)
    this.last = { inventory, digests }
    return inventory
  }

  private revision(inventoryDigests: readonly string[]): string {
    const { shape } = this.options
    const templates = [...this.templateFiles.files]
      .filter(([, file]) => file.good !== undefined)
      .map(([name, file]) => `${name} ${file.digest}`)
    const parts = [JSON.stringify(shape), ...inventoryDigests, '', ...templates]
    return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)
  }
}

/** Whether a place is not there, and was not there before. */
function hasNothing({ files, problem }: InventoryFiles | TemplateFiles): boolean {
  const isMissing = problem?.code === 'inventory-missing' || problem?.code === 'templates-missing'
  return isMissing && files.size === 0
}

/** Names of templates in either dialect. */
const templateName = /\.(?:njk|j2|jinja2?)$/i

function templatesInForce(files: TemplateFiles): {
  good: ReadonlyMap<string, CompiledTemplate>
  broken: ReadonlyMap<string, Problem>
  problems: readonly Problem[]
} {
  const good = new Map<string, CompiledTemplate>()
  const broken = new Map<string, Problem>()
  const problems = files.problem === undefined ? [] : [files.problem]
  for (const [name, file] of files.files) {
    if (file.good !== undefined) good.set(name, file.good)
    else if (file.problem !== undefined) broken.set(name, file.problem)
    // other files may lie in the folder; they matter when a template includes them
    if (file.problem !== undefined && templateName.test(name)) problems.push(file.problem)
  }
  return { good, broken, problems }
}

/** Runs a generator in short stretches. */
async function runBetween<Result>(
  steps: Generator<void, Result>,
  manner: LoadManner,
): Promise<Result> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    const pause = manner.giveWay()
    if (pause !== undefined) await pause
  }
}
