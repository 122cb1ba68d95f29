import { piece, type Token, tokensIn } from './tokens.ts'

/** Words that change something. */
const ACTS = new Set(
  'alter call copy create delete do drop exec execute grant insert into merge replace revoke set truncate update attach detach vacuum load'.split(
    ' ',
  ),
)
const WORDS = new Set(
  'all and any as asc between by case cast cross desc distinct else end except exists false fetch from full group having if ilike in inner intersect is join lateral left like limit natural not null offset on only or order outer over partition returning right select some table then true union unique using values view when where window with begin commit rollback transaction column index primary foreign key references default check constraint cascade schema database temporary temp recursive'.split(
    ' ',
  ),
)
const WORD = /[\p{L}\p{M}\p{N}_]+/u

const READERS = [
  piece(/--[^\n]*/, () => 'remark'),
  // What nothing closes goes on to the end.
  piece(/\/\*[\s\S]*?(?:\*\/|$)/, () => 'remark'),
  piece(/'[^']*(?:''[^']*)*(?:'|$)/, () => 'text'),
  piece(/"[^"]*(?:""[^"]*)*(?:"|$)/, () => 'plain'),
  piece(WORD, kindOf),
  piece(/[;=<>!|*+/%&^~(),.[\]-]/, () => 'sign'),
]

/** SQL for people: colours alone, and never a judgement. What it does is what the facts say. */
export function sqlTokens(text: string): readonly Token[] {
  return tokensIn(text, READERS)
}

function kindOf(word: string): Token['kind'] {
  const lower = word.toLowerCase()
  if (ACTS.has(lower)) return 'acts'
  if (WORDS.has(lower)) return 'word'
  return /^\p{N}/u.test(word) ? 'number' : 'plain'
}
