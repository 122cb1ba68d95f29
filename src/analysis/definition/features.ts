import type { Finding } from '../../kernel/finding.ts'
import type { WordClass } from './vocabulary.ts'
import type { Sentence } from './words.ts'

/**
 * Classes that say something of a definition by being there. What is private or hidden is spoken of everywhere. What a tool is for is left to the rules of
 * purpose: honest tools dump, inject and bypass too, and no corpus has enough of them to learn that from.
 */
const TELLING: readonly WordClass[] = [
  ...(['foe', 'secretly', 'user', 'model', 'must', 'dismiss', 'tell', 'name'] as const),
]
/** Classes that say more in one sentence than apart. */
const PAIRS: readonly (readonly [WordClass, WordClass])[] = [
  ['read', 'private'],
  ['send', 'private'],
  ['send', 'elsewhere'],
  ['read', 'path'],
  ['not', 'tell'],
  ['not', 'user'],
  ['alter', 'name'],
  ['before', 'call'],
  ['model', 'must'],
  ['user', 'send'],
]

/**
 * What the model sees of a definition: names of what is there, the same for every language of thought that
 * the rules know. No word of a text is a feature, only what words are for.
 */
export function featuresOf(
  sentences: readonly Sentence[],
  findings: readonly Finding[],
): ReadonlySet<string> {
  const features = new Set<string>()
  for (const { rule, certainty } of findings) {
    if (rule === 'definition/purpose/malicious') continue
    features.add(`rule:${rule}:${certainty === 'hint' ? 'hint' : 'sure'}`)
  }
  for (const sentence of sentences) for (const one of within(sentence)) features.add(one)
  return features
}

function within({ words }: Sentence): readonly string[] {
  const classes = new Set(words.flatMap((word) => word.classes))
  return [
    ...TELLING.filter((one) => classes.has(one)).map((one) => `has:${one}`),
    ...PAIRS.filter((pair) => pair.every((one) => classes.has(one))).map(
      ([one, other]) => `pair:${one}+${other}`,
    ),
  ]
}
