import type { ToolEffect } from '../../kernel/access.ts'
import { highest, RISK, type Risk } from './risk.ts'
import {
  ACTING,
  ADMINISTRATIVE,
  ALSO_NOUNS,
  JOINING,
  OUTSIDE,
  READING,
  READING_BEFORE_OBJECT,
  READING_INSIDE,
  READING_OUTSIDE,
  SECRETS,
} from './verbs.ts'
import { wordsOf } from './words.ts'

/** What the words of a name say. */
export interface NameEvidence {
  readonly effects: readonly ToolEffect[]
  readonly risk: Risk
  /** `unknown`: no verb in it is known, and writing is only the cautious guess. */
  readonly verb: 'reading' | 'acting' | 'unknown'
}

/** What a name says of a tool's effects, cautiously. */
export function effectsOfName(name: string): NameEvidence {
  const words = wordsOf(name)
  const start = wordsOf(name.slice(0, name.lastIndexOf('.') + 1)).length
  const at = readingVerb(words, start)
  const acting = actingEffects(words, start, at)
  if (acting.length > 0) {
    const risk = highest(acting.map((effect) => RISK[effect]))
    return { effects: at === undefined ? acting : ['read', ...acting], risk, verb: 'acting' }
  }
  return at === undefined
    ? { effects: ['write'], risk: RISK.write, verb: 'unknown' }
    : inferReading(words, words[at] ?? '')
}

/** What asks outside sends its question along, though at less risk than a message. */
function inferReading(words: readonly string[], verb: string): NameEvidence {
  const alone = READING_OUTSIDE.has(verb) && words.at(-1) === verb
  if (alone || words.some((word) => OUTSIDE.has(word))) {
    return { effects: ['read', 'send'], risk: 'medium', verb: 'reading' }
  }
  const risk = words.some((word) => SECRETS.has(word)) ? 'medium' : 'low'
  return { effects: ['read'], risk, verb: 'reading' }
}

/**
 * Where the reading verb stands that the name begins with, after its name space (`files.read`), and
 * perhaps after the word of a product.
 */
function readingVerb(words: readonly string[], start: number): number | undefined {
  const [first = '', second = '', third] = words.slice(start)
  if (READING.has(first)) return start
  if (READING_INSIDE.has(second)) return start + 1
  return READING_BEFORE_OBJECT.has(second) && third !== undefined ? start + 1 : undefined
}

function actingEffects(
  words: readonly string[],
  start: number,
  reading: number | undefined,
): readonly ToolEffect[] {
  const joined = words.some((word) => JOINING.has(word))
  const isNoun = (word: string, i: number): boolean =>
    reading !== undefined && !joined && (i < start || i > reading) && ALSO_NOUNS.has(word)
  const effects = words.flatMap((word, i) => {
    const effect = ACTING.get(word)
    return effect === undefined || i === reading || isNoun(word, i) ? [] : [effect]
  })
  const changing = effects.includes('write') || effects.includes('delete')
  const administrative = words.some((word) => ADMINISTRATIVE.has(word))
  return changing && administrative ? [...effects, 'admin'] : effects
}
