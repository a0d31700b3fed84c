/**
 * Why a program cannot be started.
 * @module
 */
import { constants, type Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { ProgramRun } from '../ports.ts'

/**
 * What is wrong with the file, as far as that can be seen beforehand; undefined where nothing is. A script without `#!` is refused
 * here: the C library would hand it to a shell.
 */
export async function findRefusal({ path, cwd }: ProgramRun): Promise<string | undefined> {
  const [file, folder] = await Promise.all([statOf(path), statOf(cwd)])
  if (file === undefined) return 'there is no such file'
  if (file.isDirectory()) return 'it is a folder'
  if (!file.isFile()) return 'it is no file'
  if ((file.mode & 0o111) === 0) return describeStartError('EACCES')
  if (folder?.isDirectory() !== true) return `there is no folder ${cwd} to run it in`
  const head = await readHead(path)
  return head === undefined || isProgram(head) ? undefined : describeStartError('ENOEXEC')
}

/** What an error of starting a program means; `code` is the system's name for it. */
export function describeStartError(code: string): string {
  const reasons = new Map([
    [
      'ENOENT',
      'the interpreter that its first line names is not there (or that line ends in CRLF)',
    ],
    ['EACCES', 'it may not be executed (chmod +x)'],
    ['ENOEXEC', 'it is no program: a script begins with #! and its interpreter'],
    ['E2BIG', 'its arguments are too long'],
    ['ETXTBSY', 'somebody is writing to it'],
    ['EAGAIN', 'there are too many processes'],
    ['EMFILE', 'there are too many open files'],
    ['ENOMEM', 'there is too little memory'],
    ['ERR_INVALID_ARG_VALUE', 'an argument holds a NUL'],
  ])
  return reasons.get(code) ?? code
}

/** A first line that names an interpreter; or bytes that no text has, about which the system knows more than we. */
function isProgram(head: Uint8Array): boolean {
  return (head[0] === 0x23 && head[1] === 0x21) || head.includes(0)
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch {
    return undefined
  }
}

/** The first bytes; undefined where they cannot be read, which a program need not be. */
async function readHead(path: string): Promise<Uint8Array | undefined> {
  try {
    // a pipe in the file's place must not make us wait
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(512), 0, 512, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}
