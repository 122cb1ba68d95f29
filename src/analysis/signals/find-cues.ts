import { type Bits, bitsOf } from './classes.ts'
import { type Cue, type CueName, WORDED } from './cues.ts'
import { ASKED, CAPITALS, QUOTED, STARTS_CLAUSE, type Words } from './words.ts'

/** A cue in a sentence. Offsets are those of the text. */
export interface Hit {
  readonly cue: CueName
  readonly start: number
  readonly end: number
  readonly quoted: boolean
}

interface Matcher {
  readonly cue: CueName
  readonly parts: readonly (Bits & { readonly stands: number })[]
  readonly span: number
}

const MATCHERS: readonly Matcher[] = Object.entries<Cue>(WORDED).map(([cue, { parts, span }]) => ({
  cue: cue as CueName,
  span,
  parts: parts.map(({ any, asked, loud, first }) => ({
    ...bitsOf(any),
    stands:
      (asked === true ? ASKED : 0) |
      (loud === true ? CAPITALS : 0) |
      (first === true ? STARTS_CLAUSE : 0),
  })),
}))

/** All cues of one sentence, each once. */
export function findCues(words: Words): readonly Hit[] {
  const hits: Hit[] = []
  for (const matcher of MATCHERS) {
    if (!matcher.parts.every((part) => isIn(part, words.allLow, words.allHigh))) continue
    const hit = firstHit(words, matcher)
    if (hit !== undefined) hits.push(hit)
  }
  return hits
}

function isIn(bits: Bits, low: number, high: number): boolean {
  return (bits.low & low) !== 0 || (bits.high & high) !== 0
}

/** The first place where all parts are near each other, none of them the same word. */
function firstHit(words: Words, { cue, parts, span }: Matcher): Hit | undefined {
  const last = parts.map(() => -1)
  for (let index = 0; index < words.count; index++) {
    if (!places(words, parts, last, index)) continue
    const from = Math.min(...last)
    if (from < 0 || index - from > span || !distinct(last)) continue
    const quoted = last.every((at) => ((words.stands[at] ?? 0) & QUOTED) !== 0)
    return { cue, start: words.start[from] ?? 0, end: words.end[index] ?? 0, quoted }
  }
  return undefined
}

/** Notes what a word is; where it can be several parts, the one that was seen longest ago. */
function places(words: Words, parts: Matcher['parts'], last: number[], index: number): boolean {
  let best = -1
  for (const [at, part] of parts.entries()) {
    if (!fits(words, part, index)) continue
    if (best === -1 || (last[at] ?? 0) < (last[best] ?? 0)) best = at
  }
  if (best === -1) return false
  last[best] = index
  return true
}

function fits(words: Words, part: Matcher['parts'][number], index: number): boolean {
  if (!isIn(part, words.low[index] ?? 0, words.high[index] ?? 0)) return false
  return ((words.stands[index] ?? 0) & part.stands) === part.stands
}

function distinct(last: readonly number[]): boolean {
  return new Set(last).size === last.length
}
