import type { IncomingMessage } from 'node:http'

/** A request for which credentials are needed. */
export interface CredentialRequest {
  readonly method: string
  /** Canonical address of what is asked: the issuer's origin and the path. */
  readonly address: string
  /** Canonical address of the resource that it belongs to: what tokens for it are for. */
  readonly resource: string
}

/** How a program shows the gateway who it is. */
export interface Credential {
  /** Headers for one request. @throws {CommandError} `authentication` when there is nothing to show. */
  headers(request: CredentialRequest): Promise<Readonly<Record<string, string>>>
  /**
   * Looks at a refusal (401 or 403), whose body is left alone.
   *
   * @returns true when the request should be sent once more.
   */
  refused(request: CredentialRequest, response: IncomingMessage): Promise<boolean>
}

/** A parameter of a `WWW-Authenticate` header; undefined when it is not there (RFC 9110 section 11.6.1). */
export function challengeParameter(response: IncomingMessage, name: string): string | undefined {
  const header = response.headers['www-authenticate'] ?? ''
  const [, value] = new RegExp(`[ ,]${name}="([^"\\\\]{0,4096})"`).exec(header) ?? []
  return value
}
