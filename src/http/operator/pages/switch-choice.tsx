/**
 * Switches to pick from, below a field that takes a name.
 * @module
 */
import type { SwitchRow } from '../../../core/api-schemas.ts'
import type { SwitchDirectory } from '../../../provisioning/switch-directory.ts'
import { visible } from './visible.ts'

/** Who has more switches knows how they are called. */
const maxOffered = 200

/** Those that are offered: the first ones by name. */
export async function offeredSwitches(directory: SwitchDirectory): Promise<readonly SwitchRow[]> {
  const { items } = await directory.list({ sort: 'name', page: 1, perPage: maxOffered })
  return items
}

/** The id goes into the field: several switches may have one name. */
export function SwitchChoice({
  id,
  switches,
}: {
  readonly id: string
  readonly switches: readonly SwitchRow[]
}) {
  return (
    <datalist id={id}>
      {switches.map((each) => (
        <option value={each.id}>{each.name === each.id ? '' : visible(each.name)}</option>
      ))}
    </datalist>
  )
}
