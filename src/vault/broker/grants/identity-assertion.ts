import { GatewayError } from '../../../kernel/errors.ts'
import { registered } from '../client/clients.ts'
import { checkAddress, rulesOf } from '../discovery/address.ts'
import type { AuthorizationServer } from '../discovery/authorization-server.ts'
import type { Found } from '../discovery/discover.ts'
import type { Parts } from '../parts.ts'
import { refusedServer } from '../refusals.ts'
import { askForTokens } from './ask.ts'
import type { MachineGrant } from './machine.ts'
import { subjectToken } from './subject-token.ts'

const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag'

/**
 * Has the identity provider vouch for the subject at another authorization server (Identity Assertion
 * Authorization Grant): an exchange there, whose result is shown here.
 *
 * @throws GatewayError `credential_unavailable`, `authorization_server_refused`; as `askForTokens`.
 */
export async function identityAssertion(
  parts: Parts,
  grant: MachineGrant,
  { server, resource, scopes }: Found,
): Promise<string> {
  const { settings, place } = grant
  const provider = settings.identityProvider
  const client = provider?.client ?? settings.client
  if (provider === undefined || client === undefined)
    throw new GatewayError(
      'credential_unavailable',
      `configure \`authorization.identityProvider\` of ${place.server}`,
    )
  const at = await providerServer(parts, grant, provider)
  const token = await subjectToken(parts, grant, provider.issuer)
  const answer = await askForTokens(
    parts,
    { server: at, client: registered(client), owner: place.owner },
    'urn:ietf:params:oauth:grant-type:token-exchange',
    {
      requested_token_type: ID_JAG,
      audience: settings.audience ?? server.issuer,
      resource,
      ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
      subject_token: token,
      subject_token_type: settings.subjectTokenType ?? 'urn:ietf:params:oauth:token-type:id_token',
    },
    '',
  )
  if (answer['issued_token_type'] !== ID_JAG)
    throw refusedServer('the identity provider gave something else than an identity assertion')
  return answer.access_token
}

async function providerServer(
  { discovery }: Parts,
  { server }: MachineGrant,
  { issuer, tokenEndpoint }: { readonly issuer: string; readonly tokenEndpoint?: string },
): Promise<AuthorizationServer> {
  if (tokenEndpoint === undefined) return discovery.issuer(issuer, server)
  const token = checkAddress(tokenEndpoint, rulesOf(issuer), 'the token endpoint')
  return { issuer, token, pkce: true, namesItself: false, clientDocuments: false, binds: false }
}
