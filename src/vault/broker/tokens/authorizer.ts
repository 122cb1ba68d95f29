import {
  type CredentialOwner,
  type OutgoingRequest,
  ownerOf,
  type RequestAuthorizer,
} from '../../../kernel/credential.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import type { Subject } from '../../../kernel/subject.ts'
import { readChallenges } from '../discovery/challenge.ts'
import type { Parts } from '../parts.ts'
import { proofFor } from '../protocol/proof-key.ts'
import { connectionRequired } from '../refusals.ts'
import { type BrokerServer, DEFAULT_SETTINGS } from '../settings.ts'
import { changeId } from './connection-rows.ts'
import { type Refused, settleRefusal } from './refused.ts'
import type { Held, TokenCache } from './token-cache.ts'
import type { TokenSource } from './token-source.ts'

/** Nonces of servers, by owner and server (RFC 9449 section 9). */
export type Nonces = Map<string, string>

const MOST_NONCES = 10_000
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/
const NOTHING: readonly string[] = []

interface AuthorizerParts {
  readonly parts: Parts
  readonly cache: TokenCache
  readonly source: TokenSource
  readonly nonces: Nonces
}

/** Whose credential a subject uses at a server. */
export function holderFor(
  { settings }: BrokerServer,
  subject: Pick<Subject, 'kind' | 'id'>,
): CredentialOwner {
  return settings?.holder === 'shared' ? 'shared' : ownerOf(subject)
}

/** What a subject shows to a server whose tokens the broker has. */
export function createAuthorizer(
  { parts, cache, source, nonces }: AuthorizerParts,
  name: string,
  server: BrokerServer,
  subject: Subject,
): RequestAuthorizer {
  const settings = server.settings ?? DEFAULT_SETTINGS
  const place = { server: name, owner: holderFor(server, subject) }
  const key = changeId(place)
  const { origin } = new URL(server.url)
  const inside = `${origin}/`

  const headersOf = (held: Held | undefined, request: OutgoingRequest) => {
    if (held === undefined) return nothing()
    if (!request.url.startsWith(inside) && request.url !== origin)
      throw new GatewayError('credential_unavailable', `a token of ${name} is sent nowhere else`)
    const { proof, token } = held
    if (proof === undefined) return held.headers
    const asked = { method: request.method, url: request.url, token, nonce: nonces.get(key) }
    return proofFor(proof, asked, parts).then((made) => [...held.headers, 'dpop', made])
  }
  const nothing = (): readonly string[] => {
    // What the operator configured is needed; else the server may not ask at all.
    if (server.settings !== undefined) throw connectionRequired(parts.issuer, name, 'not_connected')
    return NOTHING
  }
  const hear = (nonce: string): void => {
    if (!NONCE.test(nonce)) return
    if (nonces.size >= MOST_NONCES) nonces.clear()
    nonces.set(key, nonce)
  }
  return {
    headers(request) {
      const found = cache.get(key)
      if (found !== undefined) return headersOf(found.held, request)
      return source.current({ place, subject }).then((held) => headersOf(held, request))
    },
    async refused(refusal) {
      const challenge = readChallenges(refusal.challenges)
      if (refusal.status === 401) parts.discovery.hear(name, challenge)
      if (refusal.nonce !== undefined) hear(refusal.nonce)
      if (challenge.error === 'use_dpop_nonce' && refusal.nonce !== undefined)
        return refusal.attempts === 0
      const told: Refused = { place, server, settings, subject, challenge, refusal }
      return settleRefusal(parts, source, told)
    },
    heard: hear,
  }
}
