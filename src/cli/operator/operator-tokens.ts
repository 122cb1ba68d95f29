import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { importJWK, SignJWT } from 'jose'
import { OPERATOR_PATH, OPERATOR_TYPE } from '../../oauth/operator/operator.ts'
import { CommandError } from '../command-error.ts'
import { readText } from '../read-text.ts'
import type { OperatorKey } from './operator-key.ts'

/** What a token is asked for. */
export interface OperatorRequest {
  /** `user:id` or `agent:id`. */
  readonly subject: string
  /** Canonical address of what it is for. */
  readonly resource: string
  readonly scopes: readonly string[]
  /** Milliseconds; the gateway's own if not given, an hour at the most. */
  readonly lifetime?: number
}

export interface OperatorToken {
  readonly token: string
  readonly grant: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** Sends a form to the gateway. */
export type SendWord = (path: string, body: string) => Promise<IncomingMessage>

const LIFE_OF_WORD = '30s'
const MOST_BYTES = 16_384

/**
 * Asks the gateway for a token, as the operator of its machine (see `oauth/operator`).
 *
 * @param issuer of the gateway.
 * @throws {CommandError} `authentication` when the gateway refuses.
 */
export async function operatorToken(
  { private: jwk }: OperatorKey,
  issuer: string,
  request: OperatorRequest,
  send: SendWord,
): Promise<OperatorToken> {
  const { subject, resource, scopes, lifetime } = request
  const word = await new SignJWT({
    resource,
    scope: scopes.join(' '),
    ...(lifetime === undefined ? {} : { lifetime }),
  })
    .setProtectedHeader({ alg: 'ES256', typ: OPERATOR_TYPE })
    .setIssuer('operator')
    .setAudience(issuer)
    .setSubject(subject)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(LIFE_OF_WORD)
    .sign(await importJWK(jwk, 'ES256'))
  const response = await send(OPERATOR_PATH, word)
  const text = await readText(response, MOST_BYTES)
  if (response.statusCode !== 200) throw refused(response.statusCode, text)
  const { access_token, expires_in, grant } = JSON.parse(text)
  return { token: access_token, grant, expires: Date.now() + expires_in * 1_000 }
}

function refused(status: number | undefined, text: string): CommandError {
  const why = /"error_description":"([^"\\]{1,200})"/.exec(text)?.[1] ?? `status ${status}`
  return new CommandError(`the gateway gives no token: ${why}`, {
    exit: 'authentication',
    fix: 'check that `--data-dir` names the data directory of that gateway, and the clock of this machine',
  })
}
