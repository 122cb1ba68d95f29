import { basic } from './checksums.ts'
import { type Candidate, RANKS, type Sink } from './hits.ts'
import { entropyOf, kindsIn, looksDrawn, shareOfWords } from './look.ts'
import type { NamedIndex } from './named-index.ts'
import { kindOfName, type NameKind, wordsOf } from './names.ts'
import { placeholderReason } from './placeholders.ts'
import type { NamedRule } from './rule.ts'
import { type NamePlace, type ReadValue, readValue } from './values.ts'

const LONGEST_NAME = 120

/** Parts of names at which a name is read; that it is one of a secret is decided on the whole of it. */
export const NAME_PARTS: readonly string[] =
  'key token secret passw passp passc pwd pass cred auth bearer jwt accessid kennwort contraseñ contrasen senha wachtwoord hasło haslo парол 密码 密碼 口令 パスワード 비밀번호 mnemonic seed recovery'.split(
    ' ',
  )

/** Reads the name around a hit and its value, and judges them. */
export function probeName(named: NamedIndex) {
  return (text: string, at: number, end: number, sink: Sink): void => {
    if (at < sink.nameSeen) return
    const name = nameAround(text, at, end)
    sink.nameSeen = name.end
    if (name.end - name.start > LONGEST_NAME) return
    const value = readValue(text, name.end, placeOf(text, name.start))
    if (value === undefined) return
    const found = judge(
      text.slice(name.start, name.end),
      text.slice(value.start, value.end),
      value,
      named,
    )
    if (found !== undefined) sink.add({ ...found, start: value.start, end: value.end })
  }
}

type Judged = Omit<Candidate, 'start' | 'end'>

/** Whether the value of such a name is a secret. */
export function judge(
  name: string,
  value: string,
  { how }: Pick<ReadValue, 'how'>,
  rules: NamedIndex,
): Judged | undefined {
  return ofVendor(name, value, rules) ?? ofKind(kindOfName(name), value, how)
}

function ofVendor(name: string, value: string, rules: NamedIndex): Judged | undefined {
  const words = wordsOf(name)
  const kind = kindOfName(name)
  if (kind === undefined && words.length > 1 && !/(?:client|access|key)[-_. ]?ids?$/i.test(name))
    return undefined
  const tails = words.map((_, from) => words.slice(from).join(''))
  const rule = rules.of(tails).find((each) => hasForm(each, value))
  if (rule === undefined) return undefined
  const reason = placeholderReason(value)
  // Its vendor, its form and its name agree: that somebody typed it in a row does not speak against all three.
  if (reason !== undefined && reason !== 'sequential') return undefined
  const why = `the name says that it is a ${rule.title}, and it has the form of one`
  return { type: rule.id, rank: RANKS.named, certainty: kind ? 'likely' : 'hint', why }
}

function hasForm(rule: NamedRule, value: string): boolean {
  return rule.value.test(value) && entropyOf(value) >= (rule.entropy ?? 2.5)
}

function ofKind(
  kind: NameKind | undefined,
  value: string,
  how: ReadValue['how'],
): Judged | undefined {
  if (kind === undefined || value.length < 6 || placeholderReason(value) !== undefined)
    return undefined
  if (basic(value) === 'proved' && kind === 'drawn' && value.length >= 8)
    return generic('basic-credentials', 'proved', 'user and password in base64')
  if (isSecretValue(value)) {
    const type = kind === 'password' ? 'password' : 'generic-api-key'
    return generic(type, 'likely', 'a value drawn by a machine under the name of a secret')
  }
  if (kind === 'password') return password(value, how)
  return undefined
}

function generic(type: string, certainty: Judged['certainty'], why: string): Judged {
  return { type, certainty, why, rank: RANKS.generic }
}

/** Drawn by a machine, and not one of the things that machines draw in public. */
function isSecretValue(value: string): boolean {
  if (/\s/.test(value) || !looksDrawn(value)) return false
  return !isPublicForm(value)
}

/** URLs, paths, hosts, versions, times, calls and names in programs. */
function isPublicForm(value: string): boolean {
  if (
    /^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(value) ||
    /^[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}$/.test(value)
  )
    return true
  if (
    /^\.{0,2}\/|^[A-Za-z]:\\|\.(?:pem|crt|cer|key|json|ya?ml|txt|toml|env|p12|pfx|jks|js|ts|py|go|png|jpe?g|svg|html?|pub)$/i.test(
      value,
    )
  )
    return true
  if (/^v?\d{1,5}(?:[.:/-]\d{1,5}){1,6}/.test(value) && !/[a-z]{4}/i.test(value)) return true
  if (/^\d{4}-\d\d-\d\d/.test(value)) return true
  return (
    /^[A-Za-z_$][\w$]{0,60}(?:(?:\.|::|->)[A-Za-z_$][\w$]{0,60}){1,8}$/.test(value) &&
    shareOfWords(value) > 0.3
  )
}

/** A password that somebody thought of: of two kinds of signs at least, and no word of a program. */
function password(value: string, how: ReadValue['how']): Judged | undefined {
  if (isWords(value))
    return generic(
      'mnemonic',
      'likely',
      'words in a row under the name of a phrase that opens a wallet',
    )
  if (/\s/.test(value) || value.length < 6 || value.length > 256) return undefined
  if (isPublicForm(value) || isCode(value)) return undefined
  if (/^(?:password|passw?d|secret|admin|user|test|token|qwerty|pass)\W?\d{0,4}\W?$/i.test(value))
    return undefined
  const plain = value.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())
  const kinds = kindsIn(plain)
  if (kinds >= 2 && !isIdentifier(value))
    return generic(
      'password',
      how === 'said' ? 'hint' : 'likely',
      'a password by its name, of several kinds of signs',
    )
  if (how === 'quoted') return generic('password', 'hint', 'a password by its name')
  return undefined
}

function isWords(value: string): boolean {
  return /^(?:[a-z]{3,8} ){11,23}[a-z]{3,8}$/.test(value)
}

/** Words with capitals, dashes, dots or underscores between them, and no digits. */
function isIdentifier(value: string): boolean {
  return !/\d/.test(value) && /^[\w.-]+$/.test(value) && shareOfWords(value) > 0.7
}

function isCode(value: string): boolean {
  return /\w[([]|[)\]]$|^[A-Za-z_]\w*\.[A-Za-z_]\w*(?:\.|$)|=>|::|^[<>(]/.test(value)
}

/** Letters of all alphabets, digits, and what joins them in names. */
function isNameChar(code: number): boolean {
  if (code >= 97) return code <= 122 || code >= 0xc0
  if (code >= 65) return code <= 90 || code === 95
  return (code >= 48 && code <= 57) || code === 45 || code === 46 || code === 36
}

function nameAround(
  text: string,
  at: number,
  end: number,
): { readonly start: number; readonly end: number } {
  let start = at
  const least = Math.max(0, at - LONGEST_NAME)
  while (start > least && isNameChar(text.charCodeAt(start - 1))) start--
  let stop = end
  while (stop < text.length && isNameChar(text.charCodeAt(stop))) stop++
  // A full stop or dash at the end belongs to the sentence, and an escaped line break before it to the line.
  while (stop > end && /[.-]/.test(text[stop - 1] ?? '')) stop--
  if (text[start - 1] === '\\' && /[nrt]/.test(text[start] ?? '') && start < at) start++
  return { start, end: stop }
}

/** Nothing, or what may stand before a name that begins its line. */
const LINE = /(?:^|[\n\r]|\\n)[ \t]{0,8}(?:-[ \t]|export[ \t]|set[ \t]|ENV[ \t]|ARG[ \t])?$/
const BEFORE = 20

function placeOf(text: string, start: number): NamePlace {
  const before = text.slice(Math.max(0, start - BEFORE), start)
  const line = LINE.exec(before)
  return {
    flag: text[start] === '-' || text[start - 1] === '-',
    line: line !== null && (line.index > 0 || before.length < BEFORE || /^[\n\r\\]/.test(before)),
    query: /[?&]$|&amp;$/.test(before),
  }
}
