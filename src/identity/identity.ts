import type { JSONWebKeySet } from 'jose'
import type { Principals } from '../kernel/accounts.ts'
import type { Authenticator, Revocation } from '../kernel/authentication.ts'
import type { InboundToken } from '../kernel/credential.ts'
import type { Witness } from '../kernel/event.ts'
import type { FetchDocument } from '../kernel/fetch-document.ts'
import type { Once } from '../kernel/once.ts'
import type { Clock } from '../kernel/ports.ts'
import type { ChangeFeed, SeenChange } from '../store/change-feed.ts'
import { authenticateWith } from './authenticate.ts'
import { challenger } from './challenge.ts'
import { denylist } from './denylist.ts'
import { checkExternalIssuers, type ExternalIssuer } from './external-issuer.ts'
import type { BearerPolicy } from './fault.ts'
import { type Handler, metadataRoutes } from './metadata.ts'
import { misuseWitness } from './misuse.ts'
import { newsOf } from './news.ts'
import { nonces } from './nonces.ts'
import { ownKeys } from './own-keys.ts'
import { proofChecker } from './proof.ts'
import { standings } from './standings.ts'
import { tokenCache } from './token-cache.ts'
import { tokenVerifier } from './verify-token.ts'

export interface IdentityOptions {
  /** Scheme and authority under which requests come, the canonical one first, then aliases. */
  readonly origins: readonly string[]
  /** Which paths are resources. */
  readonly paths: (path: string) => boolean
  /** The resource that clients get to that look for metadata at the root. */
  readonly fallback: string
  /** Our own authorization server. `keys`: its public keys that are good now, or will be soon. */
  readonly issuer: { readonly issuer: string; readonly keys: () => Promise<JSONWebKeySet> }
  readonly principals: Principals
  /** Opens the feed of changes; closed with the rest. */
  readonly feed: (onChange: (change: SeenChange) => void) => Promise<ChangeFeed>
  /** Remembers proofs. May be of this process alone if the secret below is. */
  readonly once: Once
  readonly external: readonly ExternalIssuer[]
  /** For the keys of the external ones. */
  readonly fetch: FetchDocument
  /** Where policy lets tokens pass that are bound to no key. */
  readonly bearer: BearerPolicy
  /** Nonces of proofs (RFC 9449 section 9); 32 bytes of secret, the same for all replicas. */
  readonly nonces: { readonly secret: Uint8Array; readonly use: 'required' | 'optional' }
  /**
   * What happens to tokens while the database cannot be reached, and revocations with it:
   * `until-expiry` takes those whose subject is known here until they are over.
   */
  readonly whenStoreIsLost: 'deny' | 'until-expiry'
  readonly clock: Clock
  readonly witness: Witness
  /**
   * Hears of each token that verified, when that happened anew, and until when it is good (milliseconds
   * since the epoch): before anything is done for who sent it. Must not throw.
   */
  readonly onInbound?: (token: InboundToken, expires: number) => void
}

/** The resource server (OAuth 2.1 section 5): who sends a request, and by what right. */
export interface Identity {
  readonly authenticator: Authenticator
  /** Metadata of the resources (RFC 9728) by path; undefined for other paths. */
  readonly routes: (path: string) => Handler | undefined
  /**
   * Tells of each revocation from now on, after it took effect on new requests. Returns what ends
   * that. A listener must not throw.
   */
  onEnded(listener: (revocation: Revocation) => void): () => void
  /** Takes revocations of this process into effect at once; other replicas hear of them by the feed. */
  end(revocations: readonly Revocation[]): void
  /** Hears of all changes that are committed by now: for who just committed one. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the resource server; all revocations that count are known when this resolves.
 *
 * @throws GatewayError `store_unavailable`; RangeError for options that cannot be meant.
 */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { origins, paths, issuer, external, bearer, clock, principals } = options
  checkExternalIssuers(issuer.issuer, external)
  const made = nonces(options.nonces.secret, clock)
  const denied = denylist(clock)
  const cache = tokenCache()
  const known = standings(principals, clock)
  const keys = ownKeys(issuer.keys, clock)
  const listeners = new Set<(revocation: Revocation) => void>()

  const end = (revocation: Revocation): void => {
    const { kind, id } = revocation
    if (kind === 'user' || kind === 'agent') known.forget(kind, id)
    // Told again by the feed, and after it was lost: what began since then is not ended by it.
    if (denied.add(revocation)) for (const listener of listeners) listener(revocation)
  }
  const feed = await options.feed(({ kind, id, what, at }) => {
    if (kind === 'key') {
      keys.forget()
      cache.clear()
      return
    }
    if (kind === 'credential') return
    if (what === 'revoked') end({ kind, id, at })
    else if (kind === 'user' || kind === 'agent') known.forget(kind, id)
  })

  const bearerAtAll = (): boolean => bearer !== 'never'
  const named = external.filter(({ discovery }) => discovery === 'named')
  return {
    authenticator: {
      authenticate: authenticateWith({
        ...{ cache, standings: known, denied, bearer, origins, paths, principals, clock },
        verify: tokenVerifier({
          issuer: issuer.issuer,
          keys,
          external,
          fetch: options.fetch,
          clock,
        }),
        checkProof: proofChecker({
          ...{ nonces: made, nonce: options.nonces.use, once: options.once, clock },
        }),
        news: newsOf(feed, clock),
        nonces: made,
        misused: misuseWitness(options.witness, clock),
        whenStoreIsLost: options.whenStoreIsLost,
        onInbound: options.onInbound,
      }),
      challenge: challenger({ origins, paths, nonce: made.current, bearer: bearerAtAll }),
    },
    routes: metadataRoutes({
      ...{ origins, paths, fallback: options.fallback, bearer: bearerAtAll },
      issuers: [issuer.issuer, ...named.map((one) => one.issuer)],
    }),
    onEnded(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    end: (revocations) => revocations.forEach(end),
    refresh: feed.poke,
    close: feed.close,
  }
}
