/**
 * The configuration of a switch: what it would get now, and what that would change.
 * @module
 */
import type { ConfigView } from '../../../core/api-schemas.ts'
import type { SwitchDiff } from '../../../core/switch-diff.ts'
import { CodeLines, DiffLines, maxShownLines } from './code-lines.tsx'
import { switchPath } from './page-response.tsx'
import { ProblemNote } from './problem-note.tsx'
import { linesOf } from './visible.ts'
import { counted } from './wording.ts'

interface SwitchConfigProps {
  readonly id: string
  readonly config: ConfigView
}

export function SwitchConfig({ id, config }: SwitchConfigProps) {
  const { text, masked, problem } = config
  if (text === null) {
    return problem === null ? null : <ProblemNote problem={problem} />
  }
  const path = switchPath(id)
  const lines = linesOf(text).length
  return (
    <>
      <div class="row tools">
        <span class="dim">{counted(lines, 'line')}</span>
        {lines > maxShownLines ? null : (
          <button type="button" data-copy="config" hidden>
            Copy
          </button>
        )}
        <a class="button" href={`${path}/config.txt${masked ? '' : '?secrets=shown'}`}>
          Download
        </a>
        <form method="get" action={path}>
          {masked ? (
            <>
              <input type="hidden" name="secrets" value="shown" />
              <button type="submit">Show secrets</button>
            </>
          ) : (
            <button type="submit">Mask secrets</button>
          )}
        </form>
        {masked ? <span class="dim">The journal notes who has asked for secrets.</span> : null}
      </div>
      <CodeLines id="config" label="Configuration" text={text} />
    </>
  )
}

/** What a comparison found; a text: why there was none. */
export function SwitchDifference({
  id,
  against,
  diff,
}: {
  readonly id: string
  readonly against: string
  readonly diff: SwitchDiff | string | undefined
}) {
  return (
    <section aria-labelledby={`${id}-title`} class="card">
      <h2 id={`${id}-title`}>Against {against}</h2>
      <Difference id={id} against={against} diff={diff} />
    </section>
  )
}

function Difference({ id, against, diff }: Parameters<typeof SwitchDifference>[0]) {
  if (diff === undefined) return <p class="dim">Nothing to compare.</p>
  if (typeof diff === 'string') return <p class="dim">{diff}</p>
  if (diff.problem !== null) return <ProblemNote problem={diff.problem} />
  if (diff.status === 'new') return <p class="dim">There is nothing yet to compare with.</p>
  if (diff.diff === null) {
    return (
      <p>
        <span class="mark s-yes">nothing differs</span>
      </p>
    )
  }
  return <DiffLines id={id} label={`What differs from ${against}`} text={diff.diff} />
}
