/**
 * What a switch is to do when it bootstraps.
 * @module
 */
import type { ExplainedAction, ExplainedDefinition } from '../../../core/explanation.ts'
import { ProblemNote, placeText } from './problem-note.tsx'
import { valueText } from './variables-view.tsx'
import { visible } from './visible.ts'

const origins = {
  node: 'of the node’s own folder',
  pattern: 'of the pattern that is taken',
  'startup-config': 'made of its startup-config',
}

export function Definition({ definition }: { readonly definition: ExplainedDefinition }) {
  const { from, file, name, actions, problem } = definition
  return (
    <>
      <p>
        {visible(name ?? 'nameless')}, {origins[from]}{' '}
        {file === null ? null : <code class="dim">{visible(file)}</code>}
      </p>
      {problem === null ? null : <ProblemNote problem={problem} />}
      <ol class="actions">
        {actions.map((action) => (
          <Action action={action} />
        ))}
      </ol>
    </>
  )
}

function Action({ action: { name, action, always, at, attributes } }: { action: ExplainedAction }) {
  return (
    <li>
      <b>{visible(name ?? action ?? 'nameless')}</b>{' '}
      {action === null ? null : <code>{visible(action)}</code>}
      {always ? ' (always)' : ''} {at === null ? null : <code class="dim">{placeText(at)}</code>}
      {attributes.length === 0 ? null : (
        <dl class="facts">
          {attributes.map(({ path, value, scope }) => (
            <>
              <dt>{visible(path.join('.'))}</dt>
              <dd>
                <code>{valueText(value)}</code> <span class="dim">of the {scope}</span>
              </dd>
            </>
          ))}
        </dl>
      )}
    </li>
  )
}
