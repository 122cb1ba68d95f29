import type { Credential } from '../credential.ts'
import type { OperatorKey } from './operator-key.ts'
import { type OperatorToken, operatorToken, type SendWord } from './operator-tokens.ts'

/** Milliseconds before its end from which on a token is not used any more. */
const MARGIN = 15_000

/** What the operator's own programs show: short-lived tokens, one for each address. */
export function operatorCredential(
  key: () => OperatorKey,
  issuer: () => string,
  send: SendWord,
  subject = 'user:owner',
): Credential {
  const tokens = new Map<string, Promise<OperatorToken>>()
  const fresh = async (address: string): Promise<OperatorToken> => {
    const known = await tokens.get(address)
    if (known !== undefined && known.expires - Date.now() > MARGIN) return known
    const next = operatorToken(
      key(),
      issuer(),
      { subject, resource: address, scopes: ['execute'] },
      send,
    )
    tokens.set(address, next)
    next.catch(() => tokens.delete(address))
    return next
  }
  return {
    async headers({ address }) {
      return { authorization: `Bearer ${(await fresh(address)).token}` }
    },
    async refused({ address }, { statusCode }) {
      return statusCode === 401 && tokens.delete(address)
    },
  }
}
