/**
 * One operation of the API, for people.
 * @module
 */
import { listOf, type Part, partOf, textOf } from './json-part.ts'
import { SchemaText } from './schema-view.tsx'

export interface OperationProps {
  readonly path: string
  readonly method: string
  readonly operation: Part
}

export function Operation({ path, method, operation }: OperationProps) {
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
