import { type Kysely, sql } from 'kysely'
import type { AccountStatus, Agent, WorkloadTrust } from '../kernel/accounts.ts'
import type { SubjectId } from '../kernel/subject.ts'
import type { AgentTable } from '../store/identity-schema.ts'
import type { Schema } from '../store/schema.ts'
import type { AgentKey } from './agent-keys.ts'
import { groupsOf, namesOf } from './groups.ts'
import { limitOf, type Page, type PageRequest, type Position, pageOf, positionOf } from './page.ts'
import { afterLastUse, LAST_USE, type StaleQuery } from './users.ts'

export interface AgentQuery extends PageRequest {
  readonly status?: AccountStatus
  readonly owner?: string
}

/** Asked for each call: the agent and its groups in one statement. */
export async function findAgent(db: Kysely<Schema>, id: string): Promise<Agent | undefined> {
  const rows = await db
    .selectFrom('agent')
    .leftJoin('group_member', (join) =>
      join.on('group_member.kind', '=', 'agent').onRef('group_member.subject', '=', 'agent.id'),
    )
    .selectAll('agent')
    .select('group_member.group')
    .where('agent.id', '=', id)
    .orderBy('group_member.group')
    .execute()
  const [row] = rows
  if (row === undefined) return undefined
  const groups = rows.flatMap(({ group }) => (group === null ? [] : [group]))
  return agentOf(row, [...new Set(groups)])
}

/** By id. */
export async function listAgents(db: Kysely<Schema>, query: AgentQuery): Promise<Page<Agent>> {
  const limit = limitOf(query)
  const after = positionOf(query, 'string')
  const { owner, status } = query
  const rows = await db
    .selectFrom('agent')
    .selectAll()
    .$if(status !== undefined, (all) => all.where('status', '=', String(status)))
    .$if(owner !== undefined, (all) => all.where('owner', '=', String(owner)))
    .$if(after !== undefined, (all) => all.where('id', '>', String(after?.[0])))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return await page(db, rows, limit, ({ id }) => [id, id])
}

/** Active agents that were not in use since `before`; the longest unused first. */
export async function staleAgents(db: Kysely<Schema>, query: StaleQuery): Promise<Page<Agent>> {
  const limit = limitOf(query)
  const after = positionOf(query, 'number')
  const rows = await db
    .selectFrom('agent')
    .selectAll()
    .where(LAST_USE, '<', query.before)
    .where('status', '=', 'active')
    .$if(after !== undefined, (all) => all.where(afterLastUse(after ?? [0, ''])))
    .orderBy(LAST_USE)
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return await page(db, rows, limit, (row) => [row.seen ?? row.created, row.id])
}

/** Active agents with a key that came before `before`; the oldest key first. */
export async function agentsWithOldKeys(
  db: Kysely<Schema>,
  query: StaleQuery,
): Promise<Page<Agent>> {
  const limit = limitOf(query)
  const after = positionOf(query, 'number')
  const rows = await db
    .selectFrom('agent')
    .selectAll()
    .where('keyed', '<', query.before)
    .where('status', '=', 'active')
    .$if(after !== undefined, (all) =>
      all.where(sql<boolean>`(keyed, id) > (${after?.[0]}, ${after?.[1]})`),
    )
    .orderBy('keyed')
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return await page(db, rows, limit, (row) => [row.keyed ?? 0, row.id])
}

/** Active agents that nobody answers for: their owner is disabled. By owner, then id. */
export async function orphanedAgents(db: Kysely<Schema>, query: PageRequest): Promise<Page<Agent>> {
  const limit = limitOf(query)
  const after = positionOf(query, 'string')
  const rows = await db
    .selectFrom('agent')
    .leftJoin('user_account', 'user_account.id', 'agent.owner')
    .selectAll('agent')
    .where('agent.status', '=', 'active')
    // An owner who is not there at all answers for nothing either.
    .where(sql<boolean>`coalesce(user_account.status, '') <> 'active'`)
    .$if(after !== undefined, (all) =>
      all.where(sql<boolean>`(agent.owner, agent.id) > (${after?.[0]}, ${after?.[1]})`),
    )
    .orderBy('agent.owner')
    .orderBy('agent.id')
    .limit(limit + 1)
    .execute()
  return await page(db, rows, limit, ({ owner, id }) => [owner, id])
}

/** Ids of the active agents that a user answers for. */
export async function activeAgentsOf(
  db: Kysely<Schema>,
  owner: string,
): Promise<readonly SubjectId[]> {
  const rows = await db
    .selectFrom('agent')
    .select('id')
    .where('owner', '=', owner)
    .where('status', '=', 'active')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id as SubjectId)
}

async function page(
  db: Kysely<Schema>,
  rows: readonly AgentTable[],
  limit: number,
  position: (row: AgentTable) => Position,
): Promise<Page<Agent>> {
  const groups = await groupsOf(
    db,
    'agent',
    rows.map(({ id }) => id),
  )
  return pageOf(rows, limit, position, (row) => agentOf(row, namesOf(groups.get(row.id) ?? [])))
}

export function keysOf({ keys }: Pick<AgentTable, 'keys'>): readonly AgentKey[] {
  return JSON.parse(keys) as readonly AgentKey[]
}

function agentOf(row: AgentTable, groups: readonly string[]): Agent {
  return {
    id: row.id as SubjectId,
    name: row.name,
    owner: row.owner as SubjectId,
    purpose: row.purpose,
    status: row.status === 'active' ? 'active' : 'disabled',
    groups,
    scopes: JSON.parse(row.scopes) as readonly string[],
    mayActForUsers: row.may_act === 1,
    keys: keysOf(row).map(({ key }) => key),
    workloads: JSON.parse(row.workloads) as readonly WorkloadTrust[],
    created: row.created,
    ...(row.seen === null ? {} : { seen: row.seen }),
    ...(row.expires === null ? {} : { expires: row.expires }),
  }
}
