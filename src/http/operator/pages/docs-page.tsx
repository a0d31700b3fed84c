/**
 * `/docs`: the API, made of its OpenAPI document; `/docs/problems`: what each problem means.
 * @module
 */
import { listOf, type Part, partOf, textOf } from './json-part.ts'
import { Markdown } from './markdown.tsx'
import type { PagesDeps } from './page-deps.ts'
import { page } from './page-response.tsx'
import { SchemaTable, SchemaText } from './schema-view.tsx'

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

interface OperationProps {
  readonly path: string
  readonly method: string
  readonly operation: Part
}

function Operation({ path, method, operation }: OperationProps) {
  const id = textOf(operation['operationId'])
  const parameters = listOf(operation['parameters']).map(partOf)
  const body = contentOf(partOf(operation['requestBody']))
  return (
    <section class="card" id={id} aria-labelledby={`title-${id}`}>
      <h3 id={`title-${id}`}>
        <code>{`${method.toUpperCase()} ${path}`}</code>
      </h3>
      <p>
        {textOf(operation['summary'])}. {textOf(operation['description'])}
      </p>
      {parameters.length === 0 ? null : <Parameters parameters={parameters} />}
      {body === undefined ? null : (
        <p>
          Body: <SchemaText schema={body} />
        </p>
      )}
      <table>
        <caption>Answers</caption>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">When</th>
            <th scope="col">Body</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(partOf(operation['responses'])).map(([status, response]) => {
            const content = contentOf(partOf(response))
            return (
              <tr>
                <th scope="row">{status}</th>
                <td>{textOf(partOf(response)['description'])}</td>
                <td>{content === undefined ? 'none' : <SchemaText schema={content} />}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function Parameters({ parameters }: { readonly parameters: readonly Part[] }) {
  return (
    <table>
      <caption>Parameters</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">In</th>
          <th scope="col">What</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map((each) => (
          <tr>
            <th scope="row">
              {textOf(each['name'])}
              {each['required'] === true ? ' (required)' : ''}
            </th>
            <td>{textOf(each['in'])}</td>
            <td>
              <SchemaText schema={partOf(each['schema'])} />
            </td>
            <td>{textOf(each['description'])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The schema of a body, whatever its media type is. */
function contentOf(holder: Part): Part | undefined {
  const [content] = Object.values(partOf(holder['content']))
  return content === undefined ? undefined : partOf(partOf(content)['schema'])
}
