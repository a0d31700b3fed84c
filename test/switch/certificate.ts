/** Certificates for servers of tests. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../running-server.ts'

/** As PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Makes one that signs itself, for `localhost` and 127.0.0.1. */
export function makeCertificate(): Certificate {
  const folder = makeFolder({
    'openssl.cnf': `
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
commonName = localhost
[extensions]
subjectAltName = DNS:localhost, IP:127.0.0.1
basicConstraints = critical, CA:TRUE
`,
  })
  const words =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -config openssl.cnf -keyout key -out cert'
  execFileSync('openssl', words.split(' '), { cwd: folder.path, stdio: 'pipe' })
  const [key = '', cert = ''] = ['key', 'cert'].map((name) =>
    readFileSync(join(folder.path, name), 'utf8'),
  )
  folder.remove()
  return { key, cert }
}
