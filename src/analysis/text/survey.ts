/** What one pass over a text tells about what may be encoded in it. Offsets are of UTF-16 units. */
export interface Survey {
  /** Runs of the alphabets of base64, base64url and hex, of at least `LEAST_RUN`: start, end, start, end … */
  readonly runs: readonly number[]
  /** Where single letters follow each other, each behind a separator: start, end, start, end … */
  readonly spaced: readonly number[]
  /** Ends of words that are frequent English words in ROT13, and in reverse. */
  readonly rotated: readonly number[]
  readonly reversed: readonly number[]
}

/** Shorter runs hold no more than a word or two. */
const LEAST_RUN = 16
const LEAST_SPACED = 6
/** Enough to know, and a bound for hostile texts. */
const MOST_MARKS = 4096

const LETTER = 1
const ALPHABET = 2
const KINDS = kindsOf()

/** Words that every English sentence is made of, and those of which attacks are. */
const FREQUENT = [
  'the', 'and', 'you', 'your', 'all', 'this', 'that', 'with', 'from', 'not', 'user', 'system', 'previous',
  'ignore', 'instructions', 'send', 'file', 'secret', 'password', 'for', 'are', 'have', 'must', 'now',
] // biome-ignore format: a list of words
const ROTATED = 1
const REVERSED = 2
const MARKS = marksOf()

/** Looks a text over once, in time linear in its length. */
export function survey(text: string): Survey {
  const surveyor = new Surveyor()
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const kind = code < 128 ? (KINDS[code] ?? 0) : 0
    if ((kind & LETTER) !== 0) hash = (Math.imul(hash, 31) + (code | 32)) | 0
    else {
      surveyor.wordEnds(at, hash)
      hash = 0
      if ((kind & ALPHABET) === 0) surveyor.runEnds(at)
    }
  }
  surveyor.wordEnds(text.length, hash)
  surveyor.runEnds(text.length)
  return surveyor.done()
}

class Surveyor {
  private run = 0
  private word = 0
  private readonly runs: number[] = []
  private readonly rotated: number[] = []
  private readonly reversed: number[] = []
  private readonly spaced = new SingleLetters()

  wordEnds(end: number, hash: number): void {
    const length = end - this.word
    if (length === 1) this.spaced.letter(this.word)
    else if (length > 2 && FILTER[hash & 4095] === 1) this.#mark(end, hash)
    this.word = end + 1
  }

  runEnds(end: number): void {
    if (end - this.run >= LEAST_RUN) this.runs.push(this.run, end)
    this.run = end + 1
  }

  done(): Survey {
    const { runs, rotated, reversed } = this
    return { runs, rotated, reversed, spaced: this.spaced.done() }
  }

  #mark(end: number, hash: number): void {
    const marks = MARKS.get(hash) ?? 0
    if ((marks & ROTATED) !== 0 && this.rotated.length < MOST_MARKS) this.rotated.push(end)
    if ((marks & REVERSED) !== 0 && this.reversed.length < MOST_MARKS) this.reversed.push(end)
  }
}

/** Collects runs of letters that stand alone, at most three characters apart. */
class SingleLetters {
  private readonly found: number[] = []
  private start = 0
  private last = -9
  private count = 0

  letter(at: number): void {
    if (at - this.last > 4) {
      this.#ends()
      this.start = at
    }
    this.last = at
    this.count++
  }

  done(): readonly number[] {
    this.#ends()
    return this.found
  }

  #ends(): void {
    if (this.count >= LEAST_SPACED) this.found.push(this.start, this.last + 1)
    this.count = 0
  }
}

function kindsOf(): Uint8Array {
  const kinds = new Uint8Array(128)
  for (let code = 0; code < 128; code++) {
    const character = String.fromCharCode(code)
    if (/[a-z]/i.test(character)) kinds[code] = LETTER | ALPHABET
    else if (/[\d+/_-]/.test(character)) kinds[code] = ALPHABET
  }
  return kinds
}

function marksOf(): ReadonlyMap<number, number> {
  const marks = new Map<number, number>()
  for (const word of FREQUENT) {
    const reversed = [...word].reverse().join('')
    for (const [form, mark] of [
      [rot13(word), ROTATED],
      [reversed, REVERSED],
    ] as const) {
      if (!FREQUENT.includes(form)) marks.set(hashOf(form), (marks.get(hashOf(form)) ?? 0) | mark)
    }
  }
  return marks
}

const FILTER = new Uint8Array(4096)
for (const hash of MARKS.keys()) FILTER[hash & 4095] = 1

function hashOf(word: string): number {
  let hash = 0
  for (let at = 0; at < word.length; at++) {
    hash = (Math.imul(hash, 31) + (word.charCodeAt(at) | 32)) | 0
  }
  return hash
}

/** Turns each ASCII letter by half of the alphabet. */
export function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
  })
}
