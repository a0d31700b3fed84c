/** Reads mails as RFC 2045 to 2047 and RFC 2231 have them, as far as programs on a switch write them. */

export interface MailPart {
  /** `text/plain`, in lower case. */
  readonly type: string
  readonly charset: string | undefined
  /** Of an attachment. */
  readonly fileName: string | undefined
  readonly bytes: Buffer
}

export interface Mail {
  /** Name in lower case → value, unfolded and decoded. */
  readonly headers: Readonly<Record<string, string>>
  readonly parts: readonly MailPart[]
}

/** Reads a mail of one level of parts; a byte a character, lines end in LF. @throws when it is none */
export function parseMail(message: string): Mail {
  const { headers, body } = split(message)
  const boundary = parameter(headers['content-type'] ?? '', 'boundary')
  if (boundary === undefined) throw new Error(`no mail of several parts:\n${message}`)
  const pieces = `\n${body}`.split(`\n--${boundary}`)
  if (!pieces.at(-1)?.startsWith('--')) throw new Error(`the mail does not end:\n${message}`)
  return { headers, parts: pieces.slice(1, -1).map((piece) => parsePart(piece.slice(1))) }
}

function parsePart(text: string): MailPart {
  const { headers, body } = split(text)
  const type = headers['content-type'] ?? 'text/plain'
  const disposition = headers['content-disposition'] ?? ''
  return {
    type: (type.split(';')[0] ?? '').trim().toLowerCase(),
    charset: parameter(type, 'charset'),
    fileName: parameter(disposition, 'filename'),
    bytes: decoded(body, headers['content-transfer-encoding'] ?? '7bit'),
  }
}

function split(text: string): { headers: Record<string, string>; body: string } {
  // a part may have nothing but headers
  const end = `${text}\n`.indexOf('\n\n')
  const lines = text
    .slice(0, end)
    .replace(/\n(?=[ \t])/g, '')
    .split('\n')
  const headers = lines.map((line) => {
    const [, name, value] = /^([!-9;-~]+): ?(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) throw new Error(`no header: ${line}`)
    return [name.toLowerCase(), decodedWords(value)]
  })
  return { headers: Object.fromEntries(headers), body: text.slice(end + 2) }
}

function decoded(body: string, encoding: string): Buffer {
  switch (encoding.toLowerCase()) {
    case '7bit':
      if (/[^\0-\x7f]/.test(body)) throw new Error('7bit, and is not')
      return Buffer.from(body, 'latin1')
    case 'base64':
      if (!/^[A-Za-z0-9+/=\n]*$/.test(body)) throw new Error('base64, and is not')
      return Buffer.from(body, 'base64')
    case 'quoted-printable':
      return unquoted(body.replace(/=\n/g, ''))
    default:
      throw new Error(`encoding ${encoding}`)
  }
}

function unquoted(text: string): Buffer {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_all, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}

/** `=?utf-8?b?…?=` of headers; blanks between two of them do not count. */
function decodedWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, how: string, text: string) => {
      const isBase64 = how.toLowerCase() === 'b'
      const bytes = isBase64 ? Buffer.from(text, 'base64') : unquoted(text.replaceAll('_', ' '))
      return bytes.toString('utf8')
    })
}

/** `name="value"`, `name=value` or `name*=utf-8''value`. */
function parameter(header: string, name: string): string | undefined {
  const extended = new RegExp(`;\\s*${name}\\*=utf-8''([^;]*)`, 'i').exec(header)
  if (extended?.[1] !== undefined) return decodeURIComponent(extended[1])
  const plain = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header)
  return plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2]
}
