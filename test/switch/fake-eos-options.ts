/** What a test can say of its fake switch. */
import type { EapiCall, EapiFault } from './eapi-daemon.ts'
import type { EapiStart, HttpAddress } from './eapi-service.ts'
import type { ApiProtocol, CliAnswer, Neighbors } from './eos-cli.ts'
import type { EosFacts } from './eos-show.ts'
import type { ProgramAnswer } from './program-calls.ts'

/** What the switch is like; every part has a sound default. */
export interface FakeEosOptions extends Partial<EosFacts> {
  readonly neighbors?: Neighbors
  /** `Ethernet1`; those with neighbors when not said. */
  readonly connectedPorts?: readonly string[]
  /** `/usr/bin/python`, by path or name; the plain `python3` when not said. */
  readonly python?: string
  /** `/usr/bin/arista-python`, and with it `/usr/bin/python3`. Without it there is none. */
  readonly aristaPython?: string
  /** Path below `/mnt/flash` → content; a path that ends in `/` is an empty folder. */
  readonly flash?: Readonly<Record<string, string | Uint8Array>>
  /** As `mount` takes it, rounded up to pages: `64k`. The default is 512m. */
  readonly flashSize?: string
  readonly flashIsReadOnly?: boolean
  /** False: no `/dev/log`. */
  readonly hasSyslog?: boolean
  /** Folders below `/usr` that can be written to; the one for Python 2.7 when not said. */
  readonly cliPluginFolders?: readonly string[]
  /** Commands of one's own, or others' answers, at the prompt and over eAPI. */
  readonly answers?: Readonly<Record<string, CliAnswer>>
  /** In place of an answer of the command line; undefined leaves it to that. The first call is 1. */
  readonly fastCli?: (command: string, call: number) => ProgramAnswer | undefined
  /** Of the machine, to be seen read-only on the switch: the folder of a library, say. */
  readonly shownFolders?: readonly string[]
  /** How far the clock of the switch's Pythons is ahead; negative when it is behind. */
  readonly clockShiftSeconds?: number
  /** More programs in `/usr/bin`, and those that are there otherwise. */
  readonly programs?: Readonly<Record<string, (words: readonly string[]) => ProgramAnswer>>
  readonly eapi?: EapiStart & {
    /** True: it runs from the start, without anybody having configured it. */
    readonly isOn?: boolean
    /** What this EOS knows; all when not said. */
    readonly protocols?: readonly ApiProtocol[]
    /** Where it listens over HTTP; an address of its own when not said. */
    readonly address?: HttpAddress
    /** What goes wrong with a call; nothing when undefined. The first call is 1. */
    readonly fault?: (call: EapiCall, number: number) => EapiFault | undefined
  }
}

/** How a script is started. */
export interface StartOptions {
  /** Besides PATH, HOME and USER. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** After it the script is killed and its result an error; 15 s when not said. */
  readonly timeoutMs?: number
}
