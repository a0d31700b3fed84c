/**
 * A problem where it matters: what is wrong, where, and what to do.
 * @module
 */
import type { z } from 'zod'
import type { problemSchema } from '../../../core/api-schemas.ts'
import type { Place } from '../../../core/place.ts'
import { visible } from './visible.ts'

export type ShownProblem = z.infer<typeof problemSchema>

export function ProblemNote({ problem }: { readonly problem: ShownProblem }) {
  const { severity, file, line, column, message, fix, code } = problem
  return (
    <div class={`problem ${severity}`}>
      <p>
        <span class={`mark s-${severity}`}>{severity}</span> <strong>{visible(message)}</strong>{' '}
        {file === null ? null : <code>{placeText({ file, line, column })}</code>}
      </p>
      <p>
        {fix === null ? null : (
          <>
            <b>Fix:</b> {visible(fix)} ·{' '}
          </>
        )}
        <a href={`/docs/problems#${code}`}>{code}</a>
      </p>
    </div>
  )
}

/** `swinfo.json:3:5` */
export function placeText({ file, line, column }: Place): string {
  return visible([file, line, column].filter((part) => part !== null).join(':'))
}
