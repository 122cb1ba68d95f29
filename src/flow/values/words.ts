/** A word longer than this is cut: what is longer is no name, and its beginning tells it well enough. */
const LONGEST = 128
/** Letters of scripts that are written without spaces are words of their own. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
/** Nothing to see, nothing to say: format characters, marks that only decorate, variation selectors. */
const UNSEEN = /[\p{Cf}\p{Mn}\p{Me}\u115F\u1160\u3164\uFFA0]/gu
const WORD = /[\p{L}\p{N}]+/gu

/**
 * The words of a text as they are compared: letters and digits in lower case and compatibility form
 * (Unicode NFKC), without marks, format characters and punctuation. Two spellings that only differ in case,
 * spacing, punctuation or form give the same words. Linear in the text.
 */
export function wordsOf(text: string): readonly string[] {
  return isAscii(text) ? asciiWords(text) : otherWords(text)
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

function asciiWords(text: string): readonly string[] {
  const lower = text.toLowerCase()
  const words: string[] = []
  let start = -1
  for (let at = 0; at <= lower.length; at++) {
    const code = at < lower.length ? lower.charCodeAt(at) : 0
    const inside = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)
    if (inside && start < 0) start = at
    if (inside || start < 0) continue
    words.push(lower.slice(start, Math.min(at, start + LONGEST)))
    start = -1
  }
  return words
}

function otherWords(text: string): readonly string[] {
  const plain = text.normalize('NFKD').replace(UNSEEN, '').normalize('NFKC').toLowerCase()
  const words: string[] = []
  for (const [found] of plain.matchAll(WORD)) {
    if (UNSPACED.test(found)) words.push(...found)
    else words.push(found.slice(0, LONGEST))
  }
  return words
}

const DIGITS: ReadonlyMap<string, string> = new Map(
  ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
    .map((word, at) => [word, String(at)] as const)
    .concat([
      ['oh', '0'],
      ['o', '0'],
    ]),
)
/** Fewer would be ordinary language: "one two". */
const LEAST_SPOKEN = 3

/**
 * What the words say beside themselves: letters that stand apart (`m a r k`) joined, digits that are spoken
 * (`two one three`) written. Each is a word that the text holds too.
 */
export function spokenWords(words: readonly string[]): readonly string[] {
  return [
    ...runs(words, (word) => (word.length === 1 ? word : undefined)),
    ...runs(words, (word) => DIGITS.get(word)),
  ]
}

function runs(
  words: readonly string[],
  read: (word: string) => string | undefined,
): readonly string[] {
  const found: string[] = []
  let run = ''
  let length = 0
  for (let at = 0; at <= words.length; at++) {
    const said = read(words[at] ?? '')
    if (said !== undefined && said !== '' && length < LONGEST) {
      run += said
      length += 1
      continue
    }
    if (length >= LEAST_SPOKEN) found.push(run)
    run = said ?? ''
    length = run === '' ? 0 : 1
  }
  return found
}
