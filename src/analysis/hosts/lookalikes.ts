import { domainToUnicode } from 'node:url'

/**
 * Letters of other alphabets, and of extended Latin, that UTS #39 (confusables.txt) calls confusable
 * with a lower-case ASCII letter or digit, as far as UTS #46 lets them stand in a host name.
 */
const LIKE_ASCII: ReadonlySet<string> = new Set([
  // Cyrillic: a b c d e e h i j l o p q r s v w x y y 3
  ...'аьсԁеҽһіјӏорԛгѕѵԝхуүз',
  // Greek: a y i k v o p o t u x n w
  ...'αγικνορστυχηω',
  // Armenian: o u n h q g j f
  ...'օսոհզցյք',
  // Latin: a b g i i l u y y o
  ...'ɑƅɡıɩƚʋʏɣꬽ',
])

/** Scripts that are written together in one word: UTS #39, 5.2, "highly restrictive". */
const TOGETHER: readonly (readonly string[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Bopomofo',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Thai',
  'Georgian',
  'Cherokee',
].map((name) => [name, new RegExp(`^\\p{Script=${name}}`, 'u')])

const SHARED = /^[\p{Script=Common}\p{Script=Inherited}]/u

/**
 * How a host name may deceive a reader. `mixed-script`: a label mixes alphabets that nobody writes
 * together. `confusable`: every letter outside of ASCII in a label looks like an ASCII one, and the
 * top-level name is not of the same alphabet, so that a reader expects ASCII.
 */
export function lookalikeFlags(asciiHost: string): readonly string[] {
  if (!asciiHost.includes('xn--')) return []
  const labels = domainToUnicode(asciiHost).split('.')
  const top = scriptsOf(labels.at(-1) ?? '')
  const flags = new Set<string>()
  for (const label of labels) {
    const scripts = scriptsOf(label)
    if (isMixed(scripts)) flags.add('mixed-script')
    const familiar = label !== labels.at(-1) && [...scripts].every((script) => top.has(script))
    if (looksAscii(label) && (!familiar || scripts.has('Latin'))) flags.add('confusable')
  }
  return [...flags]
}

function isMixed(scripts: ReadonlySet<string>): boolean {
  if (scripts.size < 2) return false
  return !TOGETHER.some((group) => [...scripts].every((script) => group.includes(script)))
}

function looksAscii(label: string): boolean {
  const foreign = [...label].filter((letter) => letter > '\u007f')
  return foreign.length > 0 && foreign.every((letter) => LIKE_ASCII.has(letter))
}

/** The scripts of a label's letters; one that is not listed here counts as a script of its own kind. */
function scriptsOf(label: string): ReadonlySet<string> {
  const scripts = new Set<string>()
  for (const letter of label) {
    if (SHARED.test(letter)) continue
    scripts.add(SCRIPTS.find(([, pattern]) => pattern.test(letter))?.[0] ?? 'other')
  }
  return scripts
}
