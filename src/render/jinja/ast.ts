/**
 * A template as a tree.
 * @module
 */

/** Every node knows where it begins: an offset in the template's text. */
interface At {
  readonly offset: number
}

export type Expression = At &
  (
    | { readonly kind: 'const'; readonly value: unknown }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
    | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    | { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
    | {
        readonly kind: 'condition'
        readonly test: Expression
        readonly then: Expression
        readonly otherwise: Expression | undefined
      }
    | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'not' | 'negative' | 'positive'; readonly value: Expression }
    | {
        readonly kind: 'binary'
        readonly operator: '+' | '-' | '*' | '/' | '//' | '%' | '**'
        readonly left: Expression
        readonly right: Expression
      }
    | {
        readonly kind: 'compare'
        readonly first: Expression
        readonly rest: readonly (readonly [CompareOperator, Expression])[]
      }
    | { readonly kind: 'attribute'; readonly value: Expression; readonly name: string }
    | { readonly kind: 'item'; readonly value: Expression; readonly key: Expression }
    | {
        readonly kind: 'slice'
        readonly start: Expression | undefined
        readonly stop: Expression | undefined
        readonly step: Expression | undefined
      }
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: Arguments }
    | Filter
    | {
        readonly kind: 'test'
        readonly value: Expression
        readonly name: string
        readonly args: Arguments
      }
  )

export type Filter = At & {
  readonly kind: 'filter'
  /** Undefined for the filter of a block: its text is the value. */
  readonly value: Expression | undefined
  readonly name: string
  readonly args: Arguments
}

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export interface Arguments {
  readonly positional: readonly Expression[]
  readonly named: readonly (readonly [string, Expression])[]
  /** `*list` */
  readonly spread: Expression | undefined
  /** `**dict` */
  readonly spreadNamed: Expression | undefined
}

/** What can be assigned to. */
export type Target = At &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'tuple'; readonly items: readonly Target[] }
    | { readonly kind: 'member'; readonly name: string; readonly member: string }
  )

export interface Parameter {
  readonly name: string
  readonly otherwise: Expression | undefined
}

export type Body = readonly Statement[]

export type Statement = At &
  (
    | { readonly kind: 'data'; readonly text: string }
    | { readonly kind: 'output'; readonly values: readonly Expression[] }
    | {
        readonly kind: 'for'
        readonly target: Target
        readonly iterable: Expression
        readonly test: Expression | undefined
        readonly recursive: boolean
        readonly body: Body
        readonly otherwise: Body
      }
    | {
        readonly kind: 'if'
        readonly branches: readonly { readonly test: Expression; readonly body: Body }[]
        readonly otherwise: Body
      }
    | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
    | {
        readonly kind: 'set_block'
        readonly target: Target
        readonly filter: Filter | undefined
        readonly body: Body
      }
    | {
        readonly kind: 'with'
        readonly bindings: readonly (readonly [Target, Expression])[]
        readonly body: Body
      }
    | { readonly kind: 'filter_block'; readonly filter: Filter; readonly body: Body }
    | Macro
    | { readonly kind: 'call_block'; readonly call: Expression; readonly caller: Macro }
    | {
        readonly kind: 'block'
        readonly name: string
        readonly scoped: boolean
        readonly required: boolean
        readonly body: Body
      }
    | { readonly kind: 'extends'; readonly template: Expression }
    | {
        readonly kind: 'include'
        readonly template: Expression
        readonly ignoreMissing: boolean
        readonly withContext: boolean
      }
    | {
        readonly kind: 'import'
        readonly template: Expression
        readonly name: string
        readonly withContext: boolean
      }
    | {
        readonly kind: 'from'
        readonly template: Expression
        readonly names: readonly (readonly [name: string, alias: string])[]
        readonly withContext: boolean
      }
    | { readonly kind: 'do'; readonly value: Expression }
    | { readonly kind: 'break' | 'continue' }
    | { readonly kind: 'scope'; readonly body: Body }
  )

export type Macro = At & {
  readonly kind: 'macro'
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly body: Body
}
