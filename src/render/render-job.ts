/**
 * What the serving thread and the render process tell each other.
 * @module
 */
import type { ProblemCode } from '../core/problem.ts'
import type { GivenNames } from './nunjucks/scope.ts'
import type { WhitespaceRules } from './whitespace-rules.ts'

/** A password to be hashed; what is known of it is remembered by these three. */
export interface HashNeed {
  readonly password: string
  readonly salt: string
  readonly rounds: number
}

/** What a template sees. Jinja2's variables go as JSON, which keeps floats, digits and the order of keys. */
export type GivenJob =
  | { readonly dialect: 'nunjucks'; readonly names: GivenNames }
  | {
      readonly dialect: 'jinja'
      readonly json: string
      readonly facts: Readonly<Record<string, unknown>>
      readonly serverUrl: string
    }

export type RenderJob =
  | { readonly kind: 'hash'; readonly need: HashNeed }
  | {
      readonly kind: 'render'
      /** Which set of templates; the process keeps the last one it was given. */
      readonly setId: number
      /** Name → text; left out when the process has this set. */
      readonly sources: ReadonlyMap<string, string> | undefined
      readonly rules: WhitespaceRules
      readonly template: string
      readonly given: GivenJob
      readonly hashes: ReadonlyMap<string, string>
    }

/** How a render ended, without its presentation. */
export type RenderEnd =
  | { readonly kind: 'text'; readonly text: string; readonly usesServerUrl: boolean }
  | { readonly kind: 'hash-needed'; readonly need: HashNeed }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** A fault that can cross threads. */
export interface Fault {
  readonly code: ProblemCode
  readonly message: string
  readonly template: string
  readonly line: number | undefined
  readonly column: number | undefined
  readonly key: string | undefined
  readonly fix: string | undefined
}

export type RenderReply = { readonly kind: 'hash'; readonly hash: string } | RenderEnd

export function hashKey(need: HashNeed): string {
  return `${need.rounds}$${need.salt}$${need.password}`
}
