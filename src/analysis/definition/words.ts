import { sentences } from '../text/sentences.ts'
import { CLASSES_OF, PHRASES, type WordClass } from './vocabulary.ts'

/** One word of a sentence, with what it can be for. UTF-16 offsets into the text. */
export interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly classes: readonly WordClass[]
}

/** A sentence as words. */
export interface Sentence {
  readonly words: readonly Word[]
  readonly start: number
  readonly end: number
}

/** Runs without spaces and the marks that part words; paths, addresses and identifiers stay whole. */
const RUNS = /[^\s<>[\](){}"'“”‘’«»`,;:!?*|=+\\…—]{1,200}/gu
/** An apostrophe within a word: don't, user's. */
const APOSTROPHES = /(?<=\p{L})['’](?=\p{L})/gu

const PRIVATE_PATH =
  /(?:^|\/)(?:\.(?:ssh|aws|gnupg|kube|docker|azure|gcloud|netrc|npmrc|pypirc|env|git-credentials|pgpass|cursor|claude|bash_history|zsh_history|history|password-store|vault-token|gitconfig)(?:\/|\.|$)|id_(?:rsa|dsa|ecdsa|ed25519)|(?:etc\/)?(?:passwd|shadow|sudoers)$|credentials(?:\.\w{1,6})?$|secrets?(?:\.\w{1,6})?$|mcp(?:_config)?\.json|wallet\.dat|keychain|authorized_keys|known_hosts|private[_-]?key|cookies(?:\.\w{1,6})?$|login\.keychain|\.?env(?:\.\w{1,12})?$|.{0,40}\.(?:pem|kdbx|pfx|p12|ppk)$)/i
const MAIL = /^[^@\s]{1,64}@[^@\s]{1,190}\.[a-z]{2,24}$/i
const ADDRESS =
  /^(?:\/\/|www\.|\d{1,3}(?:\.\d{1,3}){3})|^[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,6}\.(?:com|net|org|io|dev|app|xyz|site|online|info|biz|tld|example|invalid|test|evil|onion|ru|cn|co|me)(?:[/:].*)?$/i
const IDENTIFIER = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$|^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)+$/

const NONE: ReadonlySet<string> = new Set()

/**
 * The sentences of a text as words with classes. Linear.
 *
 * @param own names that mean no other tool
 */
export function* sentencesOf(text: string, own: ReadonlySet<string> = NONE): Generator<Sentence> {
  // Of the same length, so that offsets stay.
  const plain = text.replace(APOSTROPHES, '\u02bc')
  for (const { start, end } of sentences(plain)) {
    const words = withPhrases(asNouns(wordsIn(plain.slice(start, end), start)))
    const named = words.some(({ text: word }) => own.has(word))
    yield {
      words: named ? words.map((word) => (own.has(word.text) ? nameless(word) : word)) : words,
      start,
      end,
    }
  }
}

/** Words that send something, or are what is sent. */
const ALSO_NOUNS = new Set('email emails upload uploads posts leak leaks relay relays'.split(' '))
const BEFORE_NOUN = new Set('the a an this that each every any its his her their your'.split(' '))
const AFTER_NOUN = new Set('of address addresses from'.split(' '))

/** "The email of the owner" sends nothing: what an article or an `of` makes a noun is no act. */
function asNouns(words: readonly Word[]): readonly Word[] {
  const said = (word: Word | undefined): string => word?.text.toLowerCase() ?? ''
  return words.map((word, index) => {
    if (!ALSO_NOUNS.has(said(word)) || !word.classes.includes('send')) return word
    const isNoun = BEFORE_NOUN.has(said(words[index - 1])) || AFTER_NOUN.has(said(words[index + 1]))
    return isNoun ? { ...word, classes: word.classes.filter((one) => one !== 'send') } : word
  })
}

function nameless(word: Word): Word {
  return { ...word, classes: [] }
}

function wordsIn(sentence: string, offset: number): readonly Word[] {
  const words: Word[] = []
  for (const { 0: run, index } of sentence.matchAll(RUNS)) {
    // Nearly all runs are plain words.
    if (PLAIN.test(run)) words.push(wordOf(run, offset + index))
    else words.push(...oddWords(run, offset + index))
  }
  return words
}

function oddWords(run: string, offset: number): readonly Word[] {
  const from = run.search(/[\p{L}\p{N}~./@#$%&]/u)
  if (from < 0) return []
  const text = run.slice(from).replace(/[.\-_~/]{1,8}$/, '')
  if (text === '') return []
  const start = offset + from
  // A word at the end of its sentence.
  if (PLAIN.test(text)) return [wordOf(text, start)]
  if (isName(text)) return [{ text, start, end: start + text.length, classes: classesOf(text) }]
  return parts(text, start)
}

/** Letters of one case, which no path, address or identifier consists of alone. */
const PLAIN = /^[A-Z]?[a-z]{1,20}$/
const NOTHING: readonly WordClass[] = []

function wordOf(text: string, start: number): Word {
  const known = CLASSES_OF.get(text) ?? CLASSES_OF.get(text.toLowerCase())
  const classes = known ?? (PRIVATE_WORD.test(text) ? classesOf(text) : NOTHING)
  return { text, start, end: start + text.length, classes }
}

/** The plain words that are a private path too. */
const PRIVATE_WORD =
  /^(?:(?:passwd|shadow|sudoers|credentials|secrets?|cookies|env)$|keychain|privatekey)/i

/** Words that a hyphen or slash joins are words of their own. */
function parts(text: string, offset: number): readonly Word[] {
  return [...text.matchAll(/[^\-/.]{1,80}/gu)].map(({ 0: word, index }) => {
    const start = offset + index
    return { text: word, start, end: start + word.length, classes: classesOf(word) }
  })
}

/** A path, an address, an identifier: its parts mean nothing by themselves. */
function isName(text: string): boolean {
  return (
    /^[~.]?\/|^\.[a-z]/i.test(text) ||
    PRIVATE_PATH.test(text) ||
    MAIL.test(text) ||
    ADDRESS.test(text) ||
    IDENTIFIER.test(text)
  )
}

function classesOf(text: string): readonly WordClass[] {
  const known = CLASSES_OF.get(text.toLowerCase().replaceAll('\u02bc', ''))
  if (known !== undefined) return known
  if (PRIVATE_PATH.test(text)) return ['private', 'path']
  if (MAIL.test(text) || ADDRESS.test(text)) return ['elsewhere', 'address']
  return IDENTIFIER.test(text) ? ['name'] : []
}

const STARTS: ReadonlySet<string> = new Set(
  [...PHRASES.keys()].map((phrase) => phrase.split(' ')[0] ?? ''),
)

/** Gives the first word of a known phrase the classes of the phrase. */
function withPhrases(words: readonly Word[]): readonly Word[] {
  return words.map((word, index) => {
    const first = word.text.toLowerCase()
    if (!STARTS.has(first)) return word
    const second = words[index + 1]
    if (second === undefined) return word
    const two = `${first} ${second.text.toLowerCase()}`
    const three = `${two} ${words[index + 2]?.text.toLowerCase() ?? ''}`
    const more = PHRASES.get(three) ?? PHRASES.get(two)
    return more === undefined ? word : { ...word, classes: [...word.classes, ...more] }
  })
}
