import type { DataClass } from '../../kernel/access.ts'
import type { Origin } from '../../kernel/flow.ts'
import { wordsOf } from '../values/words.ts'
import type { Passage } from './passages.ts'
import type { Remembered } from './recall.ts'
import type { Taken } from './taken.ts'

/** What a free text repeats of what was read. */
export interface Repeated {
  /** The worst passage of which it repeats a run of words. */
  readonly passage: Passage | undefined
  readonly origin: Origin
  readonly classes: ReadonlySet<DataClass>
}

/** Words in a row that two texts hardly share by chance. */
const RUN = 6
/** Runs that are looked at: of a longer text every few words. */
const MOST_RUNS = 120
/** A single word that is hardly in two texts by chance: a key, a number, a token. */
const TOKEN = /^(?=.*\d)[\p{L}\p{N}]{6,}$/u
const MOST_TOKENS = 100
const MOST_SAYERS = 16

/** Looks for runs of words and long tokens of a text in what was read. */
export function repeatedIn(remembered: Remembered, text: string): Repeated {
  const words = wordsOf(text)
  const passages = runsOf(words).flatMap((run) => sayers(remembered, run))
  const tokens = words.filter((one) => TOKEN.test(one)).slice(0, MOST_TOKENS)
  const answers = [
    ...passages.map(({ answer }) => answer),
    ...tokens.flatMap((word) => holders(remembered, word)),
  ]
  const passage = passages.find(({ trust }) => trust === 'untrusted') ?? passages[0]
  const classes = new Set(answers.flatMap((answer) => answer.classes))
  return { passage, origin: passage?.trust ?? 'subject', classes }
}

/** The passages with a run of words; none after the first untrusted one. */
function sayers({ passages }: Remembered, run: readonly string[]): readonly Passage[] {
  const found: Passage[] = []
  for (const passage of passages.holding(run)) {
    found.push(passage)
    if (passage.trust === 'untrusted' || found.length === MOST_SAYERS) break
  }
  return found
}

/** Where a token was read: once in a list, once in text. */
function holders({ listed, passages }: Remembered, word: string): readonly Taken[] {
  const listing = listed.get(word)
  const [passage] = passages.holding([word])
  return [...(listing ? [listing.answer] : []), ...(passage ? [passage.answer] : [])]
}

function runsOf(words: readonly string[]): readonly (readonly string[])[] {
  const length = Math.min(RUN, words.length)
  const last = words.length - length
  const step = Math.max(1, Math.ceil(last / MOST_RUNS))
  const runs: (readonly string[])[] = []
  if (length > 0) for (let at = 0; at <= last; at += step) runs.push(words.slice(at, at + length))
  return runs
}
