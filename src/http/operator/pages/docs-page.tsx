/**
 * `/docs`: the API, from its own document; `/docs/problems`: every code, from its page of the documentation.
 * @module
 */

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: {
    readonly type?: string
    readonly enum?: readonly string[]
    readonly default?: unknown
  }
}

interface Operation {
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string
        readonly content?: Readonly<Record<string, { readonly schema: object }>>
      }
    >
  >
}

/** What of an OpenAPI document is shown. */
export interface ShownDocument {
  readonly info: { readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

export function DocsPage({ document }: { readonly document: ShownDocument }) {
  return (
    <>
      <h1>API</h1>
      <p class="lead">
        {document.info.description} <a href="/openapi.json">openapi.json</a> ·{' '}
        <a href="/docs/problems">problem codes</a>
      </p>
      {Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => (
          <OperationView path={path} method={method} operation={operation} />
        )),
      )}
      <h2>Shapes</h2>
      {Object.entries(document.components.schemas).map(([name, schema]) => (
        <details id={`schema-${name}`}>
          <summary>{name}</summary>
          <pre class="schema">{JSON.stringify(schema, null, 2)}</pre>
        </details>
      ))}
    </>
  )
}

interface OperationProps {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

function OperationView({ path, method, operation }: OperationProps) {
  const { summary, description, parameters = [], requestBody, responses } = operation
  return (
    <details class="operation">
      <summary>
        <b class="method">{method.toUpperCase()}</b> <code>{path}</code>{' '}
        <span class="quiet">{summary}</span>
      </summary>
      {description === undefined ? '' : <p>{description}</p>}
      {parameters.length === 0 ? (
        ''
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">In</th>
              <th scope="col">Takes</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {parameters.map(({ name, in: place, required, schema, description: what }) => (
              <tr>
                <th scope="row">
                  {name}
                  {required ? ' (needed)' : ''}
                </th>
                <td>{place}</td>
                <td>
                  {schema.enum?.join(' | ') ?? schema.type}
                  {schema.default === undefined ? '' : ` (${String(schema.default)})`}
                </td>
                <td>{what ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {requestBody === undefined ? '' : <Content title="Body" content={requestBody.content} />}
      <ul>
        {Object.entries(responses).map(([status, response]) => (
          <li>
            <b>{status}</b> {response.description}{' '}
            {response.content === undefined ? '' : <Content content={response.content} />}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Content({
  title = '',
  content,
}: {
  readonly title?: string
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}) {
  return (
    <>
      {Object.entries(content).map(([type, { schema }]) => {
        const reference = '$ref' in schema ? String(schema.$ref).split('/').at(-1) : undefined
        return (
          <span>
            {title} <code>{type}</code>{' '}
            {reference === undefined ? '' : <a href={`#schema-${reference}`}>{reference}</a>}
          </span>
        )
      })}
    </>
  )
}

/**
 * The page of problem codes. It is written in a small part of Markdown: headings, paragraphs, and `code`, **bold** and links within
 * them.
 */
export function ProblemCodesPage({ markdown }: { readonly markdown: string }) {
  const blocks = markdown.split(/\n{2,}/).filter((block) => block.trim() !== '')
  return (
    <>
      {blocks.map((block) => {
        const heading = /^(#{1,3}) (.+)$/.exec(block.trim())
        if (heading === null) return <p>{inline(block)}</p>
        const [, marks = '', text = ''] = heading
        if (marks.length === 1) return <h1>{text}</h1>
        return marks.length === 2 ? <h2>{text}</h2> : <h3 id={text}>{text}</h3>
      })}
    </>
  )
}

function inline(text: string) {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/)
  return parts.map((part) => {
    if (part.startsWith('`')) return <code>{part.slice(1, -1)}</code>
    if (part.startsWith('**')) return <strong>{part.slice(2, -2)}</strong>
    // links lead to pages that are not served here
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part)
    return link === null ? part : (link[1] ?? '').replaceAll('`', '')
  })
}
