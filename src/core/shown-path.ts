/**
 * Files below the working directory are told as people type them.
 * @module
 */
import { type Problem, withDetails } from './problem.ts'

/** An absolute path, relative to a folder where it is below that. */
export function shownPath(folder: string, path: string): string {
  const start = folder.endsWith('/') ? folder : `${folder}/`
  return path.startsWith(start) && path.length > start.length ? path.slice(start.length) : path
}

/** A problem with its file as {@link shownPath} has it. */
export function shownFrom(folder: string, problem: Problem): Problem {
  const { at } = problem
  if (at === undefined) return problem
  const file = shownPath(folder, at.file)
  return file === at.file ? problem : withDetails(problem, { at: { ...at, file } })
}
