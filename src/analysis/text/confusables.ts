import { CONFUSABLES } from './confusables.data.ts'

/** A text read otherwise, and where in the original each of its UTF-16 units comes from. */
export interface Skeleton {
  readonly text: string
  /** One more than the text is long: the last one is the length of the original. */
  readonly offsets: Uint32Array
}

const ASCII: ReadonlyMap<string, string> = new Map(
  CONFUSABLES.flatMap(([character, codes]) =>
    codes.split(' ').map((code) => [String.fromCodePoint(Number.parseInt(code, 16)), character]),
  ),
)
const FOREIGN = /[^\t\n\r -~]/
const FOREIGN_RUN = /[^\t\n\r -~]+/g

/** Scripts that are written together in one word: UTS #39, 5.2, "highly restrictive". */
const TOGETHER = /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+$/u
const HANGUL_WORD = /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hangul}]+$/u
const BOPOMOFO_WORD = /^[\p{Script=Latin}\p{Script=Han}\p{Script=Bopomofo}]+$/u
const LATIN = /\p{Script=Latin}/u
const OTHER_LETTER = /[\p{L}--[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]]/v
/** Alphabets whose letters pass for Latin ones. */
const ALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Canadian_Aboriginal}\p{Script=Deseret}\p{Script=Georgian}]/u
/** Letters in fancy dress: mathematical, enclosed, wide ones. They are of no script of their own. */
const WORDS = /[\p{L}\p{M}\p{N}_\p{So}\p{Default_Ignorable_Code_Point}]{1,200}/gu
const STYLED =
  /[\u{1d400}-\u{1d7ff}\u{24b6}-\u{24e9}\u{1f130}-\u{1f189}\u{ff21}-\u{ff3a}\u{ff41}-\u{ff5a}]/u

/**
 * Whether a word has letters of alphabets that nobody writes together (UTS #39, 5.1 and 5.2): Latin with
 * Cyrillic, but not Latin with Japanese or Korean.
 */
export function isMixedScript(word: string): boolean {
  if (!FOREIGN.test(word) || !LATIN.test(word) || !OTHER_LETTER.test(word)) return false
  const letters = word.replace(/[\P{L}\p{Script=Common}\p{Script=Inherited}]/gu, '')
  return ![TOGETHER, HANGUL_WORD, BOPOMOFO_WORD].some((written) => written.test(letters))
}

/**
 * A name as it looks (UTS #39, 4): two names that look alike have the same skeleton. Decomposed, without
 * marks and what draws nothing, look-alikes as ASCII, in lower case, `l`, `I`, `1` and `|` as one, `0` and
 * `O` as one. For comparing only.
 */
export function skeletonOfName(name: string): string {
  return skeleton(name)
    .text.normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[I1|]/g, 'l')
    .replaceAll('0', 'o')
    .replaceAll('rn', 'm')
    .toLowerCase()
}

/** A text with every look-alike of ASCII, and every letter in fancy dress, as ASCII. Linear. */
export function skeleton(text: string): Skeleton {
  return rewrite(text, FOREIGN.test(text) ? text.matchAll(FOREIGN_RUN) : [])
}

/**
 * A text for reading: look-alikes as ASCII in those words only that mix alphabets or are in fancy dress, so
 * that Russian stays Russian. Nothing where there is no such word.
 */
export function unmasked(text: string): Skeleton | undefined {
  if (!STYLED.test(text) && !(ALIKE.test(text) && LATIN.test(text))) return undefined
  const masked = [...text.matchAll(WORDS)].filter(
    ({ 0: word }) =>
      FOREIGN.test(word) && (STYLED.test(word) || (ALIKE.test(word) && isMixedScript(word))),
  )
  return masked.length === 0 ? undefined : rewrite(text, masked)
}

/** Rewrites runs of a text, which come in order, and leaves the rest as it is. */
function rewrite(text: string, runs: Iterable<RegExpExecArray>): Skeleton {
  const parts: string[] = []
  const offsets: number[] = []
  let done = 0
  const copy = (end: number) => {
    parts.push(text.slice(done, end))
    for (; done < end; done += 1) offsets.push(done)
  }
  for (const { index, 0: run } of runs) {
    copy(index)
    for (const character of run) {
      const read = asAscii(character)
      parts.push(read)
      for (let unit = 0; unit < read.length; unit += 1) offsets.push(done)
      done += character.length
    }
  }
  copy(text.length)
  offsets.push(text.length)
  return { text: parts.join(''), offsets: Uint32Array.from(offsets) }
}

function asAscii(character: string): string {
  const known = ASCII.get(character)
  if (known !== undefined || character <= '\u007f') return known ?? character
  const plain = character.normalize('NFKC')
  if (plain === character) return character
  const read = ASCII.get(plain) ?? plain
  return FOREIGN.test(read) ? character : read
}
