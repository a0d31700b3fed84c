/**
 * The bootstrap script and its configuration.
 * @module
 */
import { bootstrapConfigJson, fillBootstrapScript } from '../core/bootstrap.ts'
import { Problem } from '../core/problem.ts'
import type { DataRootSource, Looked, ShippedFiles } from '../ports.ts'

export interface BootstrapDeps {
  readonly files: DataRootSource
  readonly shipped: ShippedFiles
  /** `[bootstrap] filename` */
  readonly bootstrapFilename: string
}

export interface Bootstrap {
  /** The script with the server's URL in it. */
  script(serverUrl: string): Looked<Uint8Array<ArrayBuffer>>
  /** The JSON of `/bootstrap/config`. */
  config(): Promise<string | Problem>
}

/** What is shipped stands in for the file of this name only. */
const shippedName = 'bootstrap'
const configFile = 'bootstrap/bootstrap.conf'

export function createBootstrap({ files, shipped, bootstrapFilename }: BootstrapDeps): Bootstrap {
  const path = `bootstrap/${bootstrapFilename}`
  // the same bytes give the same script: they are an object that stays while the file does
  const filled = new WeakMap<Uint8Array, { url: string; script: Uint8Array<ArrayBuffer> }>()
  const scriptOf = (
    own: Uint8Array | Problem | undefined,
    serverUrl: string,
  ): Uint8Array<ArrayBuffer> | Problem => {
    if (own instanceof Problem) return own
    const bytes = own ?? (bootstrapFilename === shippedName ? shipped.read('bootstrap') : undefined)
    if (bytes === undefined) {
      const fix = `write ${path}`
      return new Problem('bootstrap-missing', 'there is no bootstrap script', { fix })
    }
    const known = filled.get(bytes)
    if (known?.url === serverUrl) return known.script
    const text = Buffer.from(bytes).toString('latin1')
    const script = Buffer.from(fillBootstrapScript(text, serverUrl), 'latin1')
    filled.set(bytes, { url: serverUrl, script })
    return script
  }
  return {
    script: (serverUrl) => {
      const own = files.bytes(path)
      return own instanceof Promise
        ? own.then((bytes) => scriptOf(bytes, serverUrl))
        : scriptOf(own, serverUrl)
    },
    config: async () => {
      const bytes = await files.bytes(configFile)
      return bytes instanceof Problem ? bytes : bootstrapConfigJson(configFile, bytes)
    },
  }
}
