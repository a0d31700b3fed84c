/**
 * What can be wrong, where, and what to do about it: the one shape in which `validate`, the log, `/readyz` and an
 * answer of 503 speak of it.
 * @module
 */

/** How bad it is: an `error` keeps a switch or a file from working, a `warning` is worth a look. */
export type Severity = 'error' | 'warning'

/** A place in something an operator wrote. `line` and `column` count from 1. */
export interface SourceLocation {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** Every code with its severity. docs/reference/problems.md explains each one. */
export const problemSeverity = {
  'settings-unreadable': 'error',
  'settings-missing': 'warning',
  'settings-syntax': 'error',
  'settings-value': 'error',
  'settings-unknown-key': 'warning',
  'settings-not-built': 'error',
  'settings-ignored': 'warning',
  'inventory-missing': 'error',
  'inventory-unreadable': 'error',
  'inventory-empty': 'error',
  'inventory-too-large': 'error',
  'inventory-encoding': 'error',
  'inventory-syntax': 'error',
  'inventory-shape': 'error',
  'inventory-duplicate-section': 'error',
  'switch-duplicate': 'error',
  'switch-contradiction': 'error',
  'switch-id': 'error',
  'switch-value': 'error',
  'group-unknown': 'error',
  'variable-reserved': 'error',
  'allocation-form': 'error',
  'allocation-nowhere': 'error',
  'version-like-number': 'warning',
  'number-precision': 'warning',
  'templates-missing': 'error',
  'template-missing': 'error',
  'template-unreadable': 'error',
  'template-empty': 'error',
  'template-encoding': 'error',
  'template-syntax': 'error',
  'template-misread': 'error',
  'template-dialect': 'error',
  'template-failed': 'error',
  'template-undefined': 'error',
  'template-bounds': 'error',
  'config-empty': 'error',
  'identity-missing': 'error',
  'identity-invalid': 'error',
  'identity-mismatch': 'warning',
  'switch-unknown': 'error',
  'data-root-missing': 'warning',
  'data-root-unreadable': 'error',
  'data-root-unwritable': 'error',
  'request-path': 'error',
  'bootstrap-missing': 'error',
  'bootstrap-config-unusable': 'error',
  'node-report': 'error',
  'node-unknown': 'error',
  'node-unfinished': 'error',
  'node-unmatched': 'error',
  'node-record': 'error',
  'neighbordb-unreadable': 'error',
  'neighbordb-syntax': 'error',
  'neighbordb-shape': 'error',
  'pattern-invalid': 'error',
  'pattern-bogus': 'error',
  'pattern-unreachable': 'warning',
  'pattern-mismatch': 'error',
  'definition-missing': 'error',
  'definition-syntax': 'error',
  'definition-shape': 'error',
  'attributes-syntax': 'error',
  'attribute-unset': 'warning',
  'action-missing': 'error',
  'file-missing': 'error',
  'file-incomplete': 'error',
  'pool-missing': 'error',
  'pool-unreadable': 'error',
  'pool-syntax': 'error',
  'pool-shape': 'error',
  'pool-exhausted': 'error',
  'pool-low': 'warning',
  'pool-holder-text': 'warning',
  'pool-busy': 'error',
  'plugin-missing': 'error',
  'plugin-failed': 'error',
  'handler-missing': 'error',
  'handler-failed': 'warning',
  'handler-not-executable': 'warning',
  'journal-unwritable': 'warning',
  'journal-damaged': 'warning',
  'server-url-guessed': 'warning',
  'request-invalid': 'error',
  'operator-token': 'error',
  'operator-host': 'error',
  'operator-cross-site': 'error',
  'operator-attempts': 'error',
  'operator-listeners': 'error',
  'output-unwritable': 'error',
  'comparison-missing': 'error',
  'repository-missing': 'error',
  'revision-unknown': 'error',
  'port-unavailable': 'error',
  'internal-error': 'error',
} as const satisfies Record<string, Severity>

export type ProblemCode = keyof typeof problemSeverity

/** What a Problem is made from; everything but the code and the message may be left out. */
export interface ProblemDetails {
  readonly at?: SourceLocation | undefined
  /** The setting, variable or entry it is about, as the operator wrote it. */
  readonly key?: string | undefined
  /** The switch it is about: its hostname, else its id. */
  readonly switch?: string | undefined
  /** What to do about it, as an imperative sentence. */
  readonly fix?: string | undefined
  readonly cause?: unknown
}

/** An expected fault. Anything else that is thrown is a bug. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly at: SourceLocation | undefined
  readonly key: string | undefined
  readonly switch: string | undefined
  readonly fix: string | undefined

  constructor(code: ProblemCode, message: string, details: ProblemDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.at = details.at
    this.key = details.key
    this.switch = details.switch
    this.fix = details.fix
  }

  get severity(): Severity {
    return problemSeverity[this.code]
  }
}

/** The same problem with some of its details replaced. */
export function withDetails(problem: Problem, details: ProblemDetails): Problem {
  const { at, key, fix, cause } = problem
  return new Problem(problem.code, problem.message, {
    at,
    key,
    switch: problem.switch,
    fix,
    cause,
    ...details,
  })
}

/** A problem as JSON shows it, in `validate --json` and `/readyz`; what is not known is null. */
export interface ProblemJson {
  readonly code: ProblemCode
  readonly severity: Severity
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly key: string | null
  readonly switch: string | null
  readonly message: string
  readonly fix: string | null
}

export function problemToJson(problem: Problem): ProblemJson {
  return {
    code: problem.code,
    severity: problem.severity,
    file: problem.at?.file ?? null,
    line: problem.at?.line ?? null,
    column: problem.at?.column ?? null,
    key: problem.key ?? null,
    switch: problem.switch ?? null,
    message: problem.message,
    fix: problem.fix ?? null,
  }
}

/** The problem that some JSON speaks of: the way back from {@link problemToJson}. */
export function problemFromJson(json: ProblemJson): Problem {
  const { file, line, column } = json
  const at =
    file === null
      ? undefined
      : { file, ...(line !== null && { line }), ...(column !== null && { column }) }
  return new Problem(json.code, json.message, {
    at,
    key: json.key ?? undefined,
    switch: json.switch ?? undefined,
    fix: json.fix ?? undefined,
  })
}

/** `file:line:column`, as far as it is known. */
export function describeLocation(at: SourceLocation): string {
  return [at.file, at.line, at.line === undefined ? undefined : at.column]
    .filter((part) => part !== undefined)
    .join(':')
}

/** One line for people: `file:line:column (key): what is wrong [switch]. Fix: what to do`. */
export function describeProblem(problem: Problem): string {
  const where = problem.at === undefined ? '' : describeLocation(problem.at)
  const key = problem.key === undefined ? '' : `${where === '' ? '' : ' '}(${problem.key})`
  const head = where === '' && key === '' ? '' : `${where}${key}: `
  const who = problem.switch === undefined ? '' : ` [${problem.switch}]`
  const fix = problem.fix === undefined ? '' : `. Fix: ${problem.fix}`
  return `${head}${problem.message}${who}${fix}`
}
