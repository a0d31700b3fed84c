/**
 * Warnings for names in the file and in the environment that no setting has.
 * @module
 */
import { type IniText, inheritedSection } from './ini.ts'
import { nearestName } from './nearest-name.ts'
import { Problem, type ProblemDetails } from './problem.ts'
import { allSettingKeys, settingSections } from './setting-keys.ts'
import { showText } from './setting-value.ts'
import { type Environment, environmentValue } from './stated-settings.ts'

const prefix = 'ZTPUSH_'

/** The variable that names the configuration file of `ztpush`. */
const confVariable = `${prefix}CONFIG`

/** A warning for every section and key of the file that is none of ours, or that reaches nobody. */
export function unknownInFile(ini: IniText, file: string): readonly Problem[] {
  const sections = ini.sections
    .filter(({ name }) => name !== inheritedSection && !settingSections.includes(name))
    .map(({ name, line }) => {
      const near = nearestName(name, settingSections)
      const fix =
        near === undefined ? `take it out, or use ${list(settingSections)}` : `write [${near}]`
      return new Problem('settings-unknown-key', 'there is no such section; it is ignored', {
        at: { file, line },
        key: `[${oneLine(name)}]`,
        fix,
      })
    })
  const written = new Set(ini.sections.map(({ name }) => name))
  const keys = ini.entries.flatMap(({ section, key, line }) => {
    const known = allSettingKeys.filter((setting) => setting.key === key)
    const details = { at: { file, line }, key: `[${section}] ${oneLine(key)}` }
    if (section === inheritedSection) {
      if (known.some((setting) => written.has(setting.section))) return []
      const homes = known.map((setting) => `[${setting.section}]`)
      if (homes.length > 0) return [reachesNobody(homes, details)]
    } else if (!settingSections.includes(section)) return []
    if (known.some((setting) => setting.section === section)) return []
    const fix = nearestKey(section, key)
    return [
      new Problem('settings-unknown-key', 'there is no such key; it is ignored', {
        ...details,
        fix,
      }),
    ]
  })
  return [...sections, ...keys]
}

function reachesNobody(homes: readonly string[], details: ProblemDetails): Problem {
  return new Problem(
    'settings-ignored',
    `it has no effect: [${inheritedSection}] lends its keys to the sections that the file holds`,
    { ...details, fix: `write it under ${homes.join(' or ')}` },
  )
}

function nearestKey(section: string, key: string): string {
  const own = allSettingKeys.filter((setting) => setting.section === section)
  const elsewhere = allSettingKeys.find((setting) => setting.key === key)
  if (elsewhere !== undefined) return `write it under [${elsewhere.section}]`
  const near = nearestName(
    key,
    (own.length === 0 ? allSettingKeys : own).map((setting) => setting.key),
  )
  if (near !== undefined) return `write ${near}`
  const names = own.map((setting) => setting.key)
  return names.length === 0 ? 'take it out' : `take it out, or use ${list(names)}`
}

/** A warning for every variable that looks like one of ours and is none. */
export function unknownInEnvironment(environment: Environment): readonly Problem[] {
  const known = [confVariable, ...allSettingKeys.flatMap((key) => key.environment)]
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .filter((name) => environmentValue(environment, name) !== undefined)
    .sort()
    .map((name) => {
      const near = nearestVariable(name.slice(prefix.length))
      const fix = near === undefined ? 'unset it' : `use ${near}`
      const message = 'there is no such variable; it is ignored'
      return new Problem('settings-unknown-key', message, { key: oneLine(name), fix })
    })
}

function nearestVariable(typed: string): string | undefined {
  const withoutSection = allSettingKeys.find(({ key }) => key.toUpperCase() === typed)
  const names = [...allSettingKeys.map(({ section, key }) => `${section}_${key}`), 'CONFIG']
  const near =
    withoutSection === undefined
      ? nearestName(typed, names)
      : `${withoutSection.section}_${withoutSection.key}`
  return near === undefined ? undefined : `${prefix}${near.toUpperCase()}`
}

/** A name as a message shows it. */
function oneLine(name: string): string {
  return showText(name).slice(1, -1)
}

function list(names: readonly string[]): string {
  return names.join(', ')
}
