import type { Certainty } from '../../kernel/finding.ts'
import { withoutHidden } from '../text/hidden.ts'
import { type Offence, offenceOf } from './offence.ts'
import { snake } from './parameters.ts'
import { CLASSES_OF, type WordClass } from './vocabulary.ts'
import { type Sentence, sentencesOf } from './words.ts'

/** Why a purpose is thought malicious. */
export interface Purpose {
  readonly certainty: Certainty
  readonly because: string
}

/** Purposes stand at the beginning; what follows are parameters and examples. */
const SENTENCES = 6
const CHARACTERS = 2000

/**
 * What an item says that it does to others, as points: acts of attack and what they are done to weigh, and
 * count against whoever does not speak of detecting them. Names count as much as descriptions.
 */
export function purposeOf(name: string, description: string): Purpose | undefined {
  const named = classesOfName(name)
  const sentences = [
    ...sentencesOf(withoutHidden(description.slice(0, CHARACTERS))).take(SENTENCES),
  ]
  const guards = named.has('guard') || speaksOfGuarding(sentences[0])
  const points =
    nameWeight(named) + sentences.reduce((sum, sentence, index) => sum + weigh(sentence, index), 0)
  const acts = actsOf(name, description, sentences)
  const score = Math.max(0, points - (guards ? 2 : 0)) + (acts?.points ?? 0)
  if (score < 1) return undefined
  const reasons = [...named, ...(acts?.because ?? []), ...sentences.flatMap(wordsOfAttack)]
  const because = [...new Set(reasons)].slice(0, 6).join(', ')
  return { certainty: score >= 2 ? 'likely' : 'hint', because }
}

/** What its name says that it does, and what its first sentence does; both together are surer than each. */
function actsOf(
  name: string,
  description: string,
  [first]: readonly Sentence[],
): Offence | undefined {
  const ofName = offenceOf(snake(name).replaceAll('_', ' '))
  const ofText = offenceOf(first === undefined ? '' : description.slice(first.start, first.end))
  // Who guards in one of them does so in both.
  if (ofName === undefined || ofText === undefined) return undefined
  return {
    points: ofName.points + ofText.points,
    because: [...ofName.because, ...ofText.because],
  }
}

function classesOfName(name: string): ReadonlySet<WordClass> {
  return new Set(
    snake(name)
      .split('_')
      .flatMap((word) => CLASSES_OF.get(word) ?? [])
      .filter(isHostile),
  )
}

function isHostile(one: WordClass): boolean {
  return ['attack', 'exploit', 'menace', 'technique', 'stealth', 'probe', 'guard', 'foe'].includes(
    one,
  )
}

/** Points for classes that stand in a name. */
const IN_NAME: Readonly<Partial<Record<WordClass, number>>> = {
  attack: 2,
  exploit: 0.5,
  menace: 0.5,
  stealth: 0.5,
  technique: 0.5,
  probe: 1,
}

function nameWeight(named: ReadonlySet<WordClass>): number {
  return [...named].reduce((sum, one) => sum + (IN_NAME[one] ?? 0), 0)
}

function speaksOfGuarding(sentence: Sentence | undefined): boolean {
  return sentence?.words.some(({ classes }) => classes.includes('guard')) ?? false
}

/** Points for classes that stand together in a sentence; `first`: the last one at its beginning. */
const TOGETHER: readonly (readonly [
  points: number,
  classes: readonly WordClass[],
  first?: 'first',
])[] = [
  [1.5, ['attack']],
  [1.5, ['exploit', 'target']],
  [1.5, ['weakness', 'exploit'], 'first'],
  [0.5, ['attack', 'make']],
  [0.5, ['attack'], 'first'],
  [1.5, ['exploit', 'technique']],
  [1, ['exploit'], 'first'],
  [1, ['menace', 'make']],
  [1, ['menace', 'make'], 'first'],
  [0.5, ['stealth', 'attack']],
  [0.5, ['stealth', 'exploit']],
  [1, ['trick', 'exploit']],
  [1, ['probe'], 'first'],
  [0.5, ['target', 'destroy'], 'first'],
  [1, ['foe']],
]

/** A sentence that speaks of detecting or preventing is about the other side. */
function weigh(sentence: Sentence, index: number): number {
  if (speaksOfGuarding(sentence)) return 0
  const classes = new Set(sentence.words.flatMap((word) => word.classes))
  const beginning = sentence.words[0]?.classes ?? []
  const points = TOGETHER.filter(
    ([, all, first]) =>
      all.every((one) => classes.has(one)) &&
      (first === undefined || all.slice(-1).every((one) => beginning.includes(one))),
  ).reduce((sum, [some]) => sum + some, 0)
  return index === 0 ? points : points / 2
}

function wordsOfAttack({ words }: Sentence): readonly string[] {
  return words
    .filter(({ classes }) => classes.includes('attack') || classes.includes('exploit'))
    .map(({ text }) => text)
}
