/**
 * Ansible's `from_yaml` with dates as values of their own.
 * @module
 */
import { parseYaml, parseYamlDocuments } from '../../filters/yaml-reader.ts'
import { PyDate } from '../../python/date.ts'
import { type Filters, filter, textOf } from './define.ts'

const date = (text: string) => new PyDate(text)

/** `from_yaml`, `from_yaml_all`. What is no text has been read already. */
export const yamlFilters: Filters = new Map([
  filter('from_yaml', [], (value) => {
    const text = textOf(value)
    return text === undefined ? value : parseYaml('from_yaml', text, date)
  }),
  filter('from_yaml_all', [], (value) => {
    const text = textOf(value)
    return text === undefined ? value : parseYamlDocuments('from_yaml_all', text, date)
  }),
])
