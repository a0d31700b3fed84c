/**
 * What a secret looks like in a line of text. The first group of each rule is what stays, the secret is what follows it.
 * @module
 */

/** A word, or words in quotes. */
const value = String.raw`(?:"[^"\n]*"|'[^'\n]*'|[^\s"';,]\S*)`

/** How EOS says in which form the secret follows. */
const form = '(?:0|5|7|8|8a|9|10|14|sha-?512|encrypted|hidden)'

/** Words after `password` and the like that begin another clause. */
const clause =
  '(?!(?:minimum|maximum|policy|prompt|history|encryption(?:-key)?|authentication|required|is|for|and|or|to)\\b)'

/** Every rule, the surest first. Each takes time that grows with the length of the line only. */
export const secretRules: readonly RegExp[] = [
  // crypt: $6$salt$hash, $1$…, $2b$…, $y$…
  /()\$(?:1|2[abxy]?|5|6|7|8|9|14|y|gy|sha1|argon2(?:id|i|d)|pbkdf2(?:-\w{1,10})?|scrypt)\$[^\s"'`,;)\]}]+/g,
  // https://user:secret@host
  /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{0,255}:)[^\s/@]{1,255}(?=@)/gi,
  rule(String.raw`\b(?:snmp-server\s+community)\s+`),
  rule(String.raw`\bsnmp-server\s+host\s[^\n]{0,200}?\bversion\s+(?:1|2c)\s+`),
  rule(String.raw`\b(?:auth|priv)\s+(?:md5|sha\d*|3?des|aes\d*)\s+`),
  // ntp authentication-key 1 md5 7 …, ip ospf message-digest-key 1 md5 …
  rule(
    String.raw`\b(?:authentication-key|message-digest-key)\s+\d+\s+(?:md5|sha\d*)\s+(?:${form}\s+)?`,
  ),
  rule(String.raw`\b(?:radius|tacacs)(?:-server)?\s[^\n]{0,200}?\bkey\s+(?:${form}\s+)?`),
  // with the form said: key 7 …, password 7 …, key-string 8a …
  rule(
    String.raw`\b(?:[\w-]{0,60}(?:password|passphrase|secret|key|key-string|authentication-key|community|token)|md5|sha\d*)\s+${form}\s+`,
  ),
  // without: secret lab, password lab; a hash was masked above
  rule(
    String.raw`(?:^|[\s\w-])(?:password|passphrase|secret|shared-secret|key-string|authentication-key)\s+(?!${form}\s)(?!\d+\s+(?:md5|sha\d*)\s)${clause}`,
  ),
  // password=…, token: "…", API_KEY='…'
  /(\b[\w-]{0,60}(?:password|passwd|passphrase|secret|token|api[-_]?key|community)["']?\s{0,4}[:=]\s{0,4})(?:"[^"\n]*"|'[^'\n]*'|[^\s"'`,;(){}[\]$]+)/gi,
]

/** A literal that an expression of a template gives a secret name to: `password = 'lab'`, `secret: "lab"`, `secret='lab'`. */
export const literalRule =
  /(\b[\w-]{0,60}(?:password|passwd|passphrase|secret|token|key|community)["']?\s{0,4}[:=]\s{0,4})(?:"[^"\n]*"|'[^'\n]*')/gi

function rule(before: string): RegExp {
  return new RegExp(`(${before})${value}`, 'gi')
}
