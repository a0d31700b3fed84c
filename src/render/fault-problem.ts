/**
 * A fault of a render as the Problem that operators see.
 * @module
 */
import { Problem } from '../core/problem.ts'
import type { Fault } from './render-job.ts'

/** `fileOf` gives the path of a template as messages show it. */
export function toProblem(
  fault: Fault,
  fileOf: (name: string) => string,
  switchName: string | undefined,
): Problem {
  const file = fileOf(fault.template)
  const at =
    fault.line === undefined ? { file } : { file, line: fault.line, column: fault.column ?? 1 }
  return new Problem(fault.code, fault.message, {
    at,
    key: fault.key,
    switch: switchName,
    fix: fault.fix,
  })
}
