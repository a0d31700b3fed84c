/**
 * The bootstrap script and its configuration.
 * @module
 */
import { bootstrapConfigJson, fillBootstrapScript } from '../core/bootstrap.ts'
import { Problem } from '../core/problem.ts'
import type { DataRootSource, ShippedFiles } from '../ports.ts'

export interface BootstrapDeps {
  readonly files: DataRootSource
  readonly shipped: ShippedFiles
  /** `[bootstrap] filename` */
  readonly bootstrapFilename: string
}

export interface Bootstrap {
  /** The script with the server's URL in it. */
  script(serverUrl: string): Promise<Uint8Array<ArrayBuffer> | Problem>
  /** The JSON of `/bootstrap/config`. */
  config(): Promise<string | Problem>
}

/** What is shipped stands in for the file of this name only. */
const shippedName = 'bootstrap'
const configFile = 'bootstrap/bootstrap.conf'

export function createBootstrap({ files, shipped, bootstrapFilename }: BootstrapDeps): Bootstrap {
  // the same bytes give the same script: they are an object that stays while the file does
  const filled = new WeakMap<Uint8Array, { url: string; script: Uint8Array<ArrayBuffer> }>()
  return {
    script: async (serverUrl) => {
      const own = await files.bytes(`bootstrap/${bootstrapFilename}`)
      if (own instanceof Problem) return own
      const bytes =
        own ?? (bootstrapFilename === shippedName ? shipped.read('bootstrap') : undefined)
      if (bytes === undefined) {
        const fix = `write bootstrap/${bootstrapFilename}`
        return new Problem('bootstrap-missing', 'there is no bootstrap script', { fix })
      }
      const known = filled.get(bytes)
      if (known?.url === serverUrl) return known.script
      const text = Buffer.from(bytes).toString('latin1')
      const script = new Uint8Array(Buffer.from(fillBootstrapScript(text, serverUrl), 'latin1'))
      filled.set(bytes, { url: serverUrl, script })
      return script
    },
    config: async () => {
      const bytes = await files.bytes(configFile)
      return bytes instanceof Problem ? bytes : bootstrapConfigJson(configFile, bytes)
    },
  }
}
