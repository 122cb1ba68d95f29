import { allowInsecureRequests, type ClientAuth, Configuration, customFetch } from 'openid-client'
import type { SafeFetch } from '../../../kernel/safe-fetch.ts'
import type { AuthorizationServer } from '../discovery/authorization-server.ts'

/** Seconds for one answer: less than a lease. */
const TIMEOUT = 10

/**
 * An authorization server as the OAuth library knows it. Nothing goes out but by the given fetch,
 * which decides where it may go.
 */
export function configurationOf(
  server: AuthorizationServer,
  client: string,
  proves: ClientAuth,
  fetch: SafeFetch,
): Configuration {
  const configuration = new Configuration(
    {
      issuer: server.issuer,
      authorization_response_iss_parameter_supported: server.namesItself,
      ...(server.authorization === undefined
        ? {}
        : { authorization_endpoint: server.authorization }),
      ...(server.token === undefined ? {} : { token_endpoint: server.token }),
      ...(server.revocation === undefined ? {} : { revocation_endpoint: server.revocation }),
    },
    client,
    undefined,
    proves,
  )
  configuration.timeout = TIMEOUT
  configuration[customFetch] = async (url, { method, headers, body, signal }) =>
    fetch(url, {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      ...(body === undefined || body === null ? {} : { body: String(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  // Every endpoint was checked when the metadata was read.
  if (server.token?.startsWith('http:') === true) allowInsecureRequests(configuration)
  return configuration
}
