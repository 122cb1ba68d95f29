import { toGatewayError } from '../../../kernel/errors.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import type { SafeFetch } from '../../../kernel/safe-fetch.ts'
import type { AuthorizationServer } from '../discovery/authorization-server.ts'
import { objectOf, textOf } from '../discovery/read-document.ts'
import { errorCodeOf, refusedServer } from '../refusals.ts'
import type { ClientMethod } from '../settings.ts'

/** What an authorization server registered. */
export interface Registration {
  readonly id: string
  /** Empty where there is none. */
  readonly secret: string
  readonly method: ClientMethod
  /** Milliseconds since the epoch; null where it does not end. */
  readonly expires: number | null
}

/** Preferred first. */
const METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const

/**
 * Registers the gateway (RFC 7591).
 *
 * @throws GatewayError `authorization_server_refused`.
 */
export async function register(
  fetch: SafeFetch,
  server: AuthorizationServer,
  endpoint: string,
  metadata: JsonObject,
): Promise<Registration> {
  const supported = server.methods ?? ['client_secret_basic']
  const method = METHODS.find((one) => supported.includes(one))
  if (method === undefined)
    throw refusedServer('the authorization server has no way to authenticate that we know')
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ ...metadata, token_endpoint_auth_method: method }),
  }).catch((error: unknown) => {
    const { message, detail } = toGatewayError(error)
    throw refusedServer(`the authorization server cannot be asked: ${message}`, detail, error)
  })
  const text = await textOf(answer, endpoint)
  if (answer.status !== 201 && answer.status !== 200)
    throw refusedServer(
      `the authorization server does not register us: ${refusalIn(answer, text, endpoint)}`,
    )
  return read(objectOf(text, endpoint), method)
}

function refusalIn({ status }: Response, text: string, endpoint: string): string {
  try {
    return errorCodeOf(objectOf(text, endpoint)['error'])
  } catch {
    return `status ${status}`
  }
}

function read(fields: Readonly<Record<string, unknown>>, asked: ClientMethod): Registration {
  const { client_id: id, client_secret: secret, client_secret_expires_at: ends } = fields
  if (typeof id !== 'string' || !/^[\x20-\x7e]{1,2048}$/.test(id))
    throw refusedServer('the authorization server registered no client')
  if (secret !== undefined && (typeof secret !== 'string' || secret.length > 4_096))
    throw refusedServer('the authorization server registered a client without a usable secret')
  const said = METHODS.find((one) => one === fields['token_endpoint_auth_method'])
  const method = said ?? asked
  const has = secret !== undefined && secret !== ''
  return {
    id,
    secret: secret ?? '',
    method: method !== 'none' && !has ? 'none' : method,
    expires: typeof ends === 'number' && ends > 0 ? ends * 1_000 : null,
  }
}
