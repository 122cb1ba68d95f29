import type { SourceTrust } from '../../kernel/flow.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Argument } from './arguments.ts'
import {
  ABOUT,
  ACCOUNT,
  ANYBODY,
  BESIDE_TIMES,
  BY,
  FOLDERS,
  LEADING_OUT,
  LISTING,
  MEMBERS,
  OWN,
  ROOMS,
  SAID_THERE,
  TIMES,
  WHOSE,
} from './authors.ts'
import { wordsOf } from './words.ts'

/** What a tool says of where its answers come from. */
export interface SourceClaims {
  readonly name: string
  readonly annotations?: JsonObject | undefined
  readonly description?: string | undefined
}

/**
 * Who writes what a tool returns, as far as its name and arguments tell. Only words that speak of places where
 * members alone write make it theirs, and any word of what strangers write takes that back; what nobody
 * knows, anybody may have written. Nothing is ever trusted by its name. A server's own word only takes away:
 * `openWorldHint` says that it deals with strangers (2025-11-25, `ToolAnnotations`).
 */
export function trustOf(
  { name, annotations, description = '' }: SourceClaims,
  args: readonly Argument[],
  output: readonly Argument[],
): SourceTrust {
  if (annotations?.['openWorldHint'] === true) return 'untrusted'
  const returned = whatReturns(name)
  const outside = returned.some((word) => ANYBODY.has(word)) || args.some(leadsOut)
  if (outside) return 'untrusted'
  const told = description.slice(0, MOST).toLowerCase()
  const known =
    returned.some((word) => MEMBERS.has(word)) ||
    isClock(returned) ||
    isOwnAccount(returned, args) ||
    isSaidInRoom(returned, args) ||
    (isInboxOfUser(returned, args) && !MAIL.test(told)) ||
    (isListing(returned) && !CONTENTS.test(told) && !output.some(isContent))
  return known ? 'members' : 'untrusted'
}

const MOST = 4_000
const MAIL = /\be?-?mails?\b/
const CONTENTS = /\b(?:content|contents|text)\b/

/** `search_contacts_by_email` returns contacts. */
function whatReturns(name: string): readonly string[] {
  const words = wordsOf(name)
  const by = words.findIndex((word, i) => i > 0 && BY.has(word))
  return by < 0 ? words : words.slice(0, by)
}

function leadsOut({ words, format, types }: Argument): boolean {
  if (types.has('boolean')) return false
  return format === 'uri' || format === 'url' || words.some((word) => LEADING_OUT.has(word))
}

function isClock(words: readonly string[]): boolean {
  const tells = words.some((word) => TIMES.has(word))
  return tells && words.every((word) => TIMES.has(word) || BESIDE_TIMES.has(word))
}

/** The caller's: it says so, or nothing can be said of whose it is. */
function isOwnAccount(words: readonly string[], args: readonly Argument[]): boolean {
  const own = words.some((word) => OWN.has(word))
  if (own && (words.length <= 2 || words.some((word) => ABOUT.has(word)))) return true
  const chosen = args.some((one) => one.words.some((word) => WHOSE.has(word)))
  return words.some((word) => ACCOUNT.has(word)) && (own || !chosen)
}

function isSaidInRoom(words: readonly string[], args: readonly Argument[]): boolean {
  return words.some((word) => SAID_THERE.has(word)) && args.some((one) => names(one, ROOMS))
}

/** Mail is found by folder or label; an inbox that has a user's name holds what users wrote each other. */
function isInboxOfUser(words: readonly string[], args: readonly Argument[]): boolean {
  return words.includes('inbox') && args.some(({ plain }) => plain === 'user')
}

function isListing(words: readonly string[]): boolean {
  return words.some((word) => LISTING.has(word)) && words.some((word) => FOLDERS.has(word))
}

function isContent(argument: Argument): boolean {
  return names(argument, ANYBODY) || names(argument, BODIES)
}

const BODIES: ReadonlySet<string> = new Set(['body', 'data'])

function names({ words }: Argument, known: ReadonlySet<string>): boolean {
  return words.some((word) => known.has(word))
}
