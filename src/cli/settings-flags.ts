/**
 * The flags that say where things are, shared by the commands, and the way from them to Settings.
 * @module
 */
import { readFileSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { type Flags, type ProgramName, type ReadSettings, readSettings } from '../settings.ts'
import type { Terminal } from './terminal.ts'

/** Adds the flags that every command with files has. */
export function addSourceFlags(command: Command): Command {
  return command
    .option('-c, --conf <file>', 'configuration file (INI), instead of ./ztpush.conf')
    .option('--inventory <path>', 'file (.json, .yaml) or folder of such files')
    .option('--templates <folder>', 'folder of templates')
    .option('--template <name>', 'the default template')
    .option('--server-url <url>', 'the URL under which switches reach this server')
    .option('--data-root <folder>', "ZTPServer's folder (default: ./data_root if it is there)")
}

/**
 * Reads the settings that the flags, the environment and the file give.
 * @throws {SettingsRefused}
 */
export function settingsFor(
  terminal: Terminal,
  flags: Flags,
  program: ProgramName = 'ztpush',
): ReadSettings {
  return readSettings({
    program,
    flags,
    env: terminal.env,
    cwd: terminal.cwd,
    readFile: (path) => {
      try {
        return readFileSync(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    folderExists: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  })
}
