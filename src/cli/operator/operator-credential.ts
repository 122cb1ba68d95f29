import type { Credential } from '../credential.ts'
import { ADMIN_PATH } from '../identity/resources.ts'
import type { OperatorKey } from './operator-key.ts'
import { type OperatorToken, operatorToken, type SendWord } from './operator-tokens.ts'

/** Milliseconds before its end from which on a token is not used any more. */
const MARGIN = 15_000
/** Milliseconds that a token is good for, and with it the grant that it leaves. */
const LIFETIME = 5 * 60_000

/** What the operator's own programs show: short-lived tokens, one for each resource. */
export function operatorCredential(
  key: () => OperatorKey,
  issuer: () => string,
  send: SendWord,
  subject = 'user:owner',
): Credential {
  const tokens = new Map<string, Promise<OperatorToken>>()
  const fresh = async (resource: string): Promise<OperatorToken> => {
    const known = await tokens.get(resource)
    if (known !== undefined && known.expires - Date.now() > MARGIN) return known
    const scopes = resource === issuer() + ADMIN_PATH ? ['write'] : ['execute']
    const next = operatorToken(
      key(),
      issuer(),
      { subject, resource, scopes, lifetime: LIFETIME },
      send,
    )
    tokens.set(resource, next)
    next.catch(() => tokens.delete(resource))
    return next
  }
  return {
    async headers({ resource }) {
      return { authorization: `Bearer ${(await fresh(resource)).token}` }
    },
    async refused({ resource }, { statusCode }) {
      return statusCode === 401 && tokens.delete(resource)
    },
  }
}
