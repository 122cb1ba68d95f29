import { z } from 'zod'
import type { Agent } from '../kernel/accounts.ts'
import {
  flag,
  found,
  given,
  id,
  invalid,
  moment,
  operation,
  pageOf,
  paging,
  publicKey,
  type Site,
  status,
  text,
  texts,
  time,
  timeOf,
  times,
} from './operation.ts'
import type { Page } from './ports.ts'

const workload = z.strictObject({ issuer: text(), subject: text(), audience: text() })

export const agentView = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  purpose: z.string(),
  status,
  groups: z.array(z.string()),
  scopes: z.array(z.string()),
  mayActForUsers: z.boolean(),
  keys: z.array(z.record(z.string(), z.unknown())),
  workloads: z.array(workload),
  created: time,
  seen: time.optional(),
  expires: time.optional(),
})
export type AgentView = z.output<typeof agentView>

export function showAgent({ created, seen, expires, ...agent }: Agent): z.input<typeof agentView> {
  const { groups, scopes, keys, workloads } = agent
  return {
    ...agent,
    groups: [...groups],
    scopes: [...scopes],
    keys: [...keys],
    workloads: [...workloads],
    created: timeOf(created),
    ...times({ seen, expires }),
  }
}

const terms = {
  name: text(1_000).optional(),
  owner: id.optional(),
  purpose: text(4_000).optional(),
  scopes: texts().optional(),
  workloads: z.array(workload).max(20).optional(),
  groups: texts().optional(),
  mayActForUsers: z.boolean().optional(),
}

async function existing({ agents }: Site, agent: string): Promise<Agent> {
  return found('agent', await agents.find(agent))
}

interface AgentList {
  readonly status?: 'active' | 'disabled' | undefined
  readonly owner?: string | undefined
  readonly unusedSince?: number | undefined
  readonly keysBefore?: number | undefined
  readonly orphans?: boolean | undefined
}

/** Lists that have an order of their own do not narrow further. */
function listed({ agents }: Site, query: AgentList, page: object): Promise<Page<Agent>> {
  const { status: wanted, owner, unusedSince, keysBefore, orphans } = query
  const orders = [wanted ?? owner, unusedSince, keysBefore, orphans === true ? true : undefined]
  if (orders.filter((one) => one !== undefined).length > 1)
    throw invalid('`unusedSince`, `keysBefore` and `orphans` each go alone')
  if (orphans === true) return agents.orphans(page)
  if (unusedSince !== undefined) return agents.stale({ ...page, before: unusedSince })
  if (keysBefore !== undefined) return agents.rotationDue({ ...page, before: keysBefore })
  return agents.list(given({ ...page, status: wanted, owner }))
}

const one = z.strictObject({ id })
const answer = z.object({ agent: agentView })

export const AGENTS = [
  operation('agents.list', 'GET /agents', {
    needs: 'identity.read',
    summary:
      'List agents: by id, the longest unused, those with old keys, or those without an owner',
    input: z.strictObject({
      ...paging,
      status: status.optional(),
      owner: id.optional(),
      /** Active ones that were not in use since then. */
      unusedSince: moment.optional(),
      /** Active ones with a key that came before then. */
      keysBefore: moment.optional(),
      /** Active ones whose owner is disabled. */
      orphans: flag.optional(),
    }),
    output: pageOf(agentView),
    run: async (site, { limit, cursor, ...query }) => {
      const { items, next } = await listed(site, query, given({ limit, cursor }))
      return { items: items.map(showAgent), ...given({ next }) }
    },
  }),
  operation('agents.create', 'POST /agents', {
    needs: 'identity.write',
    summary: 'Make an agent',
    status: 201,
    input: z.strictObject({
      ...terms,
      id: text(64),
      owner: id,
      purpose: text(4_000),
      scopes: texts(),
      keys: z.array(publicKey).max(10).optional(),
      expires: moment.optional(),
    }),
    output: answer,
    run: async (site, { name, ...agent }) => {
      const made = await site.agents.create(given({ ...agent, name: name ?? agent.id }) as never)
      return { agent: showAgent(made) }
    },
  }),
  operation('agents.show', 'GET /agents/{id}', {
    needs: 'identity.read',
    summary: 'Show an agent',
    input: one,
    output: answer,
    run: async (site, { id: agent }) => ({ agent: showAgent(await existing(site, agent)) }),
  }),
  operation('agents.change', 'PATCH /agents/{id}', {
    needs: 'identity.write',
    summary: 'Change what an agent is or may; what takes something away ends its tokens',
    input: z.strictObject({ ...terms, id, expires: moment.nullable().optional() }),
    output: answer,
    run: async (site, { id: agent, ...change }) => {
      await existing(site, agent)
      return { agent: showAgent(await site.agents.change(agent, given(change) as never)) }
    },
  }),
  operation('agents.addKey', 'POST /agents/{id}/keys', {
    needs: 'identity.write',
    summary: 'Add a public key; those before stay good',
    status: 201,
    input: z.strictObject({ id, key: publicKey }),
    output: answer,
    run: async (site, { id: agent, key: added }) => {
      await existing(site, agent)
      return { agent: showAgent(await site.agents.addKey(agent, added)) }
    },
  }),
  operation('agents.removeKey', 'DELETE /agents/{id}/keys/{kid}', {
    needs: 'identity.write',
    summary: 'Remove a key, and end what the tokens of the agent opened',
    input: z.strictObject({ id, kid: id }),
    output: answer,
    run: async (site, { id: agent, kid }) => {
      const { keys } = await existing(site, agent)
      found(
        'key',
        keys.find((one) => one['kid'] === kid),
      )
      return { agent: showAgent(await site.agents.removeKey(agent, kid)) }
    },
  }),
  operation('agents.disable', 'POST /agents/{id}/disable', {
    needs: 'identity.write',
    summary: 'Disable an agent: its tokens are void at once',
    input: one,
    output: answer,
    run: async (site, { id: agent }) => {
      await existing(site, agent)
      const disabled = await site.agents.disable(agent)
      await site.grants.revokeSubject('agent', agent, 'subject-disabled')
      return { agent: showAgent(disabled) }
    },
  }),
  operation('agents.enable', 'POST /agents/{id}/enable', {
    needs: 'identity.write',
    summary: 'Let a disabled agent in again; its owner must be active',
    input: one,
    output: answer,
    run: async (site, { id: agent }) => {
      await existing(site, agent)
      return { agent: showAgent(await site.agents.enable(agent)) }
    },
  }),
  operation('agents.revoke', 'POST /agents/{id}/revoke', {
    needs: 'identity.write',
    summary: 'End all grants of an agent, and those in which it acts for users',
    input: one,
    output: z.object({ ended: z.number() }),
    run: async (site, { id: agent }) => {
      await existing(site, agent)
      return { ended: await site.grants.revokeSubject('agent', agent, 'administrator') }
    },
  }),
] as const
