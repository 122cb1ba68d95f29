import { snake } from './parameters.ts'
import { ACTS, GUARDING, NAMES, TELLING } from './techniques.ts'

/** How much of an attack a text says that it is: two points are one. */
export interface Offence {
  readonly points: number
  readonly because: readonly string[]
}

/** An act: a verb beside an object. */
interface Act {
  readonly points: number
  readonly objects: ReadonlySet<string>
}

/** Words that may stand between a verb and its object. */
const NEAR = 8
/** How far before a guarding word somebody may stand who switches it off. */
const FAR = 9
const LONGEST_PHRASE = 4
/** Acts and names that one sentence may add up to: a list of techniques is not worse than three. */
const MOST = 3
const MOST_WORDS = 60

const NAMED = new Map(NAMES.flatMap(([points, text]) => stemsOf(text).map((one) => [one, points])))
const GUARDS = new Set(stemsOf(GUARDING))
const TELLERS = new Set(stemsOf(TELLING))
const EVADERS = new Set(
  stemsOf(
    'evade|bypass|disable|defeat|unhook|kill|blind|tamper|circumvent|subvert|so that|delete|wipe',
  ),
)
const VERBS = new Map<string, Act[]>()
for (const [points, verbs, objects] of ACTS) {
  const act = { points, objects: new Set(stemsOf(objects)) }
  for (const verb of stemsOf(verbs)) VERBS.set(verb, [...(VERBS.get(verb) ?? []), act])
}

/**
 * The attack that a name or a sentence says that it carries out. Whoever speaks of detecting, of rules or
 * advisories carries out none, and who lists or looks up only tells of it: undefined.
 *
 * Linear: words are bounded, and so is how far acts reach.
 */
export function offenceOf(text: string): Offence | undefined {
  const words = wordsOf(text)
  const phrases = words.map((_, index) => phrasesAt(words, index))
  if (guards(words, phrases) || TELLERS.has(words[0] ?? '')) return undefined
  const reasons = new Map([...namesIn(phrases), ...actsIn(words, phrases)])
  const points = [...reasons.values()].reduce((sum, some) => sum + some, 0)
  return { points: Math.min(points, MOST), because: [...reasons.keys()].slice(0, MOST) }
}

/** Whether somebody guards: what is evaded or switched off does not. */
function guards(words: readonly string[], phrases: readonly (readonly string[])[]): boolean {
  return phrases.some(
    (some, index) =>
      some.some((one) => GUARDS.has(one)) &&
      !words.slice(Math.max(0, index - FAR), index).some((word) => EVADERS.has(word)),
  )
}

type Reason = readonly [because: string, points: number]

function namesIn(phrases: readonly (readonly string[])[]): readonly Reason[] {
  return phrases.flat().flatMap((one) => {
    const points = NAMED.get(one)
    return points === undefined ? [] : [[one, points] as const]
  })
}

function actsIn(
  words: readonly string[],
  phrases: readonly (readonly string[])[],
): readonly Reason[] {
  return words.flatMap((verb, index) =>
    (VERBS.get(verb) ?? []).flatMap(({ points, objects }) => {
      const object = nearest(phrases, index, objects)
      return object === undefined ? [] : [[`${verb} ${object}`, points] as const]
    }),
  )
}

/** An object near a verb, on either side of it. */
function nearest(
  phrases: readonly (readonly string[])[],
  verb: number,
  objects: ReadonlySet<string>,
): string | undefined {
  for (let at = Math.max(0, verb - NEAR); at <= verb + NEAR && at < phrases.length; at += 1) {
    const object = at === verb ? undefined : phrases[at]?.find((one) => objects.has(one))
    if (object !== undefined) return object
  }
  return undefined
}

/** The phrases that begin at a word, the longest first. */
function phrasesAt(words: readonly string[], at: number): readonly string[] {
  const phrases: string[] = []
  for (let length = LONGEST_PHRASE; length > 0; length -= 1) {
    if (at + length <= words.length) phrases.push(words.slice(at, at + length).join(' '))
  }
  return phrases
}

function stemsOf(list: string): readonly string[] {
  return list.split('|').map((phrase) => phrase.split(' ').map(stem).join(' '))
}

/** Words as stems; names fall into theirs. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/[\p{L}\p{N}&_]{1,80}/gu)]
    .slice(0, MOST_WORDS)
    .flatMap(({ 0: run }) => snake(run).split('_'))
    .filter((word) => word !== '' && !ARTICLES.has(word))
    .map(stem)
}

const ARTICLES: ReadonlySet<string> = new Set(['a', 'an', 'the'])

/** One stem for the forms of a word: forge, forges, forged and forging are the same. */
function stem(word: string): string {
  const plain = word.toLowerCase()
  if (plain.length < 4) return plain
  const bare = plain
    .replace(/(?:ies|y)$/, 'i')
    .replace(/(?:ing|ed|es|s)$/, (end) => (plain.length - end.length < 3 ? end : ''))
    .replace(/e$/, '')
  return bare.replace(/([b-df-hj-np-tv-z])\1$/, '$1')
}
