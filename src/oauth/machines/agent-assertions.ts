import type { Agent } from '../../kernel/accounts.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Once } from '../../kernel/once.ts'
import { agentKeys } from './agent-keys.ts'
import { JwtRefusal, SIGNATURES, SKEW, verifyJwt } from './verify-jwt.ts'

/** Believes what agents say of themselves (RFC 7523 section 2.2). */
export interface AgentAssertions {
  /** @throws JwtRefusal; GatewayError `store_unavailable`. */
  check(agent: Agent, token: string): Promise<void>
}

interface AgentAssertionsOptions {
  /** Our own issuer identifier. */
  readonly issuer: string
  readonly once: Once
  readonly now: () => number
}

/** Seconds that an agent's assertion may be good for. */
const MAX_LIFE = 300

/**
 * The library verifies the same assertions, too, but tells nobody of those that it refuses: here they
 * are found out with a reason, before.
 */
export function agentAssertions({ issuer, once, now }: AgentAssertionsOptions): AgentAssertions {
  return {
    async check(agent, token) {
      const keys: readonly JsonObject[] = agentKeys(agent)
      const { subject, expires, claims } = await verifyJwt(token, {
        types: [undefined, 'JWT', 'jwt', 'client-authentication+jwt'],
        algorithms: Object.keys(SIGNATURES),
        issuer: agent.id,
        audiences: new Set([issuer]),
        keys: async () => keys,
        now: now(),
      })
      const { aud, jti } = claims
      if (subject !== agent.id) throw new JwtRefusal('wrong subject')
      if (aud !== issuer) throw new JwtRefusal('wrong audience')
      if (expires - now() / 1_000 > MAX_LIFE + SKEW) throw new JwtRefusal('good for too long')
      if (typeof jti !== 'string' || jti === '') throw new JwtRefusal('no `jti`')
      const key = JSON.stringify(['agent assertion', agent.id, jti])
      if (!(await once.first(key, (expires + SKEW) * 1_000))) throw new JwtRefusal('used before')
    },
  }
}
