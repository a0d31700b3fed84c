/**
 * An event of the journal as the operator side shows it.
 * @module
 */
import type { EventView } from './api-schemas.ts'
import { maskText } from './secrets.ts'
import type { SwitchEvent } from './switch-event.ts'

/** An event as it is shown: what a switch reports may hold secrets too. */
export function eventView(event: SwitchEvent): EventView {
  const { at, kind, from, request, status, revision, sha256, problem, action, message } = event
  return {
    at: new Date(at).toISOString(),
    kind,
    from: from ?? null,
    request: request ?? null,
    status: status ?? null,
    revision: revision ?? null,
    sha256: sha256 ?? null,
    problem: problem ?? null,
    action: action ?? null,
    message: message === undefined ? null : maskText(message),
  }
}
