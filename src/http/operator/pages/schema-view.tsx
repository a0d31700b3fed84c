/**
 * A JSON schema for people.
 * @module
 */
import type { Child } from 'hono/jsx'
import { listOf, type Part, partOf, textOf } from './json-part.ts'

/** The properties of an object, one a row; anything else in words. */
export function SchemaTable({ name, schema }: { readonly name: string; readonly schema: Part }) {
  const properties = Object.entries(partOf(schema['properties']))
  const required = new Set(listOf(schema['required']))
  const description = textOf(schema['description'])
  return (
    <>
      {description === '' ? null : <p>{description}</p>}
      {properties.length === 0 ? (
        <p>
          <SchemaText schema={schema} />
        </p>
      ) : (
        <table>
          <caption class="unseen">Properties of {name}</caption>
          <thead>
            <tr>
              <th scope="col">Property</th>
              <th scope="col">What</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {properties.map(([key, property]) => (
              <tr>
                <th scope="row">
                  {key}
                  {required.has(key) ? '' : ' (optional)'}
                </th>
                <td>
                  <SchemaText schema={partOf(property)} />
                </td>
                <td>{textOf(partOf(property)['description'])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

/** A schema in a few words: `list of Switch`, `text or null`, `one of a, b`. */
export function SchemaText({ schema }: { readonly schema: Part }) {
  return <>{words(schema)}</>
}

const plainNames: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number' }

function words(schema: Part): Child {
  const { $ref, anyOf, allOf, type, items } = schema
  const values = schema['enum']
  if (typeof $ref === 'string') {
    const name = $ref.replace(/^.*\//, '')
    return <a href={`#schema-${name}`}>{name}</a>
  }
  const several = listOf(anyOf ?? allOf)
  if (several.length > 0) {
    return several.map((each, at) => [at === 0 ? '' : ' or ', words(partOf(each))])
  }
  if (Array.isArray(values)) return `one of ${values.map(String).join(', ')}`
  if (type === 'array') return ['list of ', words(partOf(items))]
  if (type === 'object') return objectWords(schema)
  const format = textOf(schema['format'])
  const name = textOf(type)
  return `${plainNames[name] ?? (name === '' ? 'anything' : name)}${format === '' ? '' : ` (${format})`}`
}

function objectWords(schema: Part): Child {
  const properties = Object.entries(partOf(schema['properties']))
  if (properties.length === 0) return ['object of ', words(partOf(schema['additionalProperties']))]
  return [
    'object: ',
    ...properties.map(([key, property], at) => [
      at === 0 ? '' : '; ',
      <code>{key}</code>,
      ' ',
      words(partOf(property)),
    ]),
  ]
}
