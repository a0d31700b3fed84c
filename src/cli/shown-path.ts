/**
 * Files below the working directory are told as people type them.
 * @module
 */
import { relative } from 'node:path'
import { type Problem, withDetails } from '../core/problem.ts'

/** An absolute path, relative to a folder where it is below that. */
export function shownPath(cwd: string, path: string): string {
  const below = relative(cwd, path)
  return below === '' || below.startsWith('..') ? path : below
}

/** A problem with its file as {@link shownPath} has it. */
export function shownFrom(cwd: string, problem: Problem): Problem {
  const { at } = problem
  if (at === undefined) return problem
  const file = shownPath(cwd, at.file)
  return file === at.file ? problem : withDetails(problem, { at: { ...at, file } })
}
