/**
 * Rules about neighbours: what each `LOCAL: REMOTE` of a pattern means for the interfaces of a node.
 * @module
 */
import { parseInterfaceList } from './interface-name.ts'
import { type Matcher, parseMatcher } from './matcher.ts'

/** One rule. A positive one has to be satisfied by an interface of its own, a negative one must not be violated. */
export interface Rule {
  readonly kind: 'positive' | 'negative'
  /** The interface that it is about; undefined: any. */
  readonly interface: string | undefined
  readonly device: Matcher
  readonly port: Matcher
  /** As the operator wrote it: `Ethernet1-2: spine1:any`. */
  readonly text: string
}

/** The two sides of an entry as texts, `$variables` replaced. */
export interface RuleText {
  readonly local: string
  readonly device: string
  readonly port: string
  readonly text: string
}

export type RuleReading =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  /** A form that means nothing: the pattern never matches. */
  | { readonly kind: 'bogus'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string }

/** Reads one entry; a list of interfaces becomes a rule for each. */
export function readRule({ local, device, port, text }: RuleText): RuleReading {
  const matchers = [device, port].map(parseMatcher)
  for (const matcher of matchers) {
    if ('fault' in matcher) return { kind: 'invalid', reason: matcher.fault }
  }
  const [remoteDevice, remotePort] = matchers as [Matcher, Matcher]
  const remote = { device: remoteDevice, port: remotePort }
  const rule = (kind: Rule['kind'], about: string | undefined, compared: Remote): Rule => ({
    kind,
    interface: about,
    ...compared,
    text,
  })
  if (local === 'any' || local === 'none') {
    const form = local === 'any' ? anyForm(remote) : noneForm(remote)
    if (form !== undefined)
      return { kind: 'rules', rules: [rule(form.kind, undefined, form.compared)] }
    return { kind: 'bogus', reason: `"${local}" with "${device}:${port}" means nothing` }
  }
  const list = parseInterfaceList(local)
  if (!list.ok) return { kind: 'invalid', reason: list.reason }
  const { kind, compared } = listForm(remote)
  return { kind: 'rules', rules: list.interfaces.map((name) => rule(kind, name, compared)) }
}

interface Remote {
  readonly device: Matcher
  readonly port: Matcher
}

interface Form {
  readonly kind: Rule['kind']
  /** What a peer is compared with; `any` where it is not compared. */
  readonly compared: Remote
}

const any: Matcher = { kind: 'any' }

/** `any: REMOTE`. Undefined: bogus. */
function anyForm({ device, port }: Remote): Form | undefined {
  if (device.kind === 'none') return undefined
  if (port.kind !== 'none') return { kind: 'positive', compared: { device, port } }
  return device.kind === 'any' ? undefined : { kind: 'negative', compared: { device, port: any } }
}

/** `none: REMOTE`. Undefined: bogus. */
function noneForm({ device, port }: Remote): Form | undefined {
  if (device.kind === 'none') {
    return port.kind === 'none'
      ? { kind: 'negative', compared: { device: any, port: any } }
      : undefined
  }
  if (device.kind === 'any') {
    return port.kind === 'any' || port.kind === 'none'
      ? undefined
      : { kind: 'negative', compared: { device: any, port } }
  }
  return { kind: 'negative', compared: { device, port: port.kind === 'none' ? any : port } }
}

/** `Ethernet1: REMOTE`. Every form of it means something. */
function listForm({ device, port }: Remote): Form {
  if (device.kind === 'none') {
    const compared = { device: any, port: port.kind === 'none' ? any : port }
    return { kind: 'negative', compared }
  }
  if (port.kind === 'none') return { kind: 'negative', compared: { device, port: any } }
  return { kind: 'positive', compared: { device, port } }
}
