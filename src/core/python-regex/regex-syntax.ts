/**
 * What a Python regular expression is made of, once it has been read.
 * @module
 */

export type RegexNode =
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly RegexNode[] }
  | {
      readonly kind: 'repeat'
      readonly body: RegexNode
      readonly min: number
      readonly max: number
      readonly lazy: boolean
    }
  | { readonly kind: 'group'; readonly body: RegexNode; readonly index: number | undefined }
  | {
      readonly kind: 'look'
      readonly body: RegexNode
      readonly behind: boolean
      readonly negative: boolean
    }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'reference'; readonly index: number }
  | { readonly kind: 'assertion'; readonly type: Assertion }

export type Assertion =
  | 'start'
  | 'line-start'
  | 'end'
  | 'line-end'
  | 'text-end'
  | 'boundary'
  | 'no-boundary'

/** One character out of a set. */
export interface CharacterSet {
  readonly negated: boolean
  readonly items: readonly SetItem[]
}

/** A range of code points, or a class such as `\d`; upper case negates, `ascii` leaves other scripts out. */
export type SetItem =
  | { readonly from: number; readonly to: number }
  | { readonly escape: 'd' | 'D' | 'w' | 'W' | 's' | 'S'; readonly ascii: boolean }

/** A pattern that has been read. */
export interface RegexTree {
  readonly root: RegexNode
  readonly ignoreCase: boolean
  readonly groupCount: number
  readonly groupNames: ReadonlyMap<string, number>
}
