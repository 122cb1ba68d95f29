import type { Agent, Principals } from '../../kernel/accounts.ts'
import type { AgentClients } from '../engine/ports.ts'
import type { ClientMetadata } from '../parts.ts'
import { activeAgent } from './active-agent.ts'
import { agentKeys } from './agent-keys.ts'
import { CLIENT_CREDENTIALS, JWT_BEARER, TOKEN_EXCHANGE } from './grant-types.ts'
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
  const own = agentKeys(agent)
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
