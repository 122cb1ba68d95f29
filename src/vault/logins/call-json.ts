import { GatewayError } from '../../kernel/errors.ts'
import type { SafeFetch, SafeRequest } from '../../kernel/safe-fetch.ts'
import { refused } from './refused.ts'

/** A text that is a secret, asked for when it is needed. */
export type SecretText = () => Promise<string>

/** A keeper answered, and it was no. Its words are for the log alone. */
export class KeeperRefusal extends GatewayError {
  readonly status: number

  constructor(who: string, status: number, detail: string) {
    super('credential_unavailable', `${who} refused (HTTP ${status})`, { detail })
    this.status = status
  }
}

/**
 * One request to a keeper, whose answer is a JSON object; one without content is empty.
 *
 * @param who is asked, in words.
 * @throws KeeperRefusal for a status that is not 2xx; GatewayError `credential_unavailable` when it
 *   cannot be reached, or answers something else.
 */
export async function callJson(
  fetch: SafeFetch,
  who: string,
  url: string,
  request: SafeRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, text } = await answerOf(fetch, who, url, request)
  if (status < 200 || status > 299) throw new KeeperRefusal(who, status, text.slice(0, 500))
  if (status === 204) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>
  } catch {
    // Not told apart: neither is an answer, and its text may hold what nobody should read.
  }
  throw unreadable(who)
}

async function answerOf(fetch: SafeFetch, who: string, url: string, request: SafeRequest) {
  try {
    const response = await fetch(url, request)
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    throw refused(`${who} cannot be reached`, cause)
  }
}

/** A text of an answer. @throws GatewayError `credential_unavailable` when it is not there. */
export function textAt(who: string, value: unknown, ...path: readonly string[]): string {
  let at: unknown = value
  for (const name of path)
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Record<string, unknown>)[name]
        : undefined
  if (typeof at !== 'string' || at === '') throw unreadable(who)
  return at
}

function unreadable(who: string): GatewayError {
  return refused(`${who} answered something that is not understood`)
}
