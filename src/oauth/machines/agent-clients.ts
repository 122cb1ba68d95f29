import type { Agent, Principals } from '../../kernel/accounts.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { AgentClients } from '../engine/ports.ts'
import type { ClientMetadata } from '../parts.ts'
import { activeAgent } from './active-agent.ts'
import { CLIENT_CREDENTIALS, JWT_BEARER, TOKEN_EXCHANGE } from './grant-types.ts'
import { SIGNATURES } from './verify-jwt.ts'
import type { Voucher } from './voucher.ts'

interface AgentClientsOptions {
  readonly principals: Principals
  readonly voucher: Voucher
  readonly now: () => number
}

/**
 * Agents as OAuth clients that authenticate by `private_key_jwt` with the keys of the directory. Always
 * read anew: a key that was taken away, or an agent that was disabled, is so at once.
 */
export function agentClients({ principals, voucher, now }: AgentClientsOptions): AgentClients {
  return {
    async find(id) {
      const agent = await activeAgent(principals, id, now())
      return agent === undefined ? undefined : metadataOf(agent, voucher)
    },
    vouch: (form, from) => voucher.vouch(form, from),
  }
}

function metadataOf(agent: Agent, { key }: Voucher): ClientMetadata {
  const own = agent.keys.flatMap(verifying)
  // The key of this process speaks for platforms, so only for agents that trust one.
  const keys = agent.workloads.length === 0 ? own : [...own, key]
  return {
    client_id: agent.id,
    client_name: agent.name,
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: [CLIENT_CREDENTIALS, TOKEN_EXCHANGE, JWT_BEARER],
    response_types: [],
    redirect_uris: [],
    jwks: { keys },
  }
}

/** A key with the one algorithm that it verifies, so that no header can choose a weaker one. */
function verifying(key: JsonObject): readonly JsonObject[] {
  const { kty, crv, kid, use, x, y, n, e } = key
  const fitting = Object.keys(SIGNATURES).filter(
    (name) => SIGNATURES[name]?.kty === kty && SIGNATURES[name]?.crv === crv,
  )
  const alg = key['alg'] ?? fitting[0]
  if ((use !== undefined && use !== 'sig') || typeof alg !== 'string' || !fitting.includes(alg))
    return []
  const common = { kty, use: 'sig', ...(kid === undefined ? {} : { kid }) }
  // RFC 8037 and RFC 9864 name the algorithm of this curve differently, so the curve decides.
  if (kty === 'OKP') return [{ ...common, crv, x }]
  return [{ ...common, alg, ...(kty === 'EC' ? { crv, x, y } : { n, e }) }]
}
