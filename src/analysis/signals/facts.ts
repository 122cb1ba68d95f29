import { sentences } from '../text/sentences.ts'
import { bitsOf } from './classes.ts'
import { findCues, type Hit } from './find-cues.ts'
import { type Mark, marks } from './markup.ts'
import { ACTS, ASKED, QUOTED, Words } from './words.ts'

/** What one sentence is like, as far as it matters whether it asks a model for something. */
export interface Facts {
  readonly start: number
  readonly end: number
  /** How many sentences came before it. */
  readonly index: number
  readonly hits: readonly Hit[]
  readonly low: number
  readonly high: number
  /** The classes of the verbs that ask. */
  readonly asked: number
  readonly words: number
  readonly flags: number
  /** Share of words that every English sentence is made of. */
  readonly common: number
  /** Share of words in small letters. */
  readonly lower: number
}

/** What sentences hold beside words, and where they stand. */
export const FLAGS = {
  email: 1,
  url: 2,
  number: 4,
  money: 8,
  placeholder: 16,
  quotes: 64,
  code: 128,
  fence: 256,
  bullet: 512,
  heading: 1024,
  blockquote: 2048,
  record: 4096,
  label: 8192,
  foreign: 16384,
  misplaced: 32768,
  greets: 65536,
  question: 131072,
} as const

/** What the whole text is like. */
export interface Surroundings {
  readonly sentences: number
  readonly asking: number
  readonly threats: number
  readonly headings: number
  readonly records: number
  readonly common: number
}

export interface Account {
  readonly facts: readonly Facts[]
  readonly around: Surroundings
}

/** So many sentences that may matter are kept of a text; more are of the same kind. */
const MOST_FACTS = 20_000
const THREAT = bitsOf(['threat'])
const TELLING = bitsOf(['threat', 'letter'])
/** Filled anew for each sentence. */
const WORDS = new Words()
const NO_HITS: readonly Hit[] = []
const COMMON = bitsOf(['common'])
const LETTER = bitsOf(['letter'])
const MODEL = bitsOf(['model', 'tomodel'])
const VERBS = bitsOf(ACTS)

/**
 * Reads a text sentence by sentence, and keeps those in which anything is asked, said or marked. `onBound` is
 * called where there are more of them, or of marks, than are kept.
 */
export function accountOf(text: string, onBound?: () => void): Account {
  const facts: Facts[] = []
  const around = { sentences: 0, asking: 0, threats: 0, headings: 0, records: 0, common: 0 }
  for (const standing of standings(text, onBound)) {
    WORDS.read(text, standing.start, standing.end)
    const one = factsOf(text, standing, WORDS)
    count(around, one)
    if (!matters(one)) continue
    if (facts.length < MOST_FACTS) facts.push(one)
    else onBound?.()
  }
  return { facts, around }
}

function matters(one: Facts): boolean {
  if (one.hits.length > 0 || one.asked !== 0) return true
  return (one.low & TELLING.low) !== 0 || (one.high & TELLING.high) !== 0 || isForeign(one)
}

/** The sentences, each with its marks and with how its line begins. */
function* standings(text: string, onBound: (() => void) | undefined): Generator<Standing> {
  const found = marks(text, onBound)
  let mark = 0
  let index = 0
  let fence = false
  let record = false
  let lastEnd = 0
  for (const { start, end } of sentences(text)) {
    const from = mark
    while ((found[mark]?.start ?? text.length) < end) mark++
    const lead = leadOf(text, start, lastEnd)
    lastEnd = end
    fence = fence !== lead.fence
    const misplaced = record && lead.line && (lead.flags & STRUCTURED) === 0
    if (lead.line) record = lead.closes || (lead.flags & FLAGS.record) !== 0
    const flags = lead.flags | (misplaced ? FLAGS.misplaced : 0) | (fence ? FLAGS.fence : 0)
    yield { start, end, index: index++, marks: found.slice(from, mark), flags }
  }
}

/** Whether a sentence is prose, but not English prose. */
export function isForeign({ words, common, lower, flags }: Facts): boolean {
  return words >= 8 && common < 0.1 && lower > 0.6 && (flags & (FLAGS.code | FLAGS.record)) === 0
}

type Counting = { -readonly [K in keyof Surroundings]: Surroundings[K] }

function count(around: Counting, one: Facts): void {
  around.sentences++
  if (one.asked !== 0) around.asking++
  if ((one.high & THREAT.high) !== 0) around.threats++
  if ((one.flags & FLAGS.heading) !== 0) around.headings++
  if ((one.flags & FLAGS.record) !== 0) around.records++
  if (one.common > 0.2) around.common++
}

interface Standing {
  readonly start: number
  readonly end: number
  readonly index: number
  readonly marks: readonly Mark[]
  readonly flags: number
}

function factsOf(text: string, standing: Standing, words: Words): Facts {
  const { start, end, index, marks: own, flags } = standing
  const hits = hitsOf(text, own, words)
  const { asked, common, lower } = tally(text, words)
  const holding = asked === 0 && hits.length === 0 ? 0 : held(text, start, end)
  const greeting = greets(text, start, end, words) ? FLAGS.greets : 0
  return {
    start,
    end,
    index,
    hits,
    low: words.allLow,
    high: words.allHigh,
    asked,
    words: words.count,
    flags: flags | holding | greeting,
    common: common / Math.max(1, words.count),
    lower: lower / Math.max(1, words.count),
  }
}

function hitsOf(text: string, own: readonly Mark[], words: Words): readonly Hit[] {
  const worded = words.allLow === 0 && words.allHigh === 0 ? NO_HITS : findCues(words)
  if (own.length === 0) return worded
  const hits = [...worded]
  for (const mark of own) {
    if (!hits.some(({ cue }) => cue === mark.cue))
      hits.push({ ...mark, quoted: isQuoted(text, mark) })
  }
  return hits
}

function tally(
  text: string,
  words: Words,
): { readonly asked: number; readonly common: number; readonly lower: number } {
  let asked = 0
  let lower = 0
  let common = 0
  for (let index = 0; index < words.count; index++) {
    const stands = words.stands[index] ?? 0
    if ((stands & (ASKED | QUOTED)) === ASKED) asked |= (words.low[index] ?? 0) & VERBS.low
    if (((words.high[index] ?? 0) & COMMON.high) !== 0) common++
    if (text.charCodeAt(words.start[index] ?? 0) > 96) lower++
  }
  return { asked, common, lower }
}

/** A letter to somebody by name, and not to an assistant. */
function greets(text: string, start: number, end: number, { allLow, allHigh }: Words): boolean {
  if ((allHigh & LETTER.high) === 0 || (allLow & MODEL.low) !== 0 || (allHigh & MODEL.high) !== 0)
    return false
  return GREETING.test(text.slice(start, Math.min(end, start + MOST_GREETING)))
}

const MOST_GREETING = 160
const GREETING =
  /(?:^|[\s:"'>])(?:[Hh](?:i|ey|ello|allo)|[Dd]ear|Lieber?|Bonjour|Hola|Ciao) (?:team|all|everyone|[A-Z][a-z])/

/** A mark in back quotes is talked about. */
function isQuoted(text: string, { start, end }: Mark): boolean {
  const before = text[start - 1]
  return before === '`' || (before === '"' && text[end] === '"')
}

function held(text: string, start: number, end: number): number {
  const sentence = text.slice(start, end)
  let flags = 0
  if (/[\w.+-]@[\w-]{1,60}\.\w/.test(sentence)) flags |= FLAGS.email
  if (/https?:\/\/|www\.\w|hxxp/.test(sentence)) flags |= FLAGS.url
  if (/\d{4}|#\d{2}|\bID\b/.test(sentence)) flags |= FLAGS.number
  if (/[$€£¥₿]\s?\d|\d\s?(?:USD|EUR|BTC|ETH|dollars|euros)/.test(sentence)) flags |= FLAGS.money
  if (/[[{<]{1,2}[A-Za-z_][\w -]{0,30}[\]}>]/.test(sentence)) flags |= FLAGS.placeholder
  if (/(?:^|[\s(:=])['"“‘]\w/.test(sentence)) flags |= FLAGS.quotes
  if (/`|\w\(\)|[{};]\s*$|=>|\$ |--\w/.test(sentence)) flags |= FLAGS.code
  if (/^[^:\n]{2,40}:/.test(sentence)) flags |= FLAGS.label
  if (/[?？]\S{0,3}$/.test(sentence)) flags |= FLAGS.question
  return flags
}

interface Lead {
  readonly flags: number
  /** Whether the sentence begins a line; at its very beginning. */
  readonly line: boolean
  readonly fence: boolean
  readonly closes: boolean
}

const INSIDE: Lead = { flags: 0, line: false, fence: false, closes: false }
const STRUCTURED = FLAGS.record | FLAGS.bullet | FLAGS.heading | FLAGS.blockquote

/** How the line begins in which a sentence begins. */
function leadOf(text: string, start: number, lastEnd: number): Lead {
  const gap = text.slice(Math.max(lastEnd, start - 8), start)
  if (start > 0 && !gap.includes('\n')) return INSIDE
  const line = text.slice(start, start + 40)
  const flush = start === 0 || text.charCodeAt(start - 1) === 10
  const fence = line.startsWith('```') || line.startsWith('~~~')
  let flags = 0
  if (/^#{1,6} /.test(line)) flags |= FLAGS.heading
  if (/^(?:[-*•+]|\d{1,3}[.)]|\[[ x]\]) /.test(line)) flags |= FLAGS.bullet
  if (line.startsWith('>')) flags |= FLAGS.blockquote
  if (RECORD.test(line)) flags |= FLAGS.record
  return { flags, line: flush, fence, closes: /^[}\]]|^<\//.test(line) }
}

/** A member of YAML or JSON, a cell of a table, a tag. */
const RECORD = /^[-{[ '"]{0,4}[A-Za-z]?[a-z][\w-]{0,24}['"]? ?:(?: |$)|^\||^<[a-z/!]|^[{[]['"{[]/m
