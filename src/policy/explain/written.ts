import type { Policy } from '../load-policy.ts'
import type { PolicySource } from '../policy.ts'
import { type Clause, decisive } from './clause.ts'

/** A part of a policy's text: offsets in UTF-16 units, the second one behind the end. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A clause without parts, as it came out, and where it stands in the text of the policy. */
export interface WrittenClause {
  readonly clause: Clause
  /** Whether it made the conditions what they are. */
  readonly decides: boolean
  /** Undefined when the text does not show it as it was read. */
  readonly at: Span | undefined
}

/** A policy as its author wrote it, annotations and all. */
export interface WrittenPolicy {
  readonly text: string
  readonly clauses: readonly WrittenClause[]
}

/**
 * Finds a policy in the texts that its set was loaded from, and its clauses in it. The text is undefined
 * when it is not at hand.
 */
export function writtenPolicy(
  { file, line }: Pick<Policy, 'file' | 'line'>,
  clauses: readonly Clause[],
  sources: readonly PolicySource[],
): WrittenPolicy | undefined {
  const source = sources.find((one) => one.file === file)
  if (source === undefined) return undefined
  const text = policyAt(source.text, line)
  if (text === undefined) return undefined
  const decisiveOnes = new Set(decisive(together(clauses)))
  const find = finder(tokensOf(text))
  return {
    text,
    clauses: clauses.flatMap(leaves).map((clause) => ({
      clause,
      decides: decisiveOnes.has(clause),
      // `unless` says the opposite of what it is read as.
      at: find(clause.text) ?? find(clause.text.replace(/^!/, '')),
    })),
  }
}

/** All conditions of a policy as one: the first that failed made it fail. */
function together(parts: readonly Clause[]): Clause {
  const failed = parts.find(({ reached, outcome }) => reached && outcome !== 'true')
  const outcome = failed?.outcome ?? 'true'
  return { text: '', form: 'all', parts, outcome, reached: true, reads: [] }
}

function leaves(clause: Clause): readonly Clause[] {
  return clause.parts.length === 0 ? [clause] : clause.parts.flatMap(leaves)
}

interface Token extends Span {
  readonly text: string
}

/** Comments, texts, names with numbers, operators of two characters, and any other character. */
const TOKEN = /\/\/[^\n\r]*|"(?:[^"\\]|\\[\s\S])*"|[\p{L}\p{N}_]+|==|!=|<=|>=|&&|\|\||::|[^\s]/gu

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(TOKEN)]
    .map(({ index, 0: token }) => ({ text: token, start: index, end: index + token.length }))
    .filter((token) => !token.text.startsWith('//'))
}

/** From its first line to the semicolon that ends it. */
function policyAt(text: string, line: number): string | undefined {
  let start = 0
  for (let before = 1; before < line; before += 1) {
    const end = text.indexOf('\n', start)
    if (end < 0) return undefined
    start = end + 1
  }
  const rest = text.slice(start)
  const end = tokensOf(rest).find((token) => token.text === ';')
  return end && rest.slice(0, end.end)
}

/**
 * Finds texts one after the other: clauses stand in the order in which they are read. Parentheses do not
 * count, because printing an expression sets them anew.
 */
function finder(all: readonly Token[]): (text: string) => Span | undefined {
  const tokens = all.filter(isSense)
  let from = 0
  return (text) => {
    const wanted = tokensOf(text).filter(isSense)
    const at = indexOf(tokens, wanted, from) ?? indexOf(tokens, wanted, 0)
    const [first, last] = [tokens[at ?? -1], tokens[(at ?? -1) + wanted.length - 1]]
    if (at === undefined || first === undefined || last === undefined) return undefined
    from = at + wanted.length
    // Parentheses that it opened belong to it.
    return { start: first.start, end: closed(all, first, last) }
  }
}

function isSense({ text }: Token): boolean {
  return text !== '(' && text !== ')'
}

function indexOf(
  tokens: readonly Token[],
  wanted: readonly Token[],
  from: number,
): number | undefined {
  for (let at = from; at + wanted.length <= tokens.length; at += 1)
    if (wanted.every(({ text }, offset) => tokens[at + offset]?.text === text)) return at
  return undefined
}

function closed(all: readonly Token[], first: Token, last: Token): number {
  const [start, end] = [all.indexOf(first), all.indexOf(last)]
  let open = 0
  for (const { text } of all.slice(start, end + 1))
    open = text === '(' ? open + 1 : text === ')' ? Math.max(0, open - 1) : open
  let to = last.end
  for (const token of all.slice(end + 1)) {
    if (open === 0 || token.text !== ')') break
    open -= 1
    to = token.end
  }
  return to
}
