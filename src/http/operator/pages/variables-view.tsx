/**
 * The variables of a switch, each with the place that it is from.
 * @module
 */
import type { ExplainedTemplate, ExplainedVariable } from '../../../core/explanation.ts'
import { ProblemNote, placeText } from './problem-note.tsx'
import { visible } from './visible.ts'

/** Which template it gets, and why. */
export function TemplateChoice({ template }: { readonly template: ExplainedTemplate }) {
  const { name, by, at, file, problem } = template
  const reasons = {
    variable: 'the variable “template” names it',
    model: 'it is named like the model',
    default: 'it is the default',
  }
  return (
    <>
      {name === null ? null : (
        <p>
          <a href={`/templates/${encodeURIComponent(name)}`}>{visible(name)}</a>
          {by === null ? '' : `: ${reasons[by]}`}{' '}
          <code class="dim">{at === null ? visible(file ?? '') : placeText(at)}</code>
        </p>
      )}
      {problem === null ? null : <ProblemNote problem={problem} />}
    </>
  )
}

export function Variables({ variables }: { readonly variables: readonly ExplainedVariable[] }) {
  if (variables.length === 0) return <p class="dim">It has none.</p>
  return (
    <table class="variables">
      <caption class="unseen">Variables and where they are from</caption>
      <thead>
        <tr>
          <th scope="col">Variable</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
          <th scope="col">In place of</th>
        </tr>
      </thead>
      <tbody>
        {variables.map(({ path, value, layer, at, overrides, allocations }) => (
          <tr>
            <th scope="row">{visible(path.join('.'))}</th>
            <td>
              <code>{valueText(value)}</code>
              {allocations.map(({ pool, value: given, problem }) => (
                <div class="dim">
                  pool <a href={`/pools/${encodeURIComponent(pool)}`}>{visible(pool)}</a>
                  {`: ${visible(given ?? problem?.message ?? 'nothing')}`}
                </div>
              ))}
            </td>
            <td>
              {visible(layer)} <code class="dim">{placeText(at)}</code>
            </td>
            <td>
              {overrides.map((each) => (
                <div>
                  <code>{valueText(each.value)}</code> of {visible(each.layer)}{' '}
                  <code class="dim">{placeText(each.at)}</code>
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A value on one line. */
export function valueText(value: unknown): string {
  return visible(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}
