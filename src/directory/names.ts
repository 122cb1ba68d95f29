import { GatewayError } from '../kernel/errors.ts'
import { cleanText } from '../kernel/visible-text.ts'

/** Ids of users, agents, and names of groups. No `|`, which stands between a provider and its `sub`. */
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/
const PROVIDER = /^[a-z0-9][a-z0-9-]{0,31}$/

const MAX_NAME = 128
const MAX_GROUPS = 200
const MAX_SUB = 255

export function isId(text: string): boolean {
  return ID.test(text)
}

/** @throws GatewayError `params_invalid` unless it can be the id of a user or agent. */
export function checkId(id: string): void {
  if (!isId(id))
    throw invalid(
      'an id begins with a letter or digit, goes on with a-z, 0-9, `.`, `_` or `-`, and has 64 characters at most',
    )
}

/** Groups without doubles, sorted. @throws GatewayError `params_invalid` for a name that cannot be one. */
export function checkGroups(groups: readonly string[]): readonly string[] {
  const unique = [...new Set(groups)].sort()
  if (unique.length > MAX_GROUPS) throw invalid(`at most ${MAX_GROUPS} groups`)
  if (!unique.every(isId))
    throw invalid(
      'a group begins with a letter or digit, goes on with a-z, 0-9, `.`, `_` or `-`, and has 64 characters at most',
    )
  return unique
}

/** The id of a provider's subject; undefined when either part cannot be one. */
export function federatedId(provider: string, subject: string): string | undefined {
  const plain = subject.length > 0 && subject.length <= MAX_SUB && /^[!-~ ]+$/.test(subject)
  return PROVIDER.test(provider) && plain ? `${provider}|${subject}` : undefined
}

/** Text for people, cleaned. May become empty. */
export function cleanName(text: string): string {
  return cleanText(text, MAX_NAME)
}

/** Text for people, cleaned. @throws GatewayError `params_invalid` when nothing is left. */
export function requireText(what: string, text: string, most = MAX_NAME): string {
  const clean = cleanText(text, most)
  if (clean === '') throw invalid(`${what} is empty`)
  return clean
}

/** An error of whoever asked, in public words. */
export function invalid(message: string): GatewayError {
  return new GatewayError('params_invalid', message)
}
