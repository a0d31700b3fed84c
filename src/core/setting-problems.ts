/**
 * What is wrong with settings that are each well written.
 * @module
 */
import { collide, describeListenAddress, isLoopback, type ListenAddress } from './listen-address.ts'
import { Problem } from './problem.ts'
import { settingKeys } from './setting-keys.ts'
import type { StatedValue } from './setting-value.ts'

/** `part` is not there: who states a key of it must not believe that it is. */
export function notBuilt({ label, at }: StatedValue, part: string): Problem {
  return new Problem('settings-not-built', `it belongs to what is not built yet: ${part}`, {
    at,
    key: label,
    fix: 'take it out to start without that',
  })
}

/** A key of ZTPServer's that nothing reads yet. */
export function ignored({ label, at }: StatedValue): Problem {
  const message = "it has no effect: ZTPServer's routes are not built yet"
  return new Problem('settings-ignored', message, { at, key: label })
}

/** A folder in the place where a data root is looked for. */
export function dataRootIgnored(folder: string): Problem {
  const message = "this folder is not served: ZTPServer's routes are not built yet"
  return new Problem('data-root-ignored', message, { at: { file: folder } })
}

/** What the two doors cannot be together: reachable by others without a token, or both on one address. */
export function doorProblems(
  switchSide: ListenAddress,
  operatorSide: ListenAddress,
  stated: ReadonlyMap<string, StatedValue>,
): readonly Problem[] {
  const listen = stated.get(settingKeys.operatorListen.name)
  const port = stated.get(settingKeys.port.name)
  const operators = describeListenAddress(operatorSide)
  const switches = describeListenAddress(switchSide)
  const problems: Problem[] = []
  const refuse = (from: StatedValue | undefined, message: string, fix: string): void => {
    problems.push(new Problem('settings-value', message, { at: from?.at, key: from?.label, fix }))
  }
  if (!isLoopback(operatorSide.host) && !stated.has(settingKeys.operatorToken.name)) {
    refuse(
      listen,
      `the operator side would listen on ${operators}, where others reach it, without a token`,
      'set [operator] token or ZTPUSH_OPERATOR_TOKEN, or listen on 127.0.0.1',
    )
  }
  if (collide(switchSide, operatorSide)) {
    refuse(
      listen ?? port,
      `both sides would listen on one port: switches on ${switches}, operators on ${operators}`,
      'change [server] port (--port) or [operator] listen (--operator)',
    )
  }
  return problems
}
