/** Whether packages can be installed here. */
import { spawnSync } from 'node:child_process'

/** False where there is no npm registry, with a line that says what is skipped; with CI set that is an error. */
export function canInstall(what: string): boolean {
  const { status, stderr } = spawnSync(
    'npm',
    ['view', 'hono@4.13.19', 'version', '--prefer-offline'],
    { encoding: 'utf8', timeout: 30_000 },
  )
  if (status === 0) return true
  if (process.env['CI'] !== undefined) throw new Error(`no npm registry: ${stderr}`)
  console.warn(`skipped: ${what} (the npm registry cannot be reached)`)
  return false
}
