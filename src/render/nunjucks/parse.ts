/**
 * Template text → syntax tree. Nunjucks' own lexer and parser, watched token by token for what they would read otherwise than
 * it is written.
 * @module
 */
import lexer, { type Token, type Tokenizer } from 'nunjucks/src/lexer.js'
import type { TemplateNode } from 'nunjucks/src/nodes.js'
import parser from 'nunjucks/src/parser.js'
import { TemplateFault } from '../template-fault.ts'
import type { WhitespaceRules } from '../whitespace-rules.ts'
import { misread } from './faults.ts'

/**
 * Parses a template.
 * @throws {TemplateFault} `syntax` or `misread`, with line and column
 */
export function parseTemplate(name: string, text: string, rules: WhitespaceRules): TemplateNode {
  refuseRawMarks(name, text)
  const tokens = lexer.lex(text, rules)
  watchTokens(name, tokens)
  try {
    return new parser.Parser(tokens).parseAsRoot()
  } catch (error) {
    if (error instanceof TemplateFault) throw error
    if (error instanceof RangeError) {
      throw new TemplateFault('syntax', 'nested too deeply', { template: name, line: 1, column: 1 })
    }
    throw syntaxFault(name, error, tokens)
  }
}

function syntaxFault(name: string, error: unknown, tokens: Tokenizer): TemplateFault {
  const { lineno, colno, message } = error as { lineno?: number; colno?: number; message: string }
  // the parser's own errors carry places that count from 1; the lexer's and its slips over a missing token carry none
  const line = lineno ?? tokens.lineno + 1
  const column = lineno === undefined ? tokens.colno + 1 : (colno ?? 1)
  const told = message.replace(
    /^(?:Template render error: )?(?:\(unknown path\))?\s*(?:\[Line.*?\])?\s*/s,
    '',
  )
  const reason =
    error instanceof TypeError ? 'unexpected end of the template' : told.replace(/^parse\w+: /, '')
  // the first }} ends the expression, even that of a dictionary in a dictionary; and there are no slices
  const fix = reason.startsWith('expected comma')
    ? 'write "} }" where two dictionaries end, and x.slice(0, 2) for x[0:2]'
    : undefined
  return new TemplateFault('syntax', reason, { template: name, line, column }, { fix })
}

function watchTokens(name: string, tokens: Tokenizer): void {
  const nextToken = tokens.nextToken.bind(tokens)
  tokens.nextToken = () => {
    const token = nextToken()
    if (token !== null) checkToken(name, token)
    return token
  }
  const parseString = tokens._parseString.bind(tokens)
  tokens._parseString = (delimiter) => {
    const { index, lineno, colno } = tokens
    const value = parseString(delimiter)
    checkEscapes(tokens.str.slice(index + 1, tokens.index - 1), (offset) => ({
      template: name,
      line: lineno + 1,
      column: colno + 2 + offset,
    }))
    return value
  }
}

const pythonWords = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'none'],
])

function checkToken(name: string, token: Token): void {
  const site = { template: name, line: token.lineno + 1, column: token.colno + 1 }
  const text = String(token.value)
  if (token.type === 'symbol') {
    const python = pythonWords.get(text)
    if (python !== undefined) {
      throw misread(`Nunjucks takes ${text} for a variable`, site, text, `write ${python}`)
    }
    if (/^\d/.test(text)) {
      const fix = 'write the number with decimal digits only'
      throw misread(`Nunjucks takes ${text} for a variable`, site, text, fix)
    }
    if (!/^[A-Za-z_$][\w$]*$/.test(text)) {
      throw new TemplateFault('syntax', `${JSON.stringify(text)} is not a name`, site)
    }
  } else if (token.type === 'int') {
    if (/^[-+]?0\d/.test(text)) {
      const fix = 'leave the zero out, or put it in quotes'
      throw new TemplateFault('misread', `the number ${text} has a leading zero`, site, {
        key: text,
        fix,
      })
    }
    if (!Number.isSafeInteger(Number(text))) {
      throw misread(`the number ${text} loses digits in Nunjucks`, site, text, 'put it in quotes')
    }
  }
}

/** Nunjucks knows \n, \t and \r; of any other escape it drops the backslash without a word. */
function checkEscapes(
  raw: string,
  siteAt: (offset: number) => { template: string; line: number; column: number },
): void {
  const escapes = /\\([\s\S])/g
  for (let found = escapes.exec(raw); found !== null; found = escapes.exec(raw)) {
    const [text, character = ''] = found
    if ('ntr\\\'"'.includes(character)) continue
    throw misread(
      `Nunjucks reads ${text} as ${character}: it drops the backslash`,
      siteAt(found.index),
      text,
      `write \\${text} for the backslash itself`,
    )
  }
}

function refuseRawMarks(name: string, text: string): void {
  const found =
    /\{%-?\s*(?:raw|verbatim)\s*-%\}|\{%-\s*end(?:raw|verbatim)\s*-?%\}|\{%\s*end(?:raw|verbatim)\s*-%\}/.exec(
      text,
    )
  if (found === null) return
  const before = text.slice(0, found.index).split('\n')
  throw misread(
    `Nunjucks loses the text of a raw block that trims white space: ${found[0]}`,
    { template: name, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    found[0],
    'leave the - out',
  )
}
