/**
 * Why a switch gets what it gets.
 * @module
 */
import type { Explanation } from '../../../core/explanation.ts'
import { Problem, problemToJson } from '../../../core/problem.ts'
import { Definition } from './definition-view.tsx'
import { PatternView } from './pattern-view.tsx'
import { ProblemNote } from './problem-note.tsx'
import { TemplateChoice, Variables } from './variables-view.tsx'

/** A Problem: why nothing is explained. */
export function Why({ explanation }: { readonly explanation: Explanation | Problem }) {
  if (explanation instanceof Problem) return <ProblemNote problem={problemToJson(explanation)} />
  const { entry, node, variables, template, topology, definition } = explanation
  // several switches may have its name
  const id = entry?.id ?? node?.id ?? explanation.name
  const own = topology?.own ?? null
  const patterns = [...(own === null ? [] : [own]), ...(topology?.neighbordb?.patterns ?? [])]
  return (
    <div id="why" data-live="yes">
      {entry === null ? null : (
        <section class="card" aria-labelledby="variables">
          <h2 id="variables">Variables</h2>
          <Variables variables={variables} />
        </section>
      )}
      {template === null ? null : (
        <section class="card" aria-labelledby="template">
          <h2 id="template">Template</h2>
          <TemplateChoice template={template} />
        </section>
      )}
      {definition === null ? null : (
        <section class="card" aria-labelledby="definition">
          <h2 id="definition">Definition</h2>
          <Definition definition={definition} />
        </section>
      )}
      {patterns.length === 0 ? null : (
        <section class="card" aria-labelledby="patterns">
          <h2 id="patterns">Patterns</h2>
          {own === null ? null : (
            <p class="dim">Its own pattern counts; neighbordb is not asked.</p>
          )}
          {patterns.slice(0, maxPatterns).map((pattern) => (
            <PatternView
              pattern={pattern}
              asked
              outOfForce={pattern !== own && topology?.neighbordb?.counts === false}
            />
          ))}
          {patterns.length > maxPatterns ? (
            <p>
              <a href={`/patterns?node=${encodeURIComponent(id)}`}>
                All {String(patterns.length)} patterns
              </a>
            </p>
          ) : null}
        </section>
      )}
    </div>
  )
}

/** All of them are on a page of their own. */
const maxPatterns = 6
