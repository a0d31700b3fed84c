/**
 * `/docs`: the API, made of its OpenAPI document; `/docs/problems`: what each problem means.
 * @module
 */
import { Operation } from './docs-operation.tsx'
import { partOf, textOf } from './json-part.ts'
import { Markdown } from './markdown.tsx'
import type { PagesDeps } from './page-deps.ts'
import { page } from './page-response.tsx'
import { SchemaTable } from './schema-view.tsx'

export async function problemDocs(deps: PagesDeps): Promise<Response> {
  return page(
    deps,
    { title: 'What problems mean', place: '/docs', still: true },
    <article class="prose">
      <Markdown text={deps.shipped.problems} />
    </article>,
  )
}

export async function docsPage(deps: PagesDeps): Promise<Response> {
  const document = partOf(deps.document)
  const operations = Object.entries(partOf(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(partOf(methods)).map(([method, operation]) => ({
      path,
      method,
      operation: partOf(operation),
    })),
  )
  const schemas = Object.entries(partOf(partOf(document['components'])['schemas']))
  return page(
    deps,
    { title: 'API', place: '/docs', still: true },
    <article class="prose">
      <h1>API of ztpush {deps.version}</h1>
      <p>
        {textOf(partOf(document['info'])['description'])} For programs:{' '}
        <a href="/openapi.json">openapi.json</a>. What the codes of problems mean:{' '}
        <a href="/docs/problems">problems</a>.
      </p>
      <nav aria-label="Operations">
        <table>
          <caption class="unseen">Operations</caption>
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col">Answers</th>
            </tr>
          </thead>
          <tbody>
            {operations.map(({ path, method, operation }) => (
              <tr>
                <th scope="row">
                  <a href={`#${textOf(operation['operationId'])}`}>
                    <code>{`${method.toUpperCase()} ${path}`}</code>
                  </a>
                </th>
                <td>{textOf(operation['summary'])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </nav>
      <h2>Operations</h2>
      {operations.map((each) => (
        <Operation {...each} />
      ))}
      <h2>Schemas</h2>
      {schemas.map(([name, schema]) => (
        <section class="card" id={`schema-${name}`} aria-labelledby={`title-${name}`}>
          <h3 id={`title-${name}`}>{name}</h3>
          <SchemaTable name={name} schema={partOf(schema)} />
        </section>
      ))}
    </article>,
  )
}
