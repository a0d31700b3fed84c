/**
 * What is wrong with settings that are each well written.
 * @module
 */
import { collide, describeListenAddress, isLoopback, type ListenAddress } from './listen-address.ts'
import { Problem } from './problem.ts'
import { settingKeys } from './setting-keys.ts'
import { type StatedValue, showText } from './setting-value.ts'

/** `part` is not there: who states a key of it must not believe that it is. */
export function notBuilt({ label, at }: StatedValue, part: string): Problem {
  return new Problem('settings-not-built', `it belongs to what is not built yet: ${part}`, {
    at,
    key: label,
    fix: 'take it out to start without that',
  })
}

/** The data root that was stated, or is the default, is not there (yet). */
export function dataRootMissing(folder: string, stated: StatedValue | undefined): Problem {
  return new Problem('data-root-missing', `there is no such folder: ${folder}`, {
    at: stated?.at,
    key: stated?.label ?? '[default] data_root',
    fix: 'make it, or name another one; until then there are no nodes, actions and files',
  })
}

/** The bootstrap script for unknown switches is one of the routes that come with a data root. */
export function bootstrapNowhere(stated: StatedValue | undefined): Problem {
  return new Problem('settings-value', 'there is no bootstrap script without a data root', {
    at: stated?.at,
    key: stated?.label,
    fix: 'set [default] data_root too (--data-root)',
  })
}

/** Configurations at a path of ZTPServer's would hide that route, or be hidden by it; undefined: the path is free. */
export function pathTaken(path: string, stated: StatedValue | undefined): Problem | undefined {
  const [, first = ''] = path.split('/')
  if (!['bootstrap', 'nodes', 'actions', 'files', 'meta'].includes(first)) return undefined
  const message = `with a data root /${first} and what is below it are ZTPServer's routes`
  return new Problem('settings-value', `${showText(path)} cannot be served: ${message}`, {
    at: stated?.at,
    key: stated?.label,
    fix: 'choose another path, such as /dynconfig',
  })
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
