import { piece, type Token, tokensIn } from './tokens.ts'

const READERS = [
  piece(/(?<=^|\s)#[^\n]*/, () => 'remark'),
  // What nothing closes goes on to the end.
  piece(/'[^']*(?:'|$)/, () => 'text'),
  piece(/"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)/, () => 'text'),
  piece(/&&|\|\||>>|<<|\$\(|<\(|>\(|[|;&<>()`\n]/, () => 'sign'),
  piece(/[^\s|;&<>()`'"$]+|\$/, () => 'plain'),
]
/** After these comes another command. */
const BEFORE_COMMAND = new Set(['&&', '||', '|', ';', '&', '$(', '<(', '>(', '(', '`', '\n'])
const ASSIGNMENT = /^[A-Za-z_]\w*=/

/** A command line for people: the programs stand out. What it runs is what the facts say. */
export function shellTokens(text: string): readonly Token[] {
  let expects = true
  return tokensIn(text, READERS).map((token) => {
    if (token.kind === 'sign') expects = BEFORE_COMMAND.has(token.text)
    if (token.kind !== 'plain' || token.text.trim() === '') return token
    const names = expects && !ASSIGNMENT.test(token.text)
    if (names) expects = false
    return names ? { kind: 'acts', text: token.text } : token
  })
}
