import type { Finding } from '../../kernel/finding.ts'
import { snake } from './parameters.ts'
import { CLASSES_OF, type WordClass } from './vocabulary.ts'
import type { Sentence } from './words.ts'

/** Classes that say something of a definition by being there. */
const TELLING: readonly WordClass[] = [
  ...([
    'attack',
    'exploit',
    'stealth',
    'target',
    'probe',
    'destroy',
    'foe',
    'guard',
    'private',
    'path',
  ] as const),
  ...([
    'elsewhere',
    'secretly',
    'user',
    'model',
    'must',
    'hidden',
    'dismiss',
    'tell',
    'name',
  ] as const),
]
/** Classes that say something of a tool by being in its name, or by beginning its description. */
const PURPOSE: readonly WordClass[] = [
  'attack',
  'exploit',
  'stealth',
  'target',
  'probe',
  'destroy',
  'guard',
  'compute',
]
/** Classes that say more in one sentence than apart. */
const PAIRS: readonly (readonly [WordClass, WordClass])[] = [
  ['exploit', 'target'],
  ['attack', 'target'],
  ['destroy', 'target'],
  ['probe', 'target'],
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
  name: string,
  sentences: readonly Sentence[],
  findings: readonly Finding[],
): ReadonlySet<string> {
  const features = new Set<string>()
  for (const { rule, certainty } of findings) {
    features.add(`rule:${rule}:${certainty === 'hint' ? 'hint' : 'sure'}`)
  }
  for (const one of purposes(
    snake(name)
      .split('_')
      .flatMap((word) => CLASSES_OF.get(word) ?? []),
  )) {
    features.add(`name:${one}`)
  }
  for (const one of purposes(sentences[0]?.words[0]?.classes ?? [])) features.add(`first:${one}`)
  for (const sentence of sentences) for (const one of within(sentence)) features.add(one)
  return features
}

function purposes(classes: readonly WordClass[]): readonly WordClass[] {
  return classes.filter((one) => PURPOSE.includes(one))
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
