/** A token of RFC 5322, 3.2. White space is kept as a token: it parts words. */
export interface Token {
  readonly kind: 'atom' | 'quoted' | 'comment' | 'literal' | 'special' | 'space' | 'newline'
  readonly text: string
}

const ONE =
  /(?<newline>\r\n|[\r\n])|(?<space>[ \t\u00a0\u3000]+)|(?<special>[<>@,;:])|(?<atom>[^\s"()<>@,;:]+)/y
const QUOTED = /"(?:[^"\\\r\n]|\\[^\r\n])*"/y
const LITERAL = /\[[^[\]\\\s]*\]/y

/**
 * Splits a list of addresses. Undefined when a quotation, a comment or a literal does not end. Linear,
 * without recursion: comments nest to any depth.
 */
export function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  let afterAt = false
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, afterAt)
    if (token === undefined) return undefined
    tokens.push(token)
    at += token.text.length
    if (token.kind !== 'space' && token.kind !== 'comment') afterAt = token.text === '@'
  }
  return tokens
}

function tokenAt(text: string, at: number, afterAt: boolean): Token | undefined {
  const sign = text[at]
  if (sign === '"') return matched('quoted', QUOTED, text, at)
  if (sign === '(') return commentAt(text, at)
  if (sign === '[' && afterAt) return matched('literal', LITERAL, text, at)
  ONE.lastIndex = at
  const groups = ONE.exec(text)?.groups
  for (const kind of ['newline', 'space', 'special', 'atom'] as const) {
    const found = groups?.[kind]
    if (found !== undefined) return { kind, text: found }
  }
  return undefined
}

function matched(
  kind: Token['kind'],
  pattern: RegExp,
  text: string,
  at: number,
): Token | undefined {
  pattern.lastIndex = at
  const found = pattern.exec(text)?.[0]
  return found === undefined ? undefined : { kind, text: found }
}

function commentAt(text: string, from: number): Token | undefined {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const sign = text[at]
    if (sign === '\\') at++
    else if (sign === '\r' || sign === '\n') return undefined
    else if (sign === '(') depth++
    else if (sign === ')' && --depth === 0)
      return { kind: 'comment', text: text.slice(from, at + 1) }
  }
  return undefined
}
