import type { JsonObject } from '../../../kernel/json.ts'

/** Where authorization servers send people back to, the same for all of them. */
export function callbackOf(issuer: string): string {
  return `${issuer}/connect/callback`
}

/** What the gateway says of itself as a client (RFC 7591 section 2), in its document and when it registers. */
export function clientMetadata(issuer: string): JsonObject {
  return {
    client_name: 'Bailiwick',
    client_uri: issuer,
    redirect_uris: [callbackOf(issuer)],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: issuer.startsWith('https:') ? 'web' : 'native',
  }
}

/** Its metadata document: the address of it is its id. */
export function clientDocument(issuer: string, id: string): JsonObject {
  return { client_id: id, ...clientMetadata(issuer), token_endpoint_auth_method: 'none' }
}
