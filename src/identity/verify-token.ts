import type { FetchDocument } from '../kernel/fetch-document.ts'
import type { Clock } from '../kernel/ports.ts'
import type { ExternalIssuer } from './external-issuer.ts'
import { verifyExternalToken } from './external-token.ts'
import type { KeySet } from './key-set.ts'
import { verifyOwnToken } from './own-token.ts'
import { readToken } from './read-token.ts'
import { invalidToken } from './refusal.ts'
import { remoteKeys } from './remote-keys.ts'
import type { VerifiedToken } from './verified-token.ts'

export interface VerifierOptions {
  /** Our own issuer, exactly, and its keys. */
  readonly issuer: string
  readonly keys: KeySet
  readonly external: readonly ExternalIssuer[]
  readonly fetch: FetchDocument
  readonly clock: Clock
}

/**
 * Verifies tokens, each as its issuer writes them, but not for what they are used.
 *
 * The verifier throws GatewayError `token_invalid`; `store_unavailable` when keys are not known.
 */
export function tokenVerifier(options: VerifierOptions): (token: string) => Promise<VerifiedToken> {
  const { fetch, clock } = options
  const others = new Map(
    options.external.map((issuer) => [
      issuer.issuer,
      { issuer, keys: remoteKeys({ url: issuer.keys, fetch, clock }) },
    ]),
  )
  return async (compact) => {
    const token = readToken(compact)
    if (token.issuer === options.issuer) return verifyOwnToken(token, options.keys, clock())
    const other = others.get(token.issuer)
    if (other === undefined) throw invalidToken('its issuer is not known')
    return verifyExternalToken(other.issuer, token, other.keys, clock())
  }
}
