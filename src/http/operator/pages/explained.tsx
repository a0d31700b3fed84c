/**
 * Why a switch gets what it gets: its template, its variables, its definition.
 * @module
 */
import type {
  ExplainedAction,
  ExplainedDefinition,
  ExplainedTemplate,
  ExplainedVariable,
} from '../../../core/explanation.ts'
import { printable } from '../../../core/printable.ts'
import { ProblemBox, placeText, Value } from './shown.tsx'

export function TemplateView({ template }: { readonly template: ExplainedTemplate }) {
  const { name, by, at, file, problem } = template
  const reasons = {
    variable: at === null ? 'named by a variable' : `named at ${placeText(at)}`,
    model: 'there is one for its model',
    default: 'the default',
  }
  return (
    <>
      <h3 id="template">Template</h3>
      <p>
        {name === null ? (
          'none'
        ) : (
          <a href={`/templates/${encodeURIComponent(name)}`}>{printable(name)}</a>
        )}
        {by === null ? '' : `: ${printable(reasons[by])}`}
        {file === null ? '' : <code class="place">{printable(file)}</code>}
      </p>
      {problem === null ? '' : <ProblemBox problem={problem} />}
    </>
  )
}

export function VariablesView({ variables }: { readonly variables: readonly ExplainedVariable[] }) {
  if (variables.length === 0) return null
  return (
    <>
      <h3 id="variables">Variables</h3>
      <section class="wide" aria-label="Table of variables" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Variable</th>
              <th scope="col">Value</th>
              <th scope="col">From</th>
              <th scope="col">Overrides</th>
            </tr>
          </thead>
          <tbody>
            {variables.map(({ path, value, layer, at, overrides, allocations }) => (
              <tr>
                <th scope="row">{printable(path.join('.'))}</th>
                <td>
                  <Value of={value} />
                  {allocations.map(({ pool, value: given, problem }) => (
                    <span class="quiet">
                      {' '}
                      {problem === null
                        ? `→ ${printable(given ?? '')}`
                        : printable(problem.message)}{' '}
                      <a href={`/pools/${encodeURIComponent(pool)}`}>{printable(pool)}</a>
                    </span>
                  ))}
                </td>
                <td>
                  {printable(layer)} <code class="place">{printable(placeText(at))}</code>
                </td>
                <td>
                  {overrides.map((over) => (
                    <div>
                      <Value of={over.value} /> {printable(over.layer)}{' '}
                      <code class="place">{printable(placeText(over.at))}</code>
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

export function DefinitionView({ definition }: { readonly definition: ExplainedDefinition }) {
  const { from, file, name, actions, problem } = definition
  const sources = {
    node: 'its own',
    pattern: 'of its pattern',
    'startup-config': 'none: its startup-config is installed',
  }
  return (
    <>
      <h3 id="definition">Definition</h3>
      <p>
        {printable(name ?? '')} {sources[from]}
        {file === null ? '' : <code class="place">{printable(file)}</code>}
      </p>
      {problem === null ? '' : <ProblemBox problem={problem} />}
      <ol class="actions">
        {actions.map((action) => (
          <Action action={action} />
        ))}
      </ol>
    </>
  )
}

function Action({ action }: { readonly action: ExplainedAction }) {
  const { name, action: script, always, at, attributes } = action
  return (
    <li>
      <strong>{printable(script ?? '')}</strong>{' '}
      {name === null || name === script ? '' : printable(name)} {always ? '(always)' : ''}
      {at === null ? '' : <code class="place">{printable(placeText(at))}</code>}
      {attributes.length === 0 ? (
        ''
      ) : (
        <table>
          <thead class="quiet">
            <tr>
              <th scope="col">Attribute</th>
              <th scope="col">Value</th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {attributes.map(({ path, value, isExact, scope, at: place, reference }) => (
              <tr>
                <th scope="row">{printable(path.join('.'))}</th>
                <td>
                  <Value of={value} />
                  {isExact ? '' : <span class="quiet"> a plugin decides, and was not run</span>}
                </td>
                <td>
                  {scope}
                  {place === null ? '' : <code class="place">{printable(placeText(place))}</code>}
                  {reference === null ? '' : ` $${printable(reference.name)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  )
}
