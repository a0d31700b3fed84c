/**
 * What a command sees of the world: where it stands, and where it writes.
 * @module
 */
import type { WriteStream } from 'node:tty'
import { printable } from '../core/printable.ts'
import { describeProblem, type Problem } from '../core/problem.ts'
import type { Settings } from '../settings.ts'

/** The surroundings of one run. */
export interface Terminal {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
}

export type Output = Pick<WriteStream, 'write' | 'isTTY'> & Partial<Pick<WriteStream, 'columns'>>

/** The exit codes of every command. */
export const exitCode = { fine: 0, problem: 1, usage: 2 } as const

/** Colours are for terminals, and not for those who said NO_COLOR. */
export function wantsColour(terminal: Terminal, output: Output): boolean {
  const { NO_COLOR: noColour, TERM: term } = terminal.env
  return output.isTTY === true && (noColour ?? '') === '' && term !== 'dumb'
}

/** Where log lines go: nowhere, when the settings say so. */
export function logWriter(
  { logging, consoleLogging }: Pick<Settings, 'logging' | 'consoleLogging'>,
  output: Output,
): (lines: Uint8Array) => void {
  return logging && consoleLogging ? (lines) => void output.write(lines) : () => {}
}

const red = '31'
const yellow = '33'

/** Prints problems, one a line, on the standard error; what they quote cannot command the terminal. */
export function printProblems(terminal: Terminal, problems: readonly Problem[]): void {
  const colour = wantsColour(terminal, terminal.stderr)
  for (const problem of problems) {
    const mark = colour
      ? `\u001b[${problem.severity === 'error' ? red : yellow}m${problem.severity}\u001b[0m`
      : problem.severity
    terminal.stderr.write(`${mark}: ${printable(describeProblem(problem))}\n`)
  }
}
