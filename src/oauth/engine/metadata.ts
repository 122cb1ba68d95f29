import { ACCESS_LEVELS, OFFLINE_ACCESS } from '../../kernel/scope.ts'
import type { Engine } from './engine.ts'
import { PATHS } from './paths.ts'

/** What the library says of itself that is true of us, too. */
const KEPT = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'pushed_authorization_request_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'response_types_supported',
  'code_challenge_methods_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'dpop_signing_alg_values_supported',
  'authorization_response_iss_parameter_supported',
  'client_id_metadata_document_supported',
  'request_uri_parameter_supported',
] as const

/** Members that OpenID Connect Discovery 1.0 requires of everybody. */
const OPENID = ['subject_types_supported', 'id_token_signing_alg_values_supported'] as const

/** The metadata of this server (RFC 8414): exactly what is on. */
export function metadataOf(
  { settings: { publicOrigin, clients } }: Engine,
  told: Record<string, unknown>,
  path: string,
): Record<string, unknown> {
  const names = path === PATHS.openidMetadata ? [...KEPT, ...OPENID] : KEPT
  return {
    ...Object.fromEntries(names.map((name) => [name, told[name]])),
    response_modes_supported: ['query'],
    scopes_supported: [...ACCESS_LEVELS, OFFLINE_ACCESS],
    ...(clients.registration === undefined
      ? {}
      : { registration_endpoint: `${publicOrigin}${PATHS.register}` }),
  }
}
