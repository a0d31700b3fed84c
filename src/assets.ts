/**
 * Where the shipped files lie. The same from `src` and from `dist`: both are one level below the package's root.
 * @module
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)

/** A file or folder of the package, absolute. */
export function assetPath(name: string): string {
  return fileURLToPath(new URL(name, root))
}

/** The texts of some files of a folder of the package, by their names. */
export function assetTexts(folder: string, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, readFileSync(assetPath(`${folder}/${name}`), 'utf8')]))
}

/** A built module that runs as a worker: threads need JavaScript, so it comes from `dist` even when the caller runs from `src`. */
export function workerUrl(module: string): URL {
  return new URL(`dist/${module}.js`, root)
}

/** The version of the package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(assetPath('package.json'), 'utf8')) as {
    version: string
  }
  return version
}
