import { authorizationCodeGrant } from 'openid-client'
import { GatewayError } from '../../../kernel/errors.ts'
import type { Actor } from '../../../kernel/event.ts'
import type { Connecting } from '../../../kernel/vault.ts'
import { witnessed } from '../../../kernel/witnessed.ts'
import { callbackOf } from '../client/client-document.ts'
import type { Parts } from '../parts.ts'
import { refusalCode, tokenFailure } from '../protocol/failure.ts'
import { type Granted, grantedBy } from '../protocol/granted.ts'
import { proofsAt, readKey } from '../protocol/proof-key.ts'
import { errorCodeOf, refusedServer } from '../refusals.ts'
import type { ConnectionFacts, ConnectionRow } from '../tokens/connection-rows.ts'
import { SCOPES_DECLINED } from '../tokens/refused.ts'
import { serverOf } from '../tokens/token-source.ts'
import { configured } from './ask.ts'
import { type Pending, takePending } from './pending.ts'

type At = Pick<Connecting, 'user' | 'session' | 'by'>

/** UTF-16 code units of an answer. */
const MOST = 16_384

/**
 * Takes an authorization server's answer, and has the tokens that it is good for (OAuth 2.1 section 4.1.2).
 * The answer counts once, and must be of who was asked (RFC 9207).
 *
 * @throws GatewayError `interaction_unknown`, `authorization_server_refused`.
 */
export async function finishCode(parts: Parts, query: string, at: At): Promise<ConnectionRow> {
  if (query.length > MOST) throw unreadable()
  const answer = new URLSearchParams(query)
  for (const name of ['state', 'code', 'iss', 'error'])
    if (answer.getAll(name).length > 1) throw unreadable()
  const state = answer.get('state') ?? ''
  const pending = await takePending(parts, at, state)
  const { place, server } = pending
  try {
    checkIssuer(answer, pending)
    const error = answer.get('error')
    if (error !== null)
      throw refusedServer(`the authorization server refused: ${errorCodeOf(error)}`)
    const granted = await exchange(parts, answer, state, pending)
    return await open(parts, pending, granted, at.by)
  } catch (error) {
    const failure = error instanceof GatewayError ? error : tokenFailure(error)
    await parts.witness({
      event: 'connection.refused',
      outcome: 'refused',
      subject: at.user,
      target: place.server,
      detail: { owner: place.owner, issuer: server.issuer, reason: failure.message },
      by: at.by,
    })
    throw failure
  }
}

/** @throws GatewayError `authorization_server_refused` for an answer of somebody else (RFC 9207 section 2.4). */
function checkIssuer(answer: URLSearchParams, { server }: Pending): void {
  const said = answer.get('iss')
  if (said === null && server.namesItself)
    throw refusedServer('the answer does not say which authorization server it is of')
  if (said !== null && said !== server.issuer)
    throw refusedServer('the answer is of another authorization server')
}

async function exchange(
  parts: Parts,
  answer: URLSearchParams,
  state: string,
  pending: Pending,
): Promise<Granted> {
  const { server, place, proof } = pending
  const known = serverOf(parts, place.server).settings?.client
  const client = await parts.clients.byId(pending.client, server, known)
  if (client === undefined) throw refusedServer('our registration there is another one by now')
  const configuration = await configured(parts, { server, client, owner: place.owner })
  const address = new URL(callbackOf(parts.issuer))
  address.search = answer.toString()
  const key = proof === '' ? undefined : await readKey(proof)
  try {
    const tokens = await authorizationCodeGrant(
      configuration,
      address,
      { pkceCodeVerifier: pending.verifier, expectedState: state },
      { resource: pending.resource },
      key === undefined ? {} : { DPoP: proofsAt(configuration, key) },
    )
    return grantedBy(tokens, { ...pending, refresh: '' }, parts.clock())
  } catch (error) {
    // Who connects again is registered anew: this client is not known there any more.
    if (refusalCode(error) === 'invalid_client' && client.way === 'dynamic')
      await parts.registrations.forget(server.issuer, client.id)
    throw error
  }
}

function open(
  parts: Parts,
  { place, server, client, resource, scopes }: Pending,
  granted: Granted,
  by: Actor,
): Promise<ConnectionRow> {
  const wanted = scopes.filter(
    (scope) => scope !== 'offline_access' && !granted.scopes.includes(scope),
  )
  const facts: ConnectionFacts = {
    kind: 'authorization-code',
    issuer: server.issuer,
    resource,
    client,
    wanted,
    reason: wanted.length === 0 ? null : SCOPES_DECLINED,
  }
  const event = {
    event: 'connection.opened',
    ...(place.owner === 'shared' ? {} : { subject: place.owner }),
    target: place.server,
    detail: { owner: place.owner, issuer: server.issuer, client, scopes: granted.scopes },
    by,
  } as const
  return witnessed(parts.witness, event, () => parts.rows.replace(place, facts, granted))
}

function unreadable(): GatewayError {
  return new GatewayError(
    'interaction_unknown',
    'the answer of the authorization server is not readable',
  )
}
