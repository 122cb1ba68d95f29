import type { Certainty } from '../../kernel/finding.ts'
import type { RuleId } from './rules.ts'
import type { WordClass } from './vocabulary.ts'
import type { Sentence, Word } from './words.ts'

/** A pattern of word classes in a sentence, as offsets into the text. */
export interface Cue {
  readonly rule: RuleId
  readonly certainty: Certainty
  readonly start: number
  readonly end: number
}

/** One word of a pattern, and how many words may stand before it. */
interface Step {
  readonly classes: readonly WordClass[]
  readonly gap: number
}

interface Pattern {
  readonly rule: RuleId
  readonly certainty: Certainty
  readonly steps: readonly Step[]
  /** Whether it stands at the beginning of the sentence, where orders and purposes stand. */
  readonly first: boolean
  /** A sentence with one of these speaks of something else. */
  readonly unless: readonly WordClass[]
  /** What must not come next. */
  readonly next: readonly WordClass[]
}

/**
 * What is looked for in a sentence: classes in this order, with at most so many words between them. `^`: at
 * its beginning. `!class`: not in a sentence that has one. `/class`: not before a word of this one.
 */
const CUES: readonly (readonly [RuleId, Certainty, string])[] = [
  ['prompt/concealment', 'likely', 'not 2 tell 5 user /told'],
  ['prompt/concealment', 'likely', 'not 2 tell 5 user 0 told 1 model|this 2 model|tool|read|send|put|call'],
  ['prompt/withholding', 'hint', 'not 2 show 2 this 3 user'],
  ['prompt/concealment', 'likely', 'not 2 tell 1 this 3 orders|parameter|put|read|send|behaviour|tool'],
  ['prompt/concealment', 'likely', 'not 2 user 2 know'],
  ['prompt/concealment', 'likely', 'not 1 tell 2 this 1 model'],
  ['prompt/concealment', 'likely', 'user 2 not 2 know|tell'],
  ['prompt/concealment', 'likely', 'hide|hidden 5 from 2 person'],
  ['prompt/concealment', 'likely', 'secretly 3 send|put|alter'],
  ['prompt/concealment', 'likely', 'send|alter 5 secretly'],
  ['prompt/withholding', 'hint', 'not 2 tell'],
  ['prompt/override', 'likely', 'dismiss 3 prior 3 orders'],
  ['prompt/override', 'likely', 'dismiss 2 above'],
  ['prompt/override', 'hint', 'dismiss 3 orders'],
  ['prompt/override', 'likely', 'read|tell|show|put|send 4 prompt'],
  ['prompt/override', 'likely', 'model 1 now 3 pretend'],
  ['prompt/obey-content', 'likely', 'obey|treat 4 orders 5 this|content|found'],
  ['prompt/model-directed', 'hint', 'model 2 must'],
  ['data/sensitive-source', 'likely', 'read|put|send 6 path'],
  ['data/exfiltration', 'likely', 'send 6 private 8 elsewhere'],
  ['data/exfiltration', 'likely', 'put 6 private 8 address|outside|foe'],
  ['data/exfiltration', 'likely', 'read 6 private 6 send|put'],
  ['data/exfiltration', 'likely', 'private 5 send|copy 5 address|elsewhere'],
  ['data/exfiltration', 'likely', 'send 3 user 4 private|records'],
  ['data/exfiltration', 'likely', 'send 3 everything 6 address|foe'],
  ['data/exfiltration', 'likely', 'send 8 outside 3 host'],
  ['data/exfiltration', 'likely', 'send|put 5 private 5 parameter'],
  ['data/exfiltration', 'likely', 'send|read|put|alter 5 foe'],
  ['data/exfiltration', 'likely', 'alter 4 records 4 address'],
  ['steering/other-tool', 'likely', 'alter 3 behaviour 7 tool'],
  ['steering/other-tool', 'likely', 'supersede 2 name'],
  ['steering/other-tool', 'likely', 'when 3 name 4 call 8 send|put|alter'],
  ['steering/other-tool', 'likely', 'when 3 name 4 call 6 change 3 behaviour'],
  ['steering/other-tool', 'likely', 'before|after|when 8 alter 3 behaviour|values'],
  ['steering/other-tool', 'likely', 'call 2 this 1 tool 2 instead 2 other'],
  ['steering/precedence', 'hint', 'before 3 call|other 4 tool'],
  ['steering/precedence', 'hint', 'must 3 call 4 before'],
  ['steering/precedence', 'hint', 'must 2 call 2 this 1 tool'],
  ['steering/precedence', 'hint', 'instead 2 other|tool|this 2 tool'],
  ['steering/precedence', 'hint', 'call 1 only 2 this'],
  ['steering/self-praise', 'likely', 'this 3 best 3 tool'],
  ['steering/self-praise', 'likely', 'must 2 choose 2 this 2 tool'],
  ['steering/preference', 'hint', 'best 3 tool'],
  ['steering/preference', 'hint', 'choose 2 this 1 tool'],
  ['purpose/switch', 'likely', 'after 4 approved 12 later|send|private|alter'],
  ['purpose/switch', 'likely', 'later|attack 8 after 4 approved'],
] // biome-ignore format: a table

const PATTERNS: readonly Pattern[] = CUES.map(([rule, certainty, text]) => {
  const words = text.replace('^', '').split(' ')
  const unless = words.filter((word) => word.startsWith('!')).map((word) => word.slice(1))
  const after = words.filter((word) => word.startsWith('/')).map((word) => word.slice(1))
  const rest = words.filter((word) => !/^[!/]/.test(word))
  const steps = rest
    .filter((_, index) => index % 2 === 0)
    .map((classes, index) => ({
      classes: classes.split('|') as WordClass[],
      gap: index === 0 ? 0 : Number(rest[index * 2 - 1]),
    }))
  return {
    rule,
    certainty,
    steps,
    first: text.startsWith('^'),
    unless: unless as WordClass[],
    next: after as WordClass[],
  }
})

/** The patterns by the classes that they may begin with: a sentence without them costs nothing. */
const BEGINNING = new Map<WordClass, Pattern[]>()
for (const pattern of PATTERNS) {
  for (const first of pattern.steps[0]?.classes ?? []) {
    BEGINNING.set(first, [...(BEGINNING.get(first) ?? []), pattern])
  }
}

/** Words of the vocabulary share their classes, so that this is worked out once for each. */
const OF_CLASSES = new WeakMap<readonly WordClass[], ReadonlySet<Pattern>>()

function beginningWith(classes: readonly WordClass[]): ReadonlySet<Pattern> {
  const known = OF_CLASSES.get(classes)
  if (known !== undefined) return known
  const patterns = new Set(classes.flatMap((name) => BEGINNING.get(name) ?? []))
  OF_CLASSES.set(classes, patterns)
  return patterns
}

/** The patterns in a sentence, each once, where it is first. */
export function cuesIn({ words }: Sentence): readonly Cue[] {
  const found = new Map<Pattern, Cue>()
  for (const [index, word] of words.entries()) {
    if (word.classes.length === 0) continue
    for (const pattern of beginningWith(word.classes)) {
      if (found.has(pattern)) continue
      const last = lastOf(pattern, words, index)
      if (last === undefined) continue
      const { rule, certainty } = pattern
      found.set(pattern, { rule, certainty, start: word.start, end: last.end })
    }
  }
  return [...found.values()]
}

/** The last word of a pattern that begins here. Gaps are small and patterns short, so the cost is bounded. */
function lastOf(pattern: Pattern, words: readonly Word[], index: number): Word | undefined {
  if (pattern.first && index > 1) return undefined
  if (pattern.unless.length > 0 && words.some((word) => has(word, pattern.unless))) return undefined
  return follow(pattern, 1, words, index)
}

function follow(
  pattern: Pattern,
  next: number,
  words: readonly Word[],
  index: number,
): Word | undefined {
  const step = pattern.steps[next]
  if (step === undefined) {
    const after = words[index + 1]
    return after !== undefined && has(after, pattern.next) ? undefined : words[index]
  }
  for (let at = index + 1; at <= index + 1 + step.gap && at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined || !has(word, step.classes)) continue
    const last = follow(pattern, next + 1, words, at)
    if (last !== undefined) return last
  }
  return undefined
}

function has(word: Word, classes: readonly WordClass[]): boolean {
  return word.classes.some((one) => classes.includes(one))
}
