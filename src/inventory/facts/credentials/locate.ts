import type { ConfiguredServer } from '../../../kernel/inventory.ts'
import type { FindSecrets } from '../find-secrets.ts'
import { looksDrawn } from './drawn.ts'
import { inUrls, type Range } from './in-urls.ts'
import { isPlaceholder, isSequence } from './placeholder.ts'
import { type EntryText, textsOf } from './texts.ts'

/** A credential in an entry, with its value: never leaves this room. */
export interface LocatedCredential {
  readonly part: EntryText['part']
  readonly kind: string
  /** UTF-16 offsets in the text at `part`; end exclusive. */
  readonly start: number
  readonly end: number
  readonly value: string
  /** Whether a person may have thought of it: of such a one nothing is shown. */
  readonly guessable: boolean
}

/** Of such a type a secret is by the name it stands under, not by its own form. */
const BY_NAME = new Set(['generic-api-key', 'password', 'mnemonic'])
/** Longer texts are no arguments of a program. */
export const LONGEST_TEXT = 65_536

/** Where credentials stand in an entry, in its order, without overlaps. Linear in the entry. */
export function locateCredentials(
  server: ConfiguredServer,
  find: FindSecrets,
): readonly LocatedCredential[] {
  return textsOf(server).flatMap((text) => inText(text, find))
}

function inText(entry: EntryText, find: FindSecrets): readonly LocatedCredential[] {
  const text = entry.text.slice(0, LONGEST_TEXT)
  // Addresses in variables are mostly of documents, whose drawn parts are names.
  const ranges: Found[] = inUrls(text)
    .filter(({ kind }) => kind !== 'url-path' || entry.where !== 'variable')
    .map((range) => ({ ...range, guessable: range.kind === 'url-userinfo' }))
  const add = (more: readonly Found[]): void => {
    for (const one of more) if (!ranges.some((known) => overlap(known, one))) ranges.push(one)
  }
  add(byRules({ ...entry, text }, find))
  add(byLook({ ...entry, text }))
  return ranges
    .toSorted((a, b) => a.start - b.start)
    .map((range) => ({ ...range, part: entry.part, value: text.slice(range.start, range.end) }))
}

interface Found extends Range {
  readonly guessable: boolean
}

function byRules({ text, from, name, where }: EntryText, find: FindSecrets): readonly Found[] {
  const value = text.slice(from)
  return find(value, name).flatMap(({ start, end, type }) => {
    const found = value.slice(start, end)
    const byName = BY_NAME.has(type)
    // What has the form of a token may hold a word such as `test`; what is typed in a row is none all the same.
    if (byName ? isPlaceholder(found, name) : isSequence(found)) return []
    const named = where === 'argument' ? 'argument' : 'named'
    const kind = byName ? named : 'token-pattern'
    return [{ start: from + start, end: from + end, kind, guessable: type === 'password' }]
  })
}

function byLook({ text, from, name }: EntryText): readonly Found[] {
  const value = text.slice(from)
  if (!looksDrawn(value, name) || isPlaceholder(value, name) || isNamedPlace(value)) return []
  return [{ start: from, end: text.length, kind: 'entropy', guessable: false }]
}

/** Packages, images and paths: what they end in may have been drawn, and is public. */
function isNamedPlace(value: string): boolean {
  return /^[@./~]|^[A-Za-z]:|\.[a-z]{2,4}$|\/.{0,200}\/|^sha\d{3}/i.test(value)
}

function overlap(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end
}
