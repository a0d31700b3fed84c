/**
 * What a switch would get at this moment, worked out without giving anything away.
 * @module
 */
import type { ConfigView } from '../core/api-schemas.ts'
import type { Identifier } from '../core/node-report.ts'
import { Problem, problemToJson } from '../core/problem.ts'
import { maskText } from '../core/secrets.ts'
import type { SwitchState } from '../core/switch-state.ts'
import type { SwitchStates } from '../core/switch-states.ts'
import type { DataRootSource, Live, Pools, Snapshot, SwitchFacts } from '../ports.ts'
import { allocateAsLast } from './config-allocations.ts'
import { type ConfigAnswer, renderSwitch } from './config-answer.ts'
import type { KnownSwitch } from './switch-index.ts'

export interface PreviewDeps {
  readonly snapshot: Live<Snapshot>
  readonly defaultTemplate: string
  readonly identifier: Identifier
  /** Undefined: there is no data root, hence no pools. */
  readonly pools: Pools | undefined
  readonly files: DataRootSource | undefined
  /** What switches have said of themselves. */
  readonly states: Pick<SwitchStates, 'find'>
  /** What templates know as `server.url`. */
  readonly serverUrl: string
}

/** What a preview is asked for, besides the switch. */
export interface PreviewOptions {
  /** How it described itself last. */
  readonly state: SwitchState | undefined
  /** In place of the template that it would get. */
  readonly template?: string | undefined
}

/** Renders as `/dynconfig` would, with pools that are copies; a Problem: the inventory does not have this switch. */
export async function renderPreview(
  deps: PreviewDeps,
  known: KnownSwitch,
  { state, template }: PreviewOptions,
): Promise<ConfigAnswer | Problem> {
  const { pools, files, identifier, defaultTemplate, serverUrl } = deps
  const snapshot = deps.snapshot.current()
  const { inventory } = snapshot
  if (known.ordinal === undefined) {
    const message = 'it is not in the inventory, so /dynconfig has nothing for it'
    return new Problem('switch-unknown', message, { switch: known.name })
  }
  const options = {
    defaultTemplate,
    template,
    ...allocateAsLast({ inventory, identifier, files }, pools?.scratch(), deps.states),
  }
  return await renderSwitch(snapshot, known.ordinal, factsOf(known, state), serverUrl, options)
}

function factsOf(known: KnownSwitch, state: SwitchState | undefined): Partial<SwitchFacts> {
  const model = state?.model ?? known.model
  return {
    ...(model !== undefined && { model }),
    ...(state?.version !== undefined && { softwareVersion: state.version }),
    ...(state?.mac !== undefined && { systemMac: state.mac }),
    ...(state?.serial !== undefined && { serialNumber: state.serial }),
  }
}

/** A preview as it is shown: with its secrets, or masked. */
export function configView(
  answer: ConfigAnswer | Problem,
  sha256: (text: string) => string,
  secrets: 'masked' | 'shown',
): ConfigView {
  if (answer instanceof Problem) return unavailable(answer, secrets)
  if (answer.kind !== 'config') return unavailable(answer.problem, secrets)
  const text = secrets === 'shown' ? answer.text : maskText(answer.text)
  return { text, sha256: sha256(answer.text), masked: secrets === 'masked', problem: null }
}

function unavailable(problem: Problem, secrets: 'masked' | 'shown'): ConfigView {
  const json = problemToJson(problem)
  return { text: null, sha256: null, masked: secrets === 'masked', problem: json }
}
