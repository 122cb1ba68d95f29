/** What a piece of Cedar text is, as far as one line shows it. */
export type TokenKind =
  | 'comment'
  | 'text'
  | 'number'
  | 'annotation'
  | 'effect'
  | 'keyword'
  | 'variable'
  | 'type'
  | 'literal'
  | 'sign'
  | 'plain'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
}

const EFFECTS = new Set(['permit', 'forbid'])
/** Words of the language, which completion offers, too. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...['when', 'unless', 'in', 'has', 'like', 'is', 'if', 'then', 'else'],
])
/** What a condition begins with. */
export const VARIABLES: ReadonlySet<string> = new Set([
  ...['principal', 'action', 'resource', 'context'],
])
const LITERALS = new Set(['true', 'false'])

const RULES: readonly (readonly [RegExp, (text: string) => TokenKind])[] = [
  [/\s+/y, () => 'plain'],
  [/\/\/.*/y, () => 'comment'],
  // A text that does not end on its line ends with it, so that the rest of the file keeps its colours.
  [/"(?:[^"\\]|\\.)*(?:"|\\?$)/y, () => 'text'],
  [/@[\p{L}_][\w-]*/uy, () => 'annotation'],
  [/[A-Z_]\w*(?:::[A-Z_]\w*)*(?=::")/y, () => 'type'],
  [/[\p{L}_][\p{L}\p{N}_]*/uy, wordKind],
  [/\d+/y, () => 'number'],
  [/::|==|!=|<=|>=|&&|\|\||[-+*<>!.,;:?(){}[\]]/y, () => 'sign'],
  [/./suy, () => 'plain'],
]

function wordKind(word: string): TokenKind {
  if (EFFECTS.has(word)) return 'effect'
  if (KEYWORDS.has(word)) return 'keyword'
  if (VARIABLES.has(word)) return 'variable'
  if (LITERALS.has(word)) return 'literal'
  return /^[A-Z]/.test(word) ? 'type' : 'plain'
}

/** The token of a line at a place; undefined at its end. Takes time linear in the token. */
export function tokenAt(line: string, at: number): Token | undefined {
  if (at >= line.length) return undefined
  for (const [pattern, kindOf] of RULES) {
    pattern.lastIndex = at
    const text = pattern.exec(line)?.[0]
    if (text !== undefined && text !== '') return { text, kind: kindOf(text) }
  }
  return { text: line.charAt(at), kind: 'plain' }
}

/** A whole text as tokens, line breaks among them. */
export function cedarTokens(text: string): readonly Token[] {
  const tokens: Token[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) tokens.push({ text: '\n', kind: 'plain' })
    for (let token = tokenAt(line, 0), at = 0; token !== undefined; token = tokenAt(line, at)) {
      tokens.push(token)
      at += token.text.length
    }
  }
  return tokens
}
