/**
 * Collects the pairs of an inventory file in their order, whatever its format.
 * @module
 */
import type { InventoryFormat, InventoryTable, Section, SwitchEntry } from './inventory-table.ts'
import { Problem, type ProblemCode } from './problem.ts'
import {
  type Data,
  type Dictionary,
  isDictionary,
  isTooPrecise,
  isVersionLike,
  locate,
  type SourceText,
} from './source-text.ts'

const maxWarnings = 100
const nameVariables = 'write a name and a value for each variable'

export function emptyProblem(source: SourceText, message: string): Problem {
  return new Problem('inventory-empty', message, {
    at: { file: source.file },
    fix: 'write {} for an inventory without switches',
  })
}

/** Collects pairs in the order of the file; shared by both formats. */
export class TableBuilder {
  readonly entries: (SwitchEntry | undefined)[] = []
  readonly warnings: Problem[] = []
  private defaults: Section | undefined
  private groups: Section | undefined
  private readonly source: SourceText

  constructor(source: SourceText) {
    this.source = source
  }

  add(key: string, value: Data, offset: number): void {
    if (isSection(key)) {
      const section = this.section(key, value, offset)
      if ((key === 'defaults' ? this.defaults : this.groups) !== undefined) {
        throw this.problem(
          'inventory-duplicate-section',
          `"${key}" stands twice in this file`,
          offset,
          key,
        )
      }
      if (key === 'defaults') this.defaults = section
      else this.groups = section
      this.entries.push(undefined)
      return
    }
    this.entries.push({ id: key, value })
  }

  /** Warns of a decimal that a template would print otherwise than it is written. */
  checkDecimal(text: string, offset: () => number): void {
    if (this.warnings.length >= maxWarnings) return
    const printed = Number(text)
    const fix = `write "${text}" in quotes if it is a version or a text`
    if (isVersionLike(text)) {
      this.warn(
        'version-like-number',
        // a float without a fraction keeps its point in Jinja2 only
        `${text} is a number and prints as ${printed}${Number.isInteger(printed) ? ' in a .njk template' : ''}`,
        offset(),
        fix,
      )
    } else if (isTooPrecise(text)) {
      this.warn(
        'number-precision',
        `${text} has more digits than a number holds and prints as ${printed}`,
        offset(),
        fix,
      )
    }
  }

  private warn(code: ProblemCode, message: string, offset: number, fix: string): void {
    this.warnings.push(new Problem(code, message, { at: locate(this.source, offset), fix }))
  }

  problem(code: ProblemCode, message: string, offset: number, key?: string, fix?: string): Problem {
    return new Problem(code, message, { at: locate(this.source, offset), key, fix })
  }

  table(
    format: InventoryFormat,
    spans: Uint32Array<ArrayBuffer>,
    entangled: boolean,
  ): InventoryTable {
    return {
      source: this.source,
      format,
      spans,
      entries: this.entries,
      defaults: this.defaults,
      groups: this.groups,
      entangled,
      warnings: this.warnings,
    }
  }

  private section(key: string, value: Data, offset: number): Section {
    const dictionary = value === null ? {} : value
    const what = key === 'defaults' ? 'variables' : 'groups'
    if (!isDictionary(dictionary)) {
      const fix =
        key === 'defaults'
          ? nameVariables
          : 'write a name for each group, and its variables below it'
      const message = `"${key}" must be a mapping of ${what}`
      throw this.problem('inventory-shape', message, offset, key, fix)
    }
    const layers =
      key === 'defaults'
        ? [{ name: key, variables: dictionary }]
        : Object.entries(dictionary).map(([name, variables]) => ({
            name: `groups.${name}`,
            variables,
          }))
    for (const { name, variables } of layers) {
      if (variables !== null && !isDictionary(variables)) {
        throw this.problem(
          'inventory-shape',
          `the group must be a mapping of variables`,
          offset,
          name,
          nameVariables,
        )
      }
      const reserved = variables === null ? undefined : reservedName(variables)
      if (reserved !== undefined) {
        throw this.problem(
          'variable-reserved',
          `"${reserved}" cannot be a variable: the template has another meaning for it`,
          offset,
          `${name}.${reserved}`,
          'rename it',
        )
      }
    }
    return { value: dictionary, ordinal: this.entries.length }
  }
}

export function isSection(key: string): boolean {
  return key === 'defaults' || key === 'groups'
}

/** The first variable whose name templates use for something else: `sw`, `switch`, `server`. */
export function reservedName(variables: Dictionary): string | undefined {
  return ['sw', 'switch', 'server'].find((name) => Object.hasOwn(variables, name))
}

export function shapeProblem(builder: TableBuilder, message: string, offset: number): Problem {
  return builder.problem(
    'inventory-shape',
    message,
    offset,
    undefined,
    message.startsWith('the file holds')
      ? 'the top level is a mapping of system MACs or serial numbers, each with its variables'
      : undefined,
  )
}

export function syntaxProblem(builder: TableBuilder, message: string, offset: number): Problem {
  return builder.problem('inventory-syntax', message, offset, undefined, 'mend the syntax')
}
