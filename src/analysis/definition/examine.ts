import { type Finding, isAtLeast } from '../../kernel/finding.ts'
import { createSecretFinder } from '../content/secrets/secrets.ts'
import { findSignals } from '../signals/signals.ts'
import { type Cue, cuesIn } from './cues.ts'
import { findingOf, type Hit } from './make-finding.ts'
import { addressesIn, commandsIn, shapesIn } from './markup.ts'
import { isDistinctive, type PeerIndex } from './peers.ts'
import { type Reading, readingsOf } from './readings.ts'
import type { DefinitionText } from './texts.ts'
import { unseenIn } from './unseen.ts'
import { type Sentence, sentencesOf } from './words.ts'

/** What one text gave. */
export interface Examined {
  readonly findings: readonly Finding[]
  /** The sentences that people see, for the model. */
  readonly sentences: readonly Sentence[]
}

/** Where a text belongs. */
export interface Context {
  readonly server: string
  readonly peers: PeerIndex
  /** Names of its own members: whoever speaks of them speaks of no other tool. */
  readonly own: ReadonlySet<string>
}

/** Texts longer than these are a finding by themselves: nobody reads them. */
const LONG_PROSE = 5000
const LONG_VALUE = 20_000
/** Who has said no more than this has said an order alone. */
const LONG_ORDER = 120
/** Runs of hidden characters in one text that are told apart. */
const MOST_UNSEEN = 50
/** Of one text, for the model. */
const MOST_SENTENCES = 200

const SECRETS = createSecretFinder()

/** Everything that rules say of one text. Linear in its length. */
export function examine(text: DefinitionText, context: Context): Examined {
  const { hidden, readings } = readingsOf(text.text)
  const original: Reading = { text: text.text, via: [], place: (start, end) => ({ start, end }) }
  const findings = unseenIn(text.text, hidden)
    .slice(0, MOST_UNSEEN)
    .map((hit) => findingOf(text, original, hit))
  findings.push(...secretsIn(text, original))
  const seen: Sentence[] = []
  if (talks(text)) findings.push(...signalsIn(text, readings))
  for (const reading of readings) {
    if (reading.via.length > 0) findings.push(...decoded(text, reading))
    else findings.push(...plain(text, reading, context, seen))
  }
  const long = text.role === 'prose' ? LONG_PROSE : LONG_VALUE
  if (text.text.length > long) {
    const { length } = text.text
    findings.push(
      findingOf(text, original, {
        rule: 'form/overlong',
        start: 0,
        end: length,
        shown: `${length} characters`,
      }),
    )
  }
  return { findings, sentences: seen }
}

/** Credentials that every client and model reads. What they are is never shown. */
function secretsIn(text: DefinitionText, original: Reading): readonly Finding[] {
  return SECRETS.find(text.text)
    .filter(({ certainty }) => isAtLeast(certainty, 'likely'))
    .slice(0, 5)
    .map(({ start, end, type, certainty }) =>
      findingOf(text, original, {
        rule: 'data/secret',
        start,
        end,
        certainty,
        shown: '',
        more: type,
      }),
    )
}

/**
 * Signs of injected prose, in many languages. Definitions address a model by their nature: only those count
 * by themselves that have no place in one; the others are a weak sign.
 */
const SERIOUS =
  /^injection\/(?:override(?:-asked|-yours)?|prompt-leak|system-says|template|boundary|mode|guard-off|role-json|role-tag)$/

function signalsIn(text: DefinitionText, readings: readonly Reading[]): readonly Finding[] {
  const found = findSignals(text.text, 'definition', { views: readings }).filter(({ certainty }) =>
    isAtLeast(certainty, 'likely'),
  )
  const signal = found.find(({ rule }) => SERIOUS.test(rule)) ?? found[0]
  if (signal === undefined) return []
  const { rule, start, end, via, why } = signal
  const reading: Reading = { text: text.text, via, place: (from, to) => ({ start: from, end: to }) }
  const serious = SERIOUS.test(rule)
  if (serious && via.length > 0) {
    return [findingOf(text, reading, { rule: 'hidden/encoded-instruction', start, end })]
  }
  const id = serious ? 'prompt/signals' : 'prompt/weak-signals'
  return [findingOf(text, reading, { rule: id, start, end, more: why })]
}

/** What people see. */
function plain(
  text: DefinitionText,
  reading: Reading,
  context: Context,
  seen: Sentence[],
): Finding[] {
  const hits = new Strongest()
  hits.add(commandsIn(reading.text))
  hits.add(addressesIn(reading.text))
  if (talks(text)) {
    const shapes = shapesIn(reading.text)
    hits.add(shapes)
    if (text.top) hits.add(orderOnly(reading.text, shapes))
    for (const sentence of sentencesOf(reading.text, context.own)) {
      if (seen.length < MOST_SENTENCES) seen.push(sentence)
      const cues = cuesIn(sentence)
      hits.add(cues)
      hits.add(foreign(sentence, cues, context))
    }
  } else if (isLongName(text)) {
    // Of the same length, so that offsets stay.
    const words = reading.text.replaceAll('_', ' ')
    for (const sentence of sentencesOf(words)) hits.add(cuesIn(sentence))
  }
  return [...hits.all()].map((hit) => findingOf(text, reading, hit))
}

/** A short text that begins with a shout and goes on with an order: not a word of what the item does. */
function orderOnly(text: string, shapes: readonly Hit[]): readonly Hit[] {
  const shouts = shapes.some(({ rule, start }) => rule === 'prompt/emphasis' && start === 0)
  if (!shouts || text.length > LONG_ORDER) return []
  const { words = [] } = [...sentencesOf(text).take(1)][0] ?? {}
  const orders = words.some(({ classes }) => classes.includes('must') || classes.includes('obey'))
  return orders ? [{ rule: 'prompt/order-only', start: 0, end: text.length }] : []
}

/** What only who decodes it reads: whatever orders or commands there are, they have no honest reason. */
function decoded(text: DefinitionText, reading: Reading): readonly Finding[] {
  const [first] = ordersIn(reading.text)
  if (first === undefined) return []
  return [
    findingOf(text, reading, { ...first, rule: 'hidden/encoded-instruction', certainty: 'likely' }),
  ]
}

function* ordersIn(text: string): Generator<Hit> {
  yield* commandsIn(text)
  for (const sentence of sentencesOf(text)) {
    yield* cuesIn(sentence).filter(({ certainty }) => certainty !== 'hint')
  }
}

/** Whether a text may hold sentences. Patterns and addresses do not talk; names do where they have spaces. */
function talks({ role, text }: DefinitionText): boolean {
  return role !== 'pattern' && role !== 'address' && /\s/.test(text)
}

/** A name that is a sentence: an order to the model fits in one. */
function isLongName({ role, text }: DefinitionText): boolean {
  return (role === 'name' || role === 'value') && text.length < 300 && text.split('_').length > 3
}

/** Tools of other servers that a sentence speaks of. */
function foreign(
  { words }: Sentence,
  cues: readonly Cue[],
  { peers, server }: Context,
): readonly Hit[] {
  const hits: Hit[] = []
  for (const [index, word] of words.entries()) {
    if (!isDistinctive(word.text) || peers.foreign(word.text, server).length === 0) continue
    const before = words.slice(Math.max(0, index - 4), index)
    const orders = before.some(({ classes }) => classes.some((one) => ORDERING.has(one)))
    const more = `\`${word.text}\` of ${peers.foreign(word.text, server).slice(0, 3).join(', ')}`
    const steers = orders || cues.some(({ rule }) => rule.startsWith('steering/'))
    const rule = steers ? 'steering/other-tool' : 'steering/foreign-tool'
    hits.push({ rule, start: word.start, end: word.end, more })
  }
  return hits
}

const ORDERING: ReadonlySet<string> = new Set(['call', 'alter', 'instead', 'before', 'not'])

/** Of each rule the surest hit: more of the same say nothing new. */
class Strongest {
  private readonly best = new Map<string, Hit>()

  add(hits: readonly Hit[]): void {
    for (const hit of hits) {
      const known = this.best.get(hit.rule)
      if (known === undefined || (known.certainty === 'hint' && hit.certainty !== 'hint')) {
        this.best.set(hit.rule, hit)
      }
    }
  }

  all(): Iterable<Hit> {
    return this.best.values()
  }
}
