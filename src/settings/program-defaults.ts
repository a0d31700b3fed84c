/**
 * What holds where nobody states anything, for each of the two programs.
 * @module
 */
import type { ListenAddress } from '../core/listen-address.ts'
import { type SettingType, serverTextType, serverUrlType } from '../core/setting-types.ts'

/** `ztps` is the drop-in for ZTPServer: its places, its defaults. */
export type ProgramName = 'ztpush' | 'ztps'

export interface ConfPlaces {
  /** The environment variable that names the configuration file. */
  readonly variable: string
  /** Looked for in this order where nobody names a file. */
  readonly candidates: readonly string[]
  /** A file that is named and not there: stops the start, or is warned of and everything has its default. */
  readonly missing: 'refused' | 'warned'
}

export interface ProgramDefaults {
  readonly conf: ConfPlaces
  readonly dataRoot: string
  /** The default data root counts only where the folder is there. */
  readonly dataRootMustExist: boolean
  readonly serverUrl: string | undefined
  readonly serverUrlType: SettingType<string>
  readonly inventory: string | undefined
  readonly operator: ListenAddress | 'off'
}

export const programDefaults: Readonly<Record<ProgramName, ProgramDefaults>> = {
  ztpush: {
    conf: {
      variable: 'ZTPUSH_CONFIG',
      candidates: ['ztpush.conf', '/etc/ztpush/ztpush.conf'],
      missing: 'refused',
    },
    dataRoot: 'data_root',
    dataRootMustExist: true,
    serverUrl: undefined,
    serverUrlType,
    inventory: 'swinfo.json',
    operator: { host: '127.0.0.1', port: 8081 },
  },
  ztps: {
    conf: {
      variable: 'ZTPS_CONFIG',
      candidates: ['/etc/ztpserver/ztpserver.conf'],
      missing: 'warned',
    },
    dataRoot: '/usr/share/ztpserver',
    dataRootMustExist: false,
    serverUrl: 'http://ztpserver:8080',
    // to ZTPServer it is any text, and files that have been in use for years must go on working
    serverUrlType: serverTextType,
    inventory: undefined,
    // several of them have always run side by side
    operator: 'off',
  },
}
