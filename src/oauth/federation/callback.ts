import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Accounts, LoginResult } from '../../kernel/accounts.ts'
import type { Witness } from '../../kernel/event.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import type { Cookie, Cookies } from '../cookies.ts'
import { HEADERS } from './headers.ts'
import type { Kept } from './kept.ts'
import { readPerson } from './person.ts'
import type { Problem } from './problem.ts'
import type { Expected, Provider } from './provider.ts'

/** Milliseconds that a person may take at the provider. */
export const LOGIN_LIFETIME = 10 * 60_000
/** Milliseconds from the callback to the interaction: one redirect. */
const TICKET_LIFETIME = 60_000

/** What every step of a login works with. */
export interface Parts {
  readonly publicOrigin: string
  readonly kept: Kept
  readonly cookies: Cookies
  readonly accounts: Pick<Accounts, 'federate'>
  readonly witness: Witness
  readonly log: (line: string) => void
  /** Shows a problem; with where to go back to when it is known to be this browser's. */
  readonly show: (
    response: ServerResponse,
    problem: Problem,
    known?: { readonly provider: string; readonly to: Return },
  ) => void
  readonly finish: (
    request: IncomingMessage,
    response: ServerResponse,
    end: FederatedEnd,
  ) => Promise<void>
}

/** Where a login was begun, and so where it ends: an interaction, or a path of ours outside any. */
export type Return = { readonly uid: string } | { readonly returnTo: string }

/** How a login ended, for who waits for it. */
export type FederatedEnd = Return & {
  readonly user: SubjectId
  /** RFC 8176; `fed` first. */
  readonly methods: readonly string[]
}

export function callbackPath(provider: string): string {
  return `/oauth/federation/${provider}/callback`
}

/** Where the interaction's own cookies are shown again. */
export function endPath(uid: string): string {
  return `/oauth/interaction/${uid}/federated`
}

/** The cookie that ties a login on its way to the browser that began it. */
export function loginCookie(provider: string, state: string): Cookie {
  // Of the state's digest, so that several logins may be on their way, and none tells the state.
  const name = `federation-${sha256(state).slice(0, 16)}`
  return { name, path: callbackPath(provider), sameSite: 'Lax' }
}

/** The cookie that brings the end of a login to its interaction. It stands in no address. */
export function ticketCookie(uid: string): Cookie {
  return { name: 'federated', path: endPath(uid), sameSite: 'Lax' }
}

/** A login on its way. */
export interface LoginOnItsWay extends Expected {
  readonly to: Return
}

/** Answers the provider's redirect (OAuth 2.1 section 4.1.2, RFC 9207). */
export async function answerCallback(
  parts: Parts,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { settings } = provider
  const callback = new URL(callbackPath(settings.id), parts.publicOrigin)
  callback.search = (request.url ?? '').replace(/^[^?]*/, '')
  const login = await recognize(parts, provider, callback.searchParams, request, response)
  if ('reason' in login) return parts.show(response, login)

  const known = { provider: settings.name, to: login.to }
  const answer = await provider.redeem(callback, login)
  const read = 'claims' in answer ? readPerson(settings, answer.claims) : answer
  if ('reason' in read) {
    await refused(parts, settings.id, read, 'claims' in answer ? answer.claims : {})
    return parts.show(response, read, known)
  }
  const { name, groups, groupsUnknown, methods, subject } = read.person
  if (groupsUnknown)
    parts.log(
      `identity provider ${settings.id} did not say the groups of ${subject}: too many; none are taken`,
    )
  const result = await parts.accounts.federate({
    provider: settings.id,
    subject,
    name,
    groups,
    create: settings.createUsers,
  })
  if ('refused' in result) return parts.show(response, problemOf(result), known)
  const proven = { user: result.user.id, methods }
  if ('uid' in login.to) return handOver(parts, response, login.to.uid, proven)
  return parts.finish(request, response, { ...login.to, ...proven })
}

/** Finds the login that a callback belongs to, and uses it up. */
async function recognize(
  { kept, cookies, witness }: Parts,
  { settings }: Provider,
  parameters: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<LoginOnItsWay | Problem> {
  const [state = '', ...more] = parameters.getAll('state')
  if (state === '' || more.length > 0) return unknown('no state, or several')
  const cookie = loginCookie(settings.id, state)
  const browser = cookies.get(request, cookie) ?? ''
  const bound = [settings.id, settings.issuer, browser]
  const taken = await kept.take({ kind: 'federation-login', secret: state, bound })
  if ('value' in taken) {
    cookies.clear(response, cookie)
    return { ...(taken.value as unknown as Omit<LoginOnItsWay, 'state'>), state }
  }
  // Nobody knows a state by chance: whoever shows one elsewhere was given it, or took it.
  if (taken.refused === 'foreign')
    await witness({
      event: 'login.failed',
      outcome: 'refused',
      target: `provider:${settings.id}`,
      detail: { reason: 'the callback came from another browser or for another provider' },
    })
  return unknown(taken.refused)
}

/** Sends the browser to the interaction, with a ticket that only it can use. */
async function handOver(
  { kept, cookies }: Parts,
  response: ServerResponse,
  uid: string,
  value: { readonly user: SubjectId; readonly methods: readonly string[] },
): Promise<void> {
  const secret = random()
  await kept.keep({ kind: 'federation-ticket', secret, bound: [uid] }, uid, value, TICKET_LIFETIME)
  cookies.set(response, ticketCookie(uid), secret, TICKET_LIFETIME)
  response.writeHead(303, { ...HEADERS, location: endPath(uid) })
  response.end()
}

/** The end of a login whose ticket this browser has; usable once. */
export async function takeTicket(
  { kept, cookies }: Parts,
  uid: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<FederatedEnd | Problem> {
  const cookie = ticketCookie(uid)
  const secret = cookies.get(request, cookie)
  if (secret === undefined) return unknown('no ticket')
  const taken = await kept.take({ kind: 'federation-ticket', secret, bound: [uid] })
  if ('refused' in taken) return unknown(`ticket ${taken.refused}`)
  cookies.clear(response, cookie)
  return { uid, ...(taken.value as unknown as Pick<FederatedEnd, 'user' | 'methods'>) }
}

async function refused(
  { witness, log }: Parts,
  provider: string,
  { kind, reason }: Problem,
  { sub }: JsonObject,
): Promise<void> {
  log(`identity provider ${provider}: ${kind}: ${reason}`)
  await witness({
    event: 'login.failed',
    outcome: 'refused',
    ...(typeof sub === 'string' ? { subject: `user:${provider}|${sub}` } : {}),
    target: `provider:${provider}`,
    detail: { kind, reason },
  })
}

function problemOf(result: Extract<LoginResult, { readonly refused: string }>): Problem {
  return result.refused === 'throttled'
    ? { kind: 'throttled', reason: 'throttled', retryAfter: result.retryAfter }
    : { kind: 'refused', reason: result.refused }
}

function unknown(reason: string): Problem {
  return { kind: 'login_unknown', reason }
}

/** 256 bits: what stands in addresses and cookies of a login, and what a code verifier is made of. */
export function random(): string {
  return randomBytes(32).toString('base64url')
}
