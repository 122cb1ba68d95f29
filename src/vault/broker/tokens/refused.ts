import type { UpstreamRefusal } from '../../../kernel/credential.ts'
import type { Subject } from '../../../kernel/subject.ts'
import type { Challenge } from '../discovery/challenge.ts'
import type { Parts, TokenPlace } from '../parts.ts'
import { connectionRequired } from '../refusals.ts'
import type { BrokerServer, BrokerSettings } from '../settings.ts'
import { type ConnectionRow, changeId, scopesIn } from './connection-rows.ts'
import { tell } from './renew.ts'
import type { TokenSource } from './token-source.ts'

/** A refusal of a server, and what it said. */
export interface Refused {
  readonly place: TokenPlace
  readonly server: BrokerServer
  readonly settings: BrokerSettings
  readonly subject: Subject
  readonly challenge: Challenge
  readonly refusal: UpstreamRefusal
}

/** How often one request is repeated with another token. */
const REPEATS = 2

/**
 * Finds out what helps against a refusal: a newer token, or a person. True when the same request may be
 * sent once more.
 *
 * @throws GatewayError `connection_required`, `credential_unavailable`, `authorization_server_refused`.
 */
export async function settleRefusal(
  parts: Parts,
  source: TokenSource,
  refused: Refused,
): Promise<boolean> {
  const { place, refusal, challenge, settings } = refused
  if (refusal.status === 403)
    return challenge.error === 'insufficient_scope' && stepUp(parts, source, refused)
  if (refusal.attempts >= REPEATS) return false
  const row = await parts.rows.read(place)
  if (row === undefined && !asks(refused)) return false
  if (settings.kind === 'authorization-code' && row === undefined)
    throw connectionRequired(parts.issuer, place.server, 'not_connected')
  const isCurrent = row !== undefined && (await wasShown(parts, refusal, row))
  if (isCurrent) return renewRefused(parts, source, refused, row)
  // Nothing was shown, or a token that another one has replaced meanwhile.
  source.forget(changeId(place))
  return (await source.current({ place, subject: refused.subject })) !== undefined
}

/**
 * Whether people can connect to a server of which the operator said nothing. One that they can connect to
 * says so with its refusal (RFC 9110 section 15.5.2, RFC 6750 section 3); others just refuse.
 */
function asks({ server, refusal }: Refused): boolean {
  return (
    server.settings !== undefined ||
    refusal.challenges.some((one) => /\b(?:bearer|dpop)\b/i.test(one))
  )
}

/** Whether it is the token of this row that the server refused. */
async function wasShown(
  { rows }: Parts,
  { sent }: UpstreamRefusal,
  row: ConnectionRow,
): Promise<boolean> {
  const at = sent.findIndex((part) => part.toLowerCase() === 'authorization')
  if (at < 0) return false
  const token = await rows.open(row, 'access')
  return [`Bearer ${token}`, `DPoP ${token}`].includes(sent[at + 1] ?? '')
}

async function renewRefused(
  parts: Parts,
  source: TokenSource,
  refused: Refused,
  row: ConnectionRow,
): Promise<boolean> {
  const { place, refusal, settings, server, challenge } = refused
  const byPerson = settings.kind === 'authorization-code'
  if (challenge.error !== undefined && challenge.error !== 'invalid_token') return false
  // Tokens of one issuer are no answer to a server that has gone over to another.
  if (byPerson && (await parts.discovery.stillNames(place.server, server, row.issuer)) === false)
    return giveUp(parts, source, refused, row, 'issuer_changed')
  if (refusal.attempts > 0) return byPerson ? giveUp(parts, source, refused, row, 'refused') : false
  source.forget(changeId(place))
  return (await source.current({ ...refused, rejected: row.version })) !== undefined
}

async function giveUp(
  parts: Parts,
  source: TokenSource,
  { place }: Refused,
  row: ConnectionRow,
  reason: string,
): Promise<never> {
  if (row.status === 'connected' && (await parts.rows.lose(row, reason)))
    await tell(parts, row, 'connection.lost', 'refused', reason)
  source.forget(changeId(place))
  throw connectionRequired(parts.issuer, place.server, 'reauth_required')
}

/** The server needs scopes that were not granted (RFC 6750 section 3.1). */
async function stepUp(
  parts: Parts,
  source: TokenSource,
  { place, challenge, settings, subject, refusal }: Refused,
): Promise<boolean> {
  const row = await parts.rows.read(place)
  if (row === undefined || settings.kind === 'none') return false
  const granted = scopesIn(row.scopes)
  const missing = (challenge.scopes ?? []).filter((scope) => !granted.includes(scope))
  const wanted = scopesIn(row.wanted)
  // What was asked for and not granted is not asked for again by itself, and what was granted does not help.
  if (missing.length === 0) return false
  if (row.reason === SCOPES_DECLINED && missing.every((scope) => wanted.includes(scope)))
    return false
  const union = [...new Set([...wanted, ...missing])]
  await parts.rows.want(row, union)
  if (settings.kind === 'authorization-code')
    throw connectionRequired(parts.issuer, place.server, 'step_up', [
      ...new Set([...granted, ...union]),
    ])
  if (refusal.attempts > 0) return false
  source.forget(changeId(place))
  return (await source.current({ place, subject, rejected: row.version })) !== undefined
}

/** Reason of a connection whose person granted less than was asked for. */
export const SCOPES_DECLINED = 'scopes_declined'
