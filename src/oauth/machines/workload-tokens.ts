import type { Agent, WorkloadTrust } from '../../kernel/accounts.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Once } from '../../kernel/once.ts'
import { buckets } from '../buckets.ts'
import type { KeySets, KeySource } from './key-sets.ts'
import { JwtRefusal, peekJwt, SIGNATURES, SKEW, type VerifiedJwt, verifyJwt } from './verify-jwt.ts'

/** A platform whose keys its own metadata does not lead to, such as a cluster inside a network. */
export interface Platform {
  readonly issuer: string
  /** Where its keys are; absent when `keys` are given. */
  readonly jwksUri?: string
  /** Its keys (RFC 7517), for a platform that cannot be reached. */
  readonly keys?: readonly JsonObject[]
}

/** Believes tokens that platforms give to their workloads. */
export interface WorkloadTokens {
  /**
   * Verifies that a token is a platform's word for the agent, exactly as it was registered.
   *
   * @throws JwtRefusal; GatewayError and KeySetError when the platform's keys cannot be had.
   */
  check(agent: Agent, token: string): Promise<void>
}

interface WorkloadTokensOptions {
  readonly platforms: readonly Platform[]
  readonly keySets: KeySets
  readonly once: Once
  readonly now: () => number
}

/** Seconds that a platform's token may be old: workloads get new ones long before that. */
const MAX_AGE = 60 * 60

/**
 * Seconds of life below which a token is good once. Kubernetes gives none shorter, and mounts them as
 * files that a workload reads again and again; who gives shorter ones gives a new one for each use.
 */
const READ_AGAIN = 600

/** Uses of one such token in a row, and milliseconds until the next. */
const USES = { most: 30, every: 2_000, maxKeys: 10_000 }

export function workloadTokens(options: WorkloadTokensOptions): WorkloadTokens {
  const { platforms, keySets, once, now } = options
  const sources = new Map(platforms.map((platform) => [platform.issuer, sourceOf(platform)]))
  const uses = buckets({ ...USES, overflow: 'forget', clock: now })

  async function use({ signed, issued, expires }: VerifiedJwt): Promise<void> {
    const key = sha256(`workload ${signed}`)
    if (expires - issued < READ_AGAIN) {
      if (await once.first(key, (expires + SKEW) * 1_000)) return
      throw new JwtRefusal('used before')
    }
    if (uses.take(key) > 0) throw new JwtRefusal('used too often')
  }

  return {
    async check(agent, token) {
      const { issuer, subject, audiences } = trustFor(agent, token)
      const source = sources.get(issuer) ?? ({ kind: 'discovered', issuer } as const)
      const verified = await verifyJwt(token, {
        types: [undefined, 'JWT', 'jwt'],
        algorithms: Object.keys(SIGNATURES),
        issuer,
        audiences,
        keys: (kid) => keySets.keys(source, kid),
        now: now(),
      })
      if (verified.subject !== subject) throw new JwtRefusal('wrong subject')
      if (now() / 1_000 - verified.issued > MAX_AGE + SKEW) throw new JwtRefusal('too old')
      await use(verified)
    },
  }
}

function sourceOf({ jwksUri, keys }: Platform): KeySource {
  if (keys !== undefined) return { kind: 'given', keys }
  if (jwksUri !== undefined) return { kind: 'address', url: jwksUri }
  throw new TypeError('a platform needs `jwksUri` or `keys`')
}

/** What the agent's registration says of the token's issuer and subject, before any key is fetched. */
function trustFor({ workloads }: Agent, token: string) {
  const { iss, sub } = peekJwt(token)?.claims ?? {}
  const trusted = workloads.filter(({ issuer, subject }) => issuer === iss && subject === sub)
  const [first] = trusted
  if (first === undefined) throw new JwtRefusal('not the word of a platform that is trusted')
  return { ...first, audiences: new Set(trusted.map(({ audience }: WorkloadTrust) => audience)) }
}
