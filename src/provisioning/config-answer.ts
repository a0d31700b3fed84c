/**
 * One switch asks for its configuration: find it, choose its template, render.
 * @module
 */

import { fillAllocations, fillExactAllocations } from '../core/allocation-values.ts'
import { exactVariables } from '../core/exact-variables.ts'
import type { SwitchDescription, SwitchIds } from '../core/identity.ts'
import {
  entryAt,
  entryIds,
  entryLocation,
  findSwitch,
  type Inventory,
  switchName,
} from '../core/inventory.ts'
import { describeLocation, Problem, withDetails } from '../core/problem.ts'
import { withoutSecrets } from '../core/problem-secrets.ts'
import { isDictionary, ownValue } from '../core/source-text.ts'
import { checkSwitch, mayAllocate } from '../core/switch-check.ts'
import { mergeVariables, type Variables } from '../core/variables.ts'
import type { RenderRequest, RenderResult, Snapshot, SwitchFacts } from '../ports.ts'
import { type AllocationOptions, fillFromPools } from './config-allocations.ts'
import { chooseTemplate, hasTemplate } from './template-choice.ts'

/** What a switch gets: a configuration, or the reason why there is none at this moment. */
export type ConfigAnswer =
  | {
      readonly kind: 'config'
      readonly text: string
      readonly switchName: string
      /** True when another try could give something else though nothing in force has changed: pools are the operator's too. */
      readonly transient: boolean
    }
  | { readonly kind: 'unavailable'; readonly problem: Problem; readonly transient: boolean }

export interface ConfigOptions extends AllocationOptions {
  readonly defaultTemplate: string
  /** Taken in place of the one that the switch would get. */
  readonly template?: string | undefined
  /** Takes the template of each configuration for which the server's URL was asked. */
  readonly noteServerUrl?: ((template: string) => void) | undefined
}

/** Whom an identity leads to. */
export type Located =
  | { readonly kind: 'switch'; readonly ordinal: number; readonly mismatch: Problem | undefined }
  | { readonly kind: 'unknown'; readonly problem: Problem }
  | { readonly kind: 'unavailable'; readonly problem: Problem }

/** Looks a switch up. An inventory with a broken file may hold a switch that cannot be found. */
export function locateSwitch(snapshot: Snapshot, identity: SwitchIds): Located {
  const { inventory } = snapshot
  const found = findSwitch(inventory, identity)
  const id = identity.systemMac ?? identity.serialNumber ?? ''
  if (found.kind === 'switch') {
    const other = found.serialLeadsTo
    const mismatch =
      other === undefined ? undefined : mismatchProblem(inventory, found.ordinal, other)
    return { kind: 'switch', ordinal: found.ordinal, mismatch }
  }
  if (snapshot.inventoryComplete) {
    const fix = `add an entry "${id}" to the inventory`
    return {
      kind: 'unknown',
      problem: new Problem('switch-unknown', 'the inventory has no such switch', {
        switch: id,
        fix,
      }),
    }
  }
  const [broken] = snapshot.inventoryProblems
  const where = broken?.at === undefined ? '' : ` (${describeLocation(broken.at)})`
  const message = `the inventory cannot be read${where}, so nobody knows whether this switch is in it`
  return {
    kind: 'unavailable',
    problem: new Problem(broken?.code ?? 'inventory-unreadable', message, {
      at: broken?.at,
      switch: id,
      fix: broken?.fix,
    }),
  }
}

function mismatchProblem(inventory: Inventory, byMac: number, bySerial: number): Problem {
  const [one, other] = [byMac, bySerial].map((ordinal) =>
    describeLocation(entryLocation(inventory, ordinal)),
  )
  const name = switchName(entryAt(inventory, byMac))
  const message = `its system MAC leads to ${name} (${one}), its serial number to ${switchName(entryAt(inventory, bySerial))} (${other}); served by MAC`
  return new Problem('identity-mismatch', message, {
    at: entryLocation(inventory, byMac),
    switch: name,
    fix: 'correct the serial number in the inventory, or find out which switch asks',
  })
}

/** Renders the configuration of a switch that was found. */
export function renderSwitch(
  snapshot: Snapshot,
  ordinal: number,
  asking: Partial<SwitchFacts>,
  serverUrl: string,
  options: ConfigOptions,
): ConfigAnswer | Promise<ConfigAnswer> {
  const { inventory, templates } = snapshot
  const entry = entryAt(inventory, ordinal)
  const name = switchName(entry)
  const fault = snapshot.faulty.has(ordinal)
    ? checkSwitch(inventory, ordinal, (template) => hasTemplate(templates, template))
    : undefined
  if (fault !== undefined) return { kind: 'unavailable', problem: fault, transient: false }
  const facts = switchFacts(inventory, ordinal, asking)
  const choice =
    options.template === undefined
      ? chooseTemplate(snapshot, ordinal, facts.model, options.defaultTemplate)
      : { name: options.template }
  if (choice instanceof Problem) return { kind: 'unavailable', problem: choice, transient: false }
  const template = choice.name
  const broken = templates.broken.get(template)
  if (broken !== undefined) {
    return { kind: 'unavailable', problem: withDetails(broken, { switch: name }), transient: false }
  }
  const merged = mergeVariables(inventory, ordinal)
  const request = { template, facts, serverUrl, switchName: name }
  if (mayAllocate(inventory, ordinal)) {
    const filling = fillFromPools(inventory, ordinal, merged, options)
    if (filling !== undefined) return renderFilled(snapshot, ordinal, request, filling, options)
  }
  const variables = firstThen(merged, () => mergeVariables(inventory, ordinal))
  const exact = () => exactVariables(inventory, ordinal)
  const result = templates.render({ ...request, variables, exact })
  const given = () => mergeVariables(inventory, ordinal)
  return result instanceof Promise
    ? result.then((end) => toAnswer(end, request, given, options))
    : toAnswer(result, request, given, options)
}

async function renderFilled(
  { inventory, templates }: Snapshot,
  ordinal: number,
  request: Omit<RenderRequest, 'variables' | 'exact'>,
  filling: Promise<ReadonlyMap<string, string> | Problem>,
  options: ConfigOptions,
): Promise<ConfigAnswer> {
  const values = await filling
  if (values instanceof Problem) return { kind: 'unavailable', problem: values, transient: true }
  const allocated = (pool: string) => values.get(pool) ?? ''
  const variables = () => {
    const filled = mergeVariables(inventory, ordinal)
    fillAllocations(filled, allocated)
    return filled
  }
  const exact = () => fillExactAllocations(exactVariables(inventory, ordinal), allocated)
  const result = await templates.render({ ...request, variables, exact })
  return { ...toAnswer(result, request, variables, options), transient: true }
}

/** The first call gets what is there already, every further one something new. */
function firstThen<Value>(first: Value, further: () => Value): () => Value {
  let given: Value | undefined = first
  return () => {
    const value = given ?? further()
    given = undefined
    return value
  }
}

function toAnswer(
  result: RenderResult,
  { switchName, template }: Pick<RenderRequest, 'switchName' | 'template'>,
  given: () => Variables,
  { noteServerUrl }: ConfigOptions,
): ConfigAnswer {
  if (result.kind === 'config') {
    if (result.usesServerUrl) noteServerUrl?.(template)
    return { kind: 'config', text: result.text, switchName, transient: false }
  }
  // filters quote what they were given, and what they say goes to logs and pages
  const problem = withoutSecrets(result.problem, given())
  return { kind: 'unavailable', problem, transient: result.transient }
}

/** Facts while they are put together. */
type Facts = { -readonly [Name in keyof SwitchFacts]: SwitchFacts[Name] }

/** What a template knows as `switch`: from the headers, else from the entry, its key included. */
export function switchFacts(
  inventory: Inventory,
  ordinal: number,
  asking: Partial<SwitchFacts>,
): SwitchFacts {
  const facts: Facts = { ...asking }
  if (
    facts.systemMac !== undefined &&
    facts.serialNumber !== undefined &&
    facts.model !== undefined
  )
    return facts
  const entry = entryAt(inventory, ordinal)
  const own = isDictionary(entry.value) ? entry.value : {}
  const ids = entryIds(entry)
  if (ids.systemMac !== undefined) facts.systemMac ??= ids.systemMac
  if (ids.serialNumber !== undefined) {
    // as written: an identifier's letter case means nothing to us, but may to a template
    const serial = ownValue(own, 'serial') ?? entry.id
    facts.serialNumber ??= String(serial)
  }
  const model = ownValue(own, 'model') ?? undefined
  if (model !== undefined) facts.model ??= String(model)
  return facts
}

/** What the headers say of a switch, as it was sent. */
export function askingFacts(ids: SwitchIds, description: SwitchDescription): SwitchFacts {
  const { model, hardwareVersion, softwareVersion, architecture } = description
  const facts: Facts = {}
  if (model !== undefined) facts.model = model
  if (hardwareVersion !== undefined) facts.hardwareVersion = hardwareVersion
  if (softwareVersion !== undefined) facts.softwareVersion = softwareVersion
  if (architecture !== undefined) facts.architecture = architecture
  if (ids.systemMac !== undefined) facts.systemMac = ids.systemMac
  if (ids.serialNumberAsSent !== undefined) facts.serialNumber = ids.serialNumberAsSent
  return facts
}
