import { bitsOf, type WordClass } from './classes.ts'
import { type CueName, cueOf, MARKED, WORDED } from './cues.ts'
import { type Account, type Facts, FLAGS, isForeign, type Surroundings } from './facts.ts'
import type { Hit } from './find-cues.ts'

/** Numbers that a sentence is judged by, between 0 and 1, each with a name that says what it is. */

const CUES = [...Object.keys(WORDED), ...Object.keys(MARKED)] as CueName[]
const ASKS = ['dismiss', 'send', 'read', 'destroy', 'change', 'run', 'say', 'act', 'visit'] as const
const WITH = [
  'belongings',
  'secret',
  'private',
  'answer',
  'user',
  'model',
  'you',
  'me',
  'tool',
  'orders',
  'task',
] as const
const MANNERS = [
  'must',
  'urgent',
  'instead',
  'before',
  'nobody',
  'hide',
  'authority',
  'system',
  'request',
  'done',
  'letter',
  'software',
  'third',
  'if',
  'threat',
  'example',
] as const
const OF_FLAGS = [
  'code',
  'fence',
  'bullet',
  'heading',
  'blockquote',
  'record',
  'label',
  'question',
] as const

/** Names of all features, in order. */
export const FEATURES: readonly string[] = [
  ...CUES.map((cue) => `cue ${cue}`),
  ...CUES.map((cue) => `told ${cue}`),
  ...ASKS.map((verb) => `ask ${verb}`),
  ...ASKS.flatMap((verb) => ['address', 'thing'].map((what) => `ask ${verb} + ${what}`)),
  ...WITH.map((what) => `ask + ${what}`),
  ...MANNERS.map((manner) => `is ${manner}`),
  ...OF_FLAGS.map((flag) => `has ${flag}`),
  'two cues',
  'four cues',
  'two hard cues',
  'near threat',
  'text of threats',
  'text of asking',
  'text of headings',
  'long text',
  'other language',
  'in a letter',
  'to a person',
  'out of place',
]
const INDEX: ReadonlyMap<string, number> = new Map(FEATURES.map((name, index) => [name, index]))

function at(name: string): number {
  const index = INDEX.get(name)
  if (index === undefined) throw new Error(`no feature ${name}`)
  return index
}

const CUE_AT = new Map(CUES.map((cue) => [cue, { cue: at(`cue ${cue}`), told: at(`told ${cue}`) }]))
const ASK_AT = ASKS.map((verb) => ({
  bit: bitsOf([verb]).low,
  ask: at(`ask ${verb}`),
  address: at(`ask ${verb} + address`),
  thing: at(`ask ${verb} + thing`),
}))
const classesAt = (names: readonly WordClass[], prefix: string) =>
  names.map((name) => ({ ...bitsOf([name]), index: at(`${prefix} ${name}`) }))
const WITH_AT = classesAt(WITH, 'ask +')
const MANNER_AT = classesAt(MANNERS, 'is')
const FLAG_AT = OF_FLAGS.map((flag) => ({ bit: FLAGS[flag], index: at(`has ${flag}`) }))
const NEAR = 0.5
const TALK = bitsOf(['threat', 'example'])
const THREAT = bitsOf(['threat'])
const LETTER = bitsOf(['letter'])
const ADDRESS = FLAGS.email | FLAGS.url
const THING = FLAGS.number | FLAGS.money | FLAGS.quotes

/**
 * Whether a sentence can be judged: it has a cue, asks where nobody would, or for something to be sent to an
 * address. A verb alone is none.
 */
export function isCandidate(one: Facts, around: Surroundings): boolean {
  if (one.hits.length > 0 || isOther(one, around)) return true
  return one.asked !== 0 && (one.flags & (ADDRESS | FLAGS.misplaced)) !== 0
}

/** Writes the features of one of the facts into `out`. */
export function featuresOf({ facts, around }: Account, which: number, out: Float32Array): void {
  out.fill(0)
  const one = facts[which]
  if (one === undefined) return
  cues(facts, which, out)
  asks(one, out)
  for (const { low, high, index } of MANNER_AT) {
    if ((one.low & low) !== 0 || (one.high & high) !== 0) out[index] = 1
  }
  for (const { bit, index } of FLAG_AT) if ((one.flags & bit) !== 0) out[index] = 1
  surroundings(one, around, out)
}

function asks(one: Facts, out: Float32Array): void {
  if (one.asked === 0) return
  for (const { bit, ask, address, thing } of ASK_AT) {
    if ((one.asked & bit) === 0) continue
    out[ask] = 1
    if ((one.flags & ADDRESS) !== 0) out[address] = 1
    if ((one.flags & THING) !== 0) out[thing] = 1
  }
  for (const { low, high, index } of WITH_AT) {
    if ((one.low & low) !== 0 || (one.high & high) !== 0) out[index] = 1
  }
}

/** Own cues count fully, those of the sentences beside half; what is quoted or talked about is told. */
function cues(facts: readonly Facts[], which: number, out: Float32Array): void {
  const counts = { all: 0, hard: 0 }
  for (let index = which - 2; index <= which + 2; index++) {
    if (Math.abs((facts[index]?.index ?? -9) - (facts[which]?.index ?? 0)) > 2) continue
    neighbour(facts, index, index === which ? 1 : NEAR, out, counts)
  }
  if (counts.all >= 2) out[at('two cues')] = 1
  if (counts.all >= 4) out[at('four cues')] = 1
  if (counts.hard >= 2) out[at('two hard cues')] = 1
}

function neighbour(
  facts: readonly Facts[],
  index: number,
  value: number,
  out: Float32Array,
  counts: { all: number; hard: number },
): void {
  const one = facts[index]
  if (one === undefined) return
  if ((one.high & THREAT.high) !== 0) out[at('near threat')] = 1
  if ((one.high & LETTER.high) !== 0) out[at('in a letter')] = 1
  if ((one.flags & FLAGS.greets) !== 0) out[at('to a person')] = 1
  const told = isTold(one) || isIntroduced(facts[index - 1], one)
  for (const hit of one.hits) note(hit, told || hit.quoted, value, out, counts)
}

function note(
  { cue }: Hit,
  told: boolean,
  value: number,
  out: Float32Array,
  counts: { all: number; hard: number },
): void {
  const slot = CUE_AT.get(cue)
  if (slot === undefined) return
  const where = told ? slot.told : slot.cue
  if (!told && (out[where] ?? 0) === 0) {
    counts.all++
    if (cueOf(cue).tier === 'hard') counts.hard++
  }
  out[where] = Math.max(out[where] ?? 0, value)
}

function isTold(one: Facts): boolean {
  return (one.high & TALK.high) !== 0 || (one.flags & (FLAGS.fence | FLAGS.blockquote)) !== 0
}

/** Whether the sentence before speaks of attacks, so that this one may be an example. */
function isIntroduced(before: Facts | undefined, one: Facts): boolean {
  return before !== undefined && one.index - before.index === 1 && (before.high & THREAT.high) !== 0
}

/** Whether a sentence is of another language than the English text around it. */
function isOther(one: Facts, around: Surroundings): boolean {
  return around.common * 3 > around.sentences && isForeign(one)
}

function surroundings(one: Facts, around: Surroundings, out: Float32Array): void {
  const size = around.sentences
  out[at('text of threats')] = Math.min(1, (3 * around.threats) / size)
  out[at('text of asking')] = size < 4 ? 0 : around.asking / size
  out[at('text of headings')] = Math.min(1, (5 * around.headings) / size)
  out[at('long text')] = Math.min(1, Math.log2(size + 1) / 8)
  if (one.asked !== 0 && (one.flags & FLAGS.misplaced) !== 0) out[at('out of place')] = 1
  if (isOther(one, around)) out[at('other language')] = 1
}
