import { type Configuration, genericGrantRequest, type TokenEndpointResponse } from 'openid-client'
import type { CredentialOwner } from '../../../kernel/credential.ts'
import type { Client } from '../client/client.ts'
import { proofOf } from '../client/prove.ts'
import type { AuthorizationServer } from '../discovery/authorization-server.ts'
import type { Parts } from '../parts.ts'
import { configurationOf } from '../protocol/configuration.ts'
import { type ProofKey, proofsAt, readKey } from '../protocol/proof-key.ts'
import { refusedServer } from '../refusals.ts'

/** One client at one authorization server, for one owner. */
export interface Party {
  readonly server: AuthorizationServer
  readonly client: Client
  readonly owner: CredentialOwner
}

/**
 * The library's view of a party.
 *
 * @throws GatewayError `credential_unavailable` where the client's secret cannot be read.
 */
export async function configured(
  { fetch, keys }: Pick<Parts, 'fetch' | 'keys'>,
  { server, client, owner }: Party,
): Promise<Configuration> {
  return configurationOf(server, client.id, await proofOf(client, owner, keys), fetch)
}

/**
 * Asks a token endpoint (RFC 6749 section 4.5). `proof`: the key to bind tokens to, as a private JWK;
 * empty for none.
 *
 * @throws as the library, and GatewayError `credential_unavailable`, `authorization_server_refused`.
 */
export async function askForTokens(
  parts: Pick<Parts, 'fetch' | 'keys'>,
  party: Party,
  grant: string,
  parameters: Readonly<Record<string, string>>,
  proof: string,
): Promise<TokenEndpointResponse> {
  if (party.server.token === undefined)
    throw refusedServer('the authorization server has no token endpoint')
  const configuration = await configured(parts, party)
  const key: ProofKey | undefined = proof === '' ? undefined : await readKey(proof)
  const bound = key === undefined ? {} : { DPoP: proofsAt(configuration, key) }
  return genericGrantRequest(configuration, grant, parameters, bound)
}
