/**
 * How expressions of each kind are made.
 * @module
 */
import { boolRules } from './booleans.ts'
import { anyRules, dictRules } from './collections.ts'
import type { Grammar } from './growth.ts'
import { intsRules, rowsRules, strsRules } from './lists.ts'
import { floatRules, intRules } from './numbers.ts'
import { strRules } from './strings.ts'

export const grammar: Grammar = {
  int: intRules,
  float: floatRules,
  str: strRules,
  bool: boolRules,
  ints: intsRules,
  strs: strsRules,
  dict: dictRules,
  rows: rowsRules,
  any: anyRules,
}
