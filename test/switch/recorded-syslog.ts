/** Syslog as the receiving end sees it. */

/** One datagram. */
export interface SyslogMessage {
  readonly facility: number
  /** 0 (emergency) to 7 (debug); 3 is an error, 6 an information. */
  readonly severity: number
  readonly text: string
}

/** Reads a datagram; without a priority of its own it is `user.notice`, as RFC 3164 says. */
export function parseSyslog(datagram: Uint8Array): SyslogMessage {
  const text = Buffer.from(datagram).toString('utf8')
  const [start, priority] = /^<(\d{1,3})>/.exec(text) ?? ['', '13']
  return {
    facility: Number(priority) >> 3,
    severity: Number(priority) & 7,
    // Python ends each message so
    text: text.slice(start.length).replace(/\0$/, ''),
  }
}
