import type { Agent, Principals } from '../../kernel/accounts.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { MachineRequest } from '../engine/ports.ts'
import { activeAgent } from './active-agent.ts'

/**
 * The agent that sends a request, looked up anew: between its authentication and now it can have been
 * disabled.
 *
 * @throws OauthError `unauthorized_client` for a client that is no agent; `invalid_client` for an agent
 *   that may not act now.
 */
export async function authenticatedAgent(
  { client }: Pick<MachineRequest, 'client'>,
  principals: Pick<Principals, 'agent' | 'user'>,
  now: number,
): Promise<Agent> {
  // Agents have no other way to prove who they are; without a proof a name is nothing.
  if (client.method !== 'private_key_jwt')
    throw new OauthError('unauthorized_client', 'this grant is for agents')
  const agent = await activeAgent(principals, client.id, now)
  if (agent !== undefined) return agent
  if ((await principals.agent(client.id as Agent['id'])) === undefined)
    throw new OauthError('unauthorized_client', 'this grant is for agents')
  throw new OauthError('invalid_client', 'client authentication failed', {
    status: 401,
    detail: 'the agent may not act now',
  })
}
