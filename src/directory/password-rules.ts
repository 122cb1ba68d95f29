import { invalid } from './names.ts'

const MIN_CHARACTERS = 12
const MAX_BYTES = 1_024
/** How much must be left when everything that is easily guessed is taken out. */
const MIN_LEFT = 6
const MIN_DISTINCT = 5

/** Control characters, halves of surrogates, and code points whose normal form is not settled yet. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Cn}]/u

const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))]
const RUN_LENGTH = 4

/** What lists of leaked passwords are made of, besides names, runs and years. */
const WORDS = [
  'bailiwick',
  'password',
  'passwort',
  'passphrase',
  'welcome',
  'letmein',
  'changeme',
  'trustno',
  'iloveyou',
  'sunshine',
  'princess',
  'football',
  'baseball',
  'superman',
  'batman',
  'dragon',
  'monkey',
  'master',
  'shadow',
  'secret',
  'qwerty',
  'qwertz',
  'azerty',
  'admin',
  'login',
  'owner',
  'hello',
  'test',
  'user',
  'root',
]

const LOOKALIKES: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/**
 * A password as it is hashed: other spaces become U+0020, then NFC (RFC 8265 section 4.2, which NIST SP
 * 800-63B asks for). Undefined for what no password here can be, so that it is not worth hashing.
 */
export function normalizePassword(password: string): string | undefined {
  if (password.length > MAX_BYTES) return undefined
  const normal = password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
  const fits = Buffer.byteLength(normal) <= MAX_BYTES && normal !== '' && !UNFIT.test(normal)
  return fits ? normal : undefined
}

/**
 * A new password, normalized. Asks for length, not for kinds of characters (NIST SP 800-63B); then takes
 * out all that is easily guessed (`about` the user, common words, runs on the keyboard, years) and wants
 * enough to be left.
 *
 * @param about ids and names of the user.
 * @throws GatewayError `params_invalid` with words for whoever chose it.
 */
export function checkNewPassword(password: string, about: readonly string[]): string {
  const normal = normalizePassword(password)
  if (normal === undefined)
    throw invalid(
      `a password has ${MAX_BYTES} bytes at most and only characters that can be typed and seen`,
    )
  if ([...normal].length < MIN_CHARACTERS)
    throw invalid(`a password has ${MIN_CHARACTERS} characters at least`)
  const words = [...about.flatMap(wordsOf), ...WORDS]
  const plain = fold(normal)
  const candidates = [plain, plain.replace(/[@431!0$57]/g, (char) => LOOKALIKES[char] ?? char)]
  if (candidates.some((candidate) => isGuessable(candidate, words)))
    throw invalid(
      'this password is easily guessed: its parts are common words, your own name, repetitions or rows of keys',
    )
  return normal
}

function fold(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')
}

/** Whole names and their parts; shorter ones occur in every text. */
function wordsOf(name: string): readonly string[] {
  const folded = fold(name)
  return [folded, ...folded.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= 3)
}

function isGuessable(candidate: string, words: readonly string[]): boolean {
  let left = candidate
  for (const word of [...words].sort((one, other) => other.length - one.length))
    left = left.replaceAll(word, ' ')
  left = withoutRuns(left)
    .replace(/(19|20)\d\d/g, ' ')
    .replace(/[^\p{L}\p{N}]/gu, '')
  const all = [...candidate]
  return [...left].length < MIN_LEFT || new Set(all).size < MIN_DISTINCT || isRepeated(all)
}

/** Takes out four and more neighbours on a row of keys, in the alphabet, or among the digits. */
function withoutRuns(text: string): string {
  let kept = ''
  for (let at = 0; at < text.length; ) {
    const length = runAt(text, at)
    if (length < RUN_LENGTH) {
      kept += text[at]
      at += 1
    } else at += length
  }
  return kept
}

function runAt(text: string, at: number): number {
  const lengths = RUNS.map((run) => {
    const start = run.indexOf(text[at] ?? '')
    let length = 0
    while (start >= 0 && at + length < text.length && run[start + length] === text[at + length])
      length += 1
    return length
  })
  return Math.max(...lengths)
}

/** Whether a text is one part of it, at most half as long, again and again. */
function isRepeated(characters: readonly string[]): boolean {
  // The failure function of Knuth, Morris and Pratt: the length of the period in linear time.
  const border: number[] = [0]
  for (let at = 1; at < characters.length; at += 1) {
    let length = border[at - 1] ?? 0
    while (length > 0 && characters[at] !== characters[length]) length = border[length - 1] ?? 0
    border.push(characters[at] === characters[length] ? length + 1 : 0)
  }
  return characters.length - (border.at(-1) ?? 0) <= characters.length / 2
}
