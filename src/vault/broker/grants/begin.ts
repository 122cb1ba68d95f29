import { buildAuthorizationUrl, calculatePKCECodeChallenge, None } from 'openid-client'
import type { Connecting } from '../../../kernel/vault.ts'
import { callbackOf } from '../client/client-document.ts'
import type { Found } from '../discovery/discover.ts'
import type { Parts, TokenPlace } from '../parts.ts'
import { configurationOf } from '../protocol/configuration.ts'
import { randomText } from '../protocol/digest.ts'
import { newKey, readKey, thumbprint } from '../protocol/proof-key.ts'
import { refusedServer } from '../refusals.ts'
import type { BrokerSettings } from '../settings.ts'
import { type ConnectionRow, scopesIn } from '../tokens/connection-rows.ts'
import { mustBind, wantsBinding } from './binding.ts'
import { keepPending } from './pending.ts'
import { checkPinned } from './pinned.ts'

/**
 * Where a person's browser goes to consent (OAuth 2.1 section 4.1.1): with PKCE, the resource, and a
 * `state` that says nothing.
 *
 * @throws GatewayError `authorization_server_refused`.
 */
export async function beginCode(
  parts: Parts,
  who: Pick<Connecting, 'user' | 'session'>,
  place: TokenPlace,
  settings: BrokerSettings,
  found: Found,
  row: ConnectionRow | undefined,
): Promise<string> {
  checkAble(found, settings)
  await checkPinned(parts, place.server, settings, found.server)
  const client = await parts.clients.ensure(found.server, settings.client)
  const proof = wantsBinding(settings, found) ? await newKey() : ''
  const scopes = scopesToAsk(found, row)
  const verifier = randomText()
  const pending = {
    place,
    server: found.server,
    client: client.id,
    verifier,
    resource: found.resource,
    scopes,
    proof,
    mustBind: mustBind(settings, found),
  }
  const state = await keepPending(parts, who, pending)
  const configuration = configurationOf(found.server, client.id, None(), parts.fetch)
  return buildAuthorizationUrl(configuration, {
    response_type: 'code',
    redirect_uri: callbackOf(parts.issuer),
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    resource: found.resource,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(proof === '' ? {} : { dpop_jkt: await thumbprint(await readKey(proof)) }),
    // OpenID Connect Core section 11: no refresh token without it.
    ...(scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
  }).href
}

/**
 * Scopes to ask for: what the server wants, what was granted before, and what was missing. Lasting access
 * is asked for where the authorization server has a scope for it.
 */
export function scopesToAsk(found: Found, row: ConnectionRow | undefined): readonly string[] {
  const same = row?.issuer === found.server.issuer && row.resource === found.resource
  const before = same ? [...scopesIn(row.scopes), ...scopesIn(row.wanted)] : []
  const scopes = new Set([...(found.scopes ?? []), ...before])
  if (found.server.scopes?.includes('offline_access') === true) scopes.add('offline_access')
  else scopes.delete('offline_access')
  return [...scopes]
}

function checkAble({ server }: Found, settings: BrokerSettings): void {
  if (server.authorization === undefined || server.token === undefined)
    throw refusedServer('the authorization server has no endpoints to connect at')
  if (!server.pkce && !settings.allowWithoutPkce)
    throw refusedServer('the authorization server does not say that it supports PKCE with S256')
}
