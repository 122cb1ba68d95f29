import { DROPPED, folded, foldedPair, PARTS } from '../text/fold.ts'
import { type Bits, bitsOf } from './classes.ts'
import { EMPTY, hashed, isStem, joined, ofPhrase, ofStem, ofWord } from './lexicon.ts'

/** More words than a sentence of 640 units can have. */
const MOST = 700
const LONGEST_UNSPACED = 8
const LONGEST_JOINED = 16
/** Shorter words are not several. */
const LEAST_JOINED = 12

/** How a word stands. */
export const STARTS_CLAUSE = 1
export const QUOTED = 2
export const CAPITALS = 4
export const FOREIGN = 8
/** Somebody is asked to do what the verb says. */
export const ASKED = 16

/** What a verb can ask for. */
export const ACTS = [
  'dismiss',
  'send',
  'read',
  'destroy',
  'change',
  'run',
  'say',
  'act',
  'hide',
  'visit',
] as const
const VERBS = bitsOf([...ACTS, 'reveal'])
const BEFORE_VERB = bitsOf(['please', 'lead', 'must', 'request', 'now', 'urgent', 'not', 'instead'])

const NOUNS = bitsOf(['noun'])
const OBJECTS = bitsOf(['det', 'you', 'me', 'prior', 'user'])

/**
 * The words of one sentence at a time, by what they are for. The arrays are filled anew by each `read` and hold
 * `count` words.
 */
export class Words {
  count = 0
  readonly start = new Int32Array(MOST)
  readonly end = new Int32Array(MOST)
  readonly low = new Int32Array(MOST)
  readonly high = new Int32Array(MOST)
  readonly stands = new Uint8Array(MOST)
  /** All classes of all words. */
  allLow = 0
  allHigh = 0
  private readonly hash = new Int32Array(MOST)
  private readonly stem = new Int32Array(MOST)
  private quote = ''
  private quoteFrom = 0
  private parted = true
  private glued = false

  /** Reads a range of a text. */
  read(text: string, from: number, to: number): void {
    this.count = 0
    this.allLow = 0
    this.allHigh = 0
    this.quote = ''
    this.parted = true
    this.glued = false
    let at = from
    while (at < to && this.count < MOST - 1) {
      const unit = unitAt(text, at)
      if (unit === PARTS) {
        this.#separator(text, at)
        at++
      } else if (unit === DROPPED) at++
      else if (isUnspaced(unit)) at = this.#unspaced(text, at, to)
      else at = this.#word(text, at, to)
    }
    this.#phrases()
    this.#moods()
  }

  #word(text: string, from: number, to: number): number {
    let hash = EMPTY
    let stem = 0
    let begun = from
    let at = from
    for (; at < to; at++) {
      const unit = unitAt(text, at)
      if (isEnd(unit)) break
      if (unit === DROPPED) continue
      if (isHigh(text, at)) at++
      hash = hashed(hash, unit)
      if (!isStem(hash)) continue
      stem = hash
      begun = at
    }
    const unknown = at - from >= LEAST_JOINED && at - begun > 6
    if (!(unknown && this.#joined(text, from, at))) this.#add(text, from, at, hash, stem, 0)
    return at
  }

  /** Han and Kana have no spaces: the longest known word is taken at each place. */
  #unspaced(text: string, from: number, to: number): number {
    const { end, hash } = longest(text, from, Math.min(to, from + LONGEST_UNSPACED))
    this.#add(text, from, end, hash, 0, FOREIGN)
    return end
  }

  /** Words that were pushed together so that nothing knows them: `ignoreallpreviousinstructions`. */
  #joined(text: string, from: number, to: number): boolean {
    const ends: number[] = []
    for (let at = from; at < to; ) {
      const { end, hash } = longest(text, at, Math.min(to, at + LONGEST_JOINED))
      if (hash === EMPTY || ends.length * 3 > end - from) return false
      ends.push(end)
      at = end
    }
    let start = from
    for (const end of ends) {
      this.#add(text, start, end, longest(text, start, end).hash, 0, 0)
      start = end
    }
    return true
  }

  #add(text: string, start: number, end: number, hash: number, stem: number, stands: number): void {
    const index = this.count++
    const word = ofWord(hash)
    const begun = stem === 0 ? word : ofStem(stem)
    this.start[index] = start
    this.end[index] = end
    this.hash[index] = hash
    this.stem[index] = stem
    this.stands[index] =
      stands | (isCapitals(text, start, end) ? CAPITALS : 0) | (this.parted ? STARTS_CLAUSE : 0)
    const glued = this.glued ? 0 : -1
    this.#is(index, (word.low | begun.low) & glued, (word.high | begun.high) & glued, true)
    this.parted = false
    this.glued = false
  }

  #is(index: number, low: number, high: number, only = false): void {
    this.low[index] = only ? low : (this.low[index] ?? 0) | low
    this.high[index] = only ? high : (this.high[index] ?? 0) | high
    this.allLow |= low
    this.allHigh |= high
  }

  #separator(text: string, at: number): void {
    const code = text.charCodeAt(at)
    const kind = code < 128 ? (SEPARATORS[code] ?? 0) : WIDE
    if (kind === 0) return
    if ((kind & PARTS_CLAUSE) !== 0) this.parted = true
    if ((kind & GLUES) !== 0) this.#glue(text, at)
    if ((kind & (QUOTES | WIDE)) !== 0) this.#quotes(text[at] ?? '')
  }

  #quotes(character: string): void {
    if (PARTING.has(character)) this.parted = true
    if (this.quote === '' && OPENING.has(character)) {
      this.quote = CLOSED_BY.get(character) ?? character
      this.quoteFrom = this.count
    } else if (character === this.quote) {
      for (let index = this.quoteFrom; index < this.count; index++) this.#stand(index, QUOTED)
      this.quote = ''
    }
  }

  /** Parts of addresses and file names are no words; but after a full stop a space may be missing. */
  #glue(text: string, at: number): void {
    if (!isPlain(text.charCodeAt(at + 1)) || (this.end[this.count - 1] ?? -1) !== at) return
    if (text[at] === '.' && isCapital(text.charCodeAt(at + 1))) return
    this.glued = true
    const last = this.count - 1
    this.low[last] = 0
    this.high[last] = 0
  }

  #stand(index: number, how: number): void {
    this.stands[index] = (this.stands[index] ?? 0) | how
  }

  /** Two and three words that mean something together: the classes go to the first and the last. */
  #phrases(): void {
    for (let index = 0; index + 1 < this.count; index++) {
      const first = this.hash[index] ?? 0
      const pair = joined(first, this.hash[index + 1] ?? 0)
      this.#phrase(index, index + 1, ofPhrase(pair))
      this.#phrase(index, index + 1, ofPhrase(joined(first, this.stem[index + 1] ?? 0)))
      if (index + 2 >= this.count) continue
      this.#phrase(index, index + 2, ofPhrase(joined(pair, this.hash[index + 2] ?? 0)))
    }
  }

  #phrase(first: number, last: number, { low, high }: Bits): void {
    if ((low | high) === 0) return
    this.#is(first, low, high)
    this.#is(last, low, high)
  }

  /** Which verbs ask: they begin a clause, or follow a word that asks; in other languages their form says so. */
  #moods(): void {
    if ((this.allLow & VERBS.low) === 0 && (this.allHigh & VERBS.high) === 0) return
    for (let index = 0; index < this.count; index++) {
      if (((this.low[index] ?? 0) & VERBS.low) !== 0 && this.#asks(index)) this.#stand(index, ASKED)
    }
  }

  #asks(index: number): boolean {
    const stands = this.stands[index] ?? 0
    if ((stands & FOREIGN) !== 0) return true
    if (index > 0 && this.#any(index - 1, BEFORE_VERB)) return true
    if ((stands & STARTS_CLAUSE) === 0) return false
    return !this.#any(index, NOUNS) || this.#object(index + 1)
  }

  /** Whether what a verb acts on begins here: words such as `order` are nouns as well. */
  #object(index: number): boolean {
    if (index >= this.count || ((this.stands[index] ?? 0) & STARTS_CLAUSE) !== 0) return false
    return this.#any(index, OBJECTS)
  }

  #any(index: number, { low, high }: Bits): boolean {
    return ((this.low[index] ?? 0) & low) !== 0 || ((this.high[index] ?? 0) & high) !== 0
  }
}

const PARTING = new Set(':;.,!?—–()[]|*>"“”«»\n。，：；！？、…#`=-')
const GLUE = new Set('./@:_')
const CLOSED_BY: ReadonlyMap<string, string> = new Map([
  ['“', '”'],
  ['«', '»'],
  ['「', '」'],
  ['„', '“'],
])
const OPENING = new Set(['"', '`', '“', '«', '「', '„'])

function isKnown(hash: number): boolean {
  const { low, high } = ofWord(hash)
  return (low | high) !== 0
}

/** The longest known word that begins at a place; one unit, and `EMPTY`, where none does. */
function longest(text: string, from: number, to: number): { end: number; hash: number } {
  const best = { end: Math.min(from + 1, to), hash: EMPTY }
  let hash = EMPTY
  for (let at = from; at < to; at++) {
    const unit = unitAt(text, at)
    if (unit === PARTS) break
    if (unit !== DROPPED) hash = hashed(hash, unit)
    if (!isKnown(hash)) continue
    best.end = at + 1
    best.hash = hash
  }
  return best
}

const PARTS_CLAUSE = 1
const GLUES = 2
const QUOTES = 4
const WIDE = 8
const SEPARATORS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  const quotes = OPENING.has(character) ? QUOTES : 0
  return (PARTING.has(character) ? PARTS_CLAUSE : 0) | (GLUE.has(character) ? GLUES : 0) | quotes
})

/** Nearly all text: known without a call. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => folded(code))

function unitAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code < 128) return ASCII[code] ?? PARTS
  if (code < 0xd800 || code > 0xdfff) return folded(code)
  if (code >= 0xdc00 || at + 1 >= text.length) return PARTS
  return foldedPair(code, text.charCodeAt(at + 1))
}

function isCapital(code: number): boolean {
  return code > 64 && code < 91
}

/** An ASCII letter or digit, or what addresses have between them. */
function isPlain(code: number): boolean {
  return (code > 46 && code < 58) || isCapital(code) || (code > 96 && code < 123)
}

function isHigh(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800
}

function isCapitals(text: string, start: number, end: number): boolean {
  if (end - start < 2) return false
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code < 65 || code > 90) return false
  }
  return true
}

function isEnd(unit: number): boolean {
  return unit === PARTS || isUnspaced(unit)
}

/** Han, Hiragana, Katakana. */
function isUnspaced(unit: number): boolean {
  return unit >= 0x3040 && unit <= 0x9fff && (unit <= 0x30ff || unit >= 0x3400)
}
