import type { Classification, ToolEffect } from '../kernel/access.ts'
import type { JsonObject } from '../kernel/json.ts'
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

/** What an operator writes about a tool. */
export type Override = Omit<Classification, 'source' | 'confidence'>

type Risk = Classification['risk']

/** Order in which effects are written down. */
const EFFECTS = ['read', 'write', 'delete', 'execute', 'send', 'pay', 'admin'] as const

const RISK: Readonly<Record<ToolEffect, Risk>> = {
  read: 'low',
  write: 'medium',
  delete: 'high',
  execute: 'high',
  send: 'high',
  pay: 'high',
  admin: 'high',
}

/** Resources and prompts are read; what they may hold is for other rules. */
export const READ_ONLY: Classification = {
  effects: ['read'],
  reversible: true,
  risk: 'low',
  reads: [],
  trust: 'untrusted',
  source: 'inferred',
  confidence: 'high',
}

/**
 * What a tool does to the world. The operator's word wins. Without one, the words of its name
 * decide, cautiously: a tool only reads when it begins with a known reading verb and no verb in it
 * acts, and one with no known verb writes. A server's annotations are claims: `destructiveHint` and a
 * denied `readOnlyHint` raise what the name says, nothing lowers it. The name is a claim too, so a
 * policy that must not be fooled asks for `source == "catalog"`.
 */
export function classify(
  tool: { readonly name: string; readonly annotations?: JsonObject | undefined },
  override?: Override,
): Classification {
  if (override) return { ...override, source: 'catalog', confidence: 'stated' }
  const inferred = inferFromName(tool.name)
  const claimed = claimedEffects(tool.annotations, inferred.effects)
  const effects = new Set([...inferred.effects, ...claimed])
  return {
    effects: EFFECTS.filter((effect) => effects.has(effect)),
    reversible: isOnlyReading([...effects]),
    risk: highest([inferred.risk, ...claimed.map((effect) => RISK[effect])]),
    reads: [],
    trust: 'untrusted',
    source: 'inferred',
    confidence: 'low',
  }
}

/** What the server admits beyond what the name says. */
function claimedEffects(
  annotations: JsonObject | undefined,
  effects: readonly ToolEffect[],
): readonly ToolEffect[] {
  const writes = annotations?.['readOnlyHint'] === false && isOnlyReading(effects)
  const destroys = annotations?.['destructiveHint'] === true
  return [...(writes ? (['write'] as const) : []), ...(destroys ? (['delete'] as const) : [])]
}

/** `getUserData`, `get_user-data` and `HTTPGet2` in lower-case words; digits stand alone. */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []
  return words.map((word) => word.toLowerCase())
}

interface Inference {
  readonly effects: readonly ToolEffect[]
  readonly risk: Risk
}

function inferFromName(name: string): Inference {
  const words = wordsOf(name)
  const start = wordsOf(name.slice(0, name.lastIndexOf('.') + 1)).length
  const at = readingVerb(words, start)
  const acting = actingEffects(words, start, at)
  if (acting.length > 0) {
    const risk = highest(acting.map((effect) => RISK[effect]))
    return { effects: at === undefined ? acting : ['read', ...acting], risk }
  }
  return at === undefined
    ? { effects: ['write'], risk: RISK.write }
    : inferReading(words, words[at] ?? '')
}

/** What asks outside sends its question along, though at less risk than a message. */
function inferReading(words: readonly string[], verb: string): Inference {
  const alone = READING_OUTSIDE.has(verb) && words.at(-1) === verb
  if (alone || words.some((word) => OUTSIDE.has(word))) {
    return { effects: ['read', 'send'], risk: 'medium' }
  }
  return { effects: ['read'], risk: words.some((word) => SECRETS.has(word)) ? 'medium' : 'low' }
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

function isOnlyReading(effects: readonly ToolEffect[]): boolean {
  return effects.length === 1 && effects[0] === 'read'
}

function highest(risks: readonly Risk[]): Risk {
  if (risks.includes('high')) return 'high'
  return risks.includes('medium') ? 'medium' : 'low'
}
