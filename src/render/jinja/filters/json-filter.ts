/**
 * `tojson`: JSON that may stand in HTML.
 * @module
 */
import { findSharedFilter } from '../../filters/registry.ts'
import { Markup } from '../../python/values.ts'
import { type Filters, filter } from './define.ts'

const html: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  "'": '\\u0027',
}

export const jsonFilter: Filters = new Map([
  filter('tojson', ['indent?'], (value, [indent]) => {
    const write = findSharedFilter('to_json')
    // in the order of its parameters by name: indent, sort_keys
    const json = String(write?.run(value, indent, true))
    return new Markup(json.replace(/[<>&']/g, (character) => html[character] ?? character))
  }),
])
