import { GatewayError } from '../../../kernel/errors.ts'
import type { Subject } from '../../../kernel/subject.ts'
import { registered } from '../client/clients.ts'
import type { Found } from '../discovery/discover.ts'
import type { Parts, TokenPlace } from '../parts.ts'
import { grantedBy } from '../protocol/granted.ts'
import { newKey } from '../protocol/proof-key.ts'
import type { BrokerServer, BrokerSettings } from '../settings.ts'
import type { ConnectionRow } from '../tokens/connection-rows.ts'
import { scopesIn } from '../tokens/connection-rows.ts'
import { askForTokens, type Party } from './ask.ts'
import { mustBind, wantsBinding } from './binding.ts'
import { identityAssertion } from './identity-assertion.ts'
import { checkPinned } from './pinned.ts'
import type { Renewal } from './refresh.ts'
import { subjectToken } from './subject-token.ts'

/** Who a token without consent is had for. */
export interface MachineGrant {
  readonly place: TokenPlace
  readonly server: BrokerServer
  readonly settings: BrokerSettings
  /** Absent where nobody calls just now. */
  readonly subject: Subject | undefined
}

/**
 * Has a token that needs nobody's consent: for the gateway itself (RFC 6749 section 4.4), in exchange
 * (RFC 8693), or for an identity provider's assertion (RFC 7523).
 *
 * @throws GatewayError `authorization_server_refused`, `credential_unavailable`; as `askForTokens`.
 */
export async function machineTokens(
  parts: Parts,
  row: ConnectionRow,
  grant: MachineGrant,
): Promise<Renewal> {
  const { settings, place } = grant
  const found = await parts.discovery.find(place.server, grant.server)
  const known = settings.client
  if (known === undefined)
    throw new GatewayError(
      'credential_unavailable',
      `configure \`authorization.client\` of ${place.server}`,
    )
  await checkPinned(parts, place.server, settings, found.server)
  const party: Party = { server: found.server, client: registered(known), owner: place.owner }
  const proof = wantsBinding(settings, found) ? await newKey() : ''
  const scopes = [...new Set([...(found.scopes ?? []), ...scopesIn(row.wanted)])]
  const { name, parameters } = await grantOf(parts, grant, found)
  const common = {
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    resource: found.resource,
  }
  const answer = await askForTokens(parts, party, name, { ...common, ...parameters }, proof)
  const asked = { proof, mustBind: mustBind(settings, found), scopes, refresh: '' }
  const granted = { ...grantedBy(answer, asked, parts.clock()), refresh: '' }
  const facts = {
    kind: settings.kind,
    issuer: found.server.issuer,
    resource: found.resource,
    client: known.id,
    wanted: [],
    reason: null,
  }
  return { facts, granted }
}

async function grantOf(
  parts: Parts,
  grant: MachineGrant,
  found: Found,
): Promise<{ readonly name: string; readonly parameters: Readonly<Record<string, string>> }> {
  const { settings } = grant
  switch (settings.kind) {
    case 'client-credentials':
      return { name: 'client_credentials', parameters: {} }
    case 'token-exchange': {
      const token = await subjectToken(parts, grant, found.server.issuer)
      return {
        name: 'urn:ietf:params:oauth:grant-type:token-exchange',
        parameters: {
          subject_token: token,
          subject_token_type:
            settings.subjectTokenType ??
            `urn:ietf:params:oauth:token-type:${settings.subjectToken === undefined ? 'jwt' : 'access_token'}`,
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          ...(settings.audience === undefined ? {} : { audience: settings.audience }),
        },
      }
    }
    case 'identity-assertion':
      return {
        name: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        parameters: { assertion: await identityAssertion(parts, grant, found) },
      }
    case 'authorization-code':
    case 'none':
      throw new Error(`${settings.kind} is not had without a person`)
  }
}
