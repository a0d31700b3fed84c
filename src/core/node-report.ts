/**
 * What a switch reports of itself in `POST /nodes`, and what is kept of it in `.node`.
 * @module
 */
import { JsonSyntaxError, parseJsonTree } from './json-text.ts'
import { Problem } from './problem.ts'
import { type PathSegment, parsePathSegment } from './request-path.ts'
import { excerpt, type SourceNode } from './source-text.ts'

/** An LLDP neighbour. */
export interface Peer {
  readonly device: string
  readonly port: string
}

/** A local interface with its peers, in the order reported. */
export interface NodeInterface {
  readonly name: string
  readonly peers: readonly Peer[]
}

/** The key of the report that names a node: `[default] identifier`. */
export type Identifier = 'serialnumber' | 'systemmac'

/** The name of a node's folder. */
export type NodeId = PathSegment

/** A switch as it reports itself. Texts that are missing or empty are undefined. */
export interface NodeReport {
  readonly model: string | undefined
  /** Without `:` and `.`, in the case it was sent. */
  readonly systemMac: string | undefined
  readonly serialNumber: string | undefined
  readonly version: string | undefined
  readonly interfaces: readonly NodeInterface[]
  /**
   * The startup-config that the switch asks to be kept; undefined when the report has none. One that is no text, or has no bytes
   * in UTF-8, is a Problem for a new node only.
   */
  readonly config: string | Problem | undefined
}

/** More local interfaces than any chassis has. */
const maxInterfaces = 20_000
const maxPeers = 50_000

/** Reads the JSON of a report or of a `.node` file. */
export function readNodeReport(text: string): NodeReport | Problem {
  let root: SourceNode
  try {
    root = parseJsonTree(text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    return refused(`it is not JSON (${error.message})`)
  }
  if (root.kind !== 'dictionary') return refused('it is not a JSON object')
  // of keys that come twice the last one counts, as for Python
  const fields = new Map(root.pairs.map(({ key, value }) => [key, value]))
  const interfaces = readNeighbors(fields.get('neighbors'))
  if (interfaces instanceof Problem) return interfaces
  const config = fields.get('config')
  const field = (name: string) => {
    const node = fields.get(name)
    return node === undefined ? undefined : textOf(node) || undefined
  }
  return {
    model: field('model'),
    systemMac: field('systemmac')?.replace(/[:.]/g, '') || undefined,
    serialNumber: field('serialnumber'),
    version: field('version'),
    interfaces,
    config: config === undefined ? undefined : readConfig(config),
  }
}

function readConfig(node: SourceNode): string | Problem {
  const text = textOf(node)
  if (text === undefined) return refused('config is no text')
  return text.isWellFormed()
    ? text
    : refused('config holds half of a character (a \\uD800 to \\uDFFF without its other half)')
}

function readNeighbors(node: SourceNode | undefined): readonly NodeInterface[] | Problem {
  if (node === undefined) return []
  if (node.kind !== 'dictionary') return refused('neighbors is no object')
  const interfaces = new Map<string, NodeInterface>()
  let count = 0
  for (const { key, value } of node.pairs) {
    if (value.kind !== 'list') return refused(`neighbors: ${excerpt(key)} is no list`)
    const peers: Peer[] = []
    for (const item of value.items) {
      const peer = readPeer(item)
      if (peer === undefined) {
        return refused(`neighbors: a peer of ${excerpt(key)} has no device or no port`)
      }
      peers.push(peer)
    }
    count += peers.length
    interfaces.set(key, { name: key, peers })
  }
  if (interfaces.size > maxInterfaces || count > maxPeers) {
    return refused(`more than ${maxInterfaces} interfaces or ${maxPeers} neighbors`)
  }
  return [...interfaces.values()]
}

function readPeer(node: SourceNode): Peer | undefined {
  if (node.kind !== 'dictionary') return undefined
  const fields = new Map(node.pairs.map(({ key, value }) => [key, value]))
  const [device, port] = ['device', 'port'].map((name) => {
    const value = fields.get(name)
    return value === undefined ? undefined : textOf(value)
  })
  return device === undefined || port === undefined ? undefined : { device, port }
}

/** Text, or a number as it was sent. */
function textOf(node: SourceNode): string | undefined {
  if (node.kind !== 'scalar') return undefined
  if (typeof node.value === 'string') return node.text ?? node.value
  return typeof node.value === 'number' ? node.text : undefined
}

/** The folder name of a node that reports itself; what names none, or could lead elsewhere, is a Problem. */
export function nodeIdOf(report: NodeReport, identifier: Identifier): NodeId | Problem {
  const id = identifier === 'systemmac' ? report.systemMac : report.serialNumber
  if (id === undefined) return refused(`it has no ${identifier}`)
  return parsePathSegment(id) ?? refused(`its ${identifier} cannot be the name of a folder`)
}

/** The text of `.node`. */
export function nodeRecordText(report: NodeReport): string {
  const { model, systemMac, serialNumber, version, interfaces } = report
  const record = {
    model,
    systemmac: systemMac,
    serialnumber: serialNumber,
    version,
  }
  const neighbors = interfaces.map(
    ({ name, peers }) =>
      `${JSON.stringify(name)}: ${JSON.stringify(peers.map(({ device, port }) => ({ device, port })))}`,
  )
  const texts = Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}, `)
  return `{${texts.join('')}"neighbors": {${neighbors.join(', ')}}}\n`
}

function refused(reason: string): Problem {
  return new Problem('node-report', `the report of a node cannot be used: ${reason}`)
}
