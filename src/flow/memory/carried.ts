import type { DataClass } from '../../kernel/access.ts'
import type { Origin } from '../../kernel/flow.ts'
import { wordsOf } from '../values/words.ts'
import type { Passage } from './passages.ts'
import type { Remembered } from './recall.ts'
import { RUN } from './runs.ts'
import type { Taken } from './taken.ts'

/** What a free text repeats of what was read. */
export interface Repeated {
  /** The worst passage of which it repeats a run of words. */
  readonly passage: Passage | undefined
  readonly origin: Origin
  readonly classes: ReadonlySet<DataClass>
}

/** A single word that is hardly in two texts by chance: a key, a number, a token. */
const TOKEN = /^(?=.*\d)[\p{L}\p{N}]{6,}$/u
const MOST_TOKENS = 100

/** Looks for runs of words and long tokens of a text in what was read. Linear in the text. */
export function repeatedIn(remembered: Remembered, text: string): Repeated {
  const words = wordsOf(text)
  const passages = passagesWith(remembered, words)
  const tokens = words.filter((one) => TOKEN.test(one)).slice(0, MOST_TOKENS)
  const answers = [
    ...passages.map(({ answer }) => answer),
    ...tokens.flatMap((word) => holders(remembered, word)),
  ]
  const passage = passages.find(({ trust }) => trust === 'untrusted') ?? passages[0]
  const classes = new Set(answers.flatMap((answer) => answer.classes))
  if (isForgotten(remembered, words)) for (const one of remembered.dropped) classes.add(one)
  return { passage, origin: passage?.trust ?? 'subject', classes }
}

function passagesWith({ passages }: Remembered, words: readonly string[]): readonly Passage[] {
  if (words.length > RUN) return passages.sharing(words)
  const [passage] = words.length > 0 ? passages.holding(words) : []
  return passage ? [passage] : []
}

/** Where a token was read: once in a list, once in text. */
function holders({ listed, passages }: Remembered, word: string): readonly Taken[] {
  const listing = listed.get(word)
  const [passage] = passages.holding([word])
  return [...(listing ? [listing.answer] : []), ...(passage ? [passage.answer] : [])]
}

/** Runs of a text that are looked for in what is not kept any more. */
const MOST_RUNS = 40

function isForgotten({ forgotten, dropped }: Remembered, words: readonly string[]): boolean {
  if (dropped.size === 0) return false
  const step = Math.max(1, Math.ceil(words.length / MOST_RUNS))
  for (let at = 0; at < words.length; at += step) {
    if (forgotten.worst(words.slice(at, at + RUN)) !== undefined) return true
  }
  return false
}
