import type { Kysely, Transaction } from 'kysely'
import type { Agent, WorkloadTrust } from '../kernel/accounts.ts'
import type { EventName } from '../kernel/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import { within } from '../kernel/scope.ts'
import { isOurs } from '../kernel/subject.ts'
import { witnessed } from '../kernel/witnessed.ts'
import type { AgentTable } from '../store/identity-schema.ts'
import { noteChanges } from '../store/note-change.ts'
import type { Schema } from '../store/schema.ts'
import { type AgentKey, addKeys } from './agent-keys.ts'
import { checkScopes, checkWorkloads } from './agent-terms.ts'
import {
  type AgentQuery,
  agentsWithOldKeys,
  findAgent,
  keysOf,
  listAgents,
  orphanedAgents,
  staleAgents,
} from './agents.ts'
import { LOCAL, setGroups } from './groups.ts'
import { checkGroups, checkId, invalid, requireText } from './names.ts'
import type { Page, PageRequest } from './page.ts'
import type { Parts } from './parts.ts'
import { holdActiveUser, type StaleQuery } from './users.ts'

/** What an agent is registered with. */
export interface NewAgent {
  /** Chosen once, and never given to another. */
  readonly id: string
  readonly name: string
  /** An active user. */
  readonly owner: string
  readonly purpose: string
  readonly scopes: readonly string[]
  /** Public JSON Web Keys. */
  readonly keys?: readonly JsonObject[]
  readonly workloads?: readonly WorkloadTrust[]
  readonly groups?: readonly string[]
  readonly mayActForUsers?: boolean
  /** Milliseconds since the epoch. */
  readonly expires?: number
}

/** What of an agent is to be otherwise; what is absent stays. */
export interface AgentChange {
  readonly name?: string
  readonly owner?: string
  readonly purpose?: string
  readonly scopes?: readonly string[]
  readonly workloads?: readonly WorkloadTrust[]
  readonly groups?: readonly string[]
  readonly mayActForUsers?: boolean
  /** `null`: never. */
  readonly expires?: number | null
}

/** Machine identities. Every change is witnessed; all throw `params_invalid` for what cannot be. */
export interface AgentAdministration {
  create(agent: NewAgent): Promise<Agent>
  /** What takes something away from the agent also ends what its tokens opened. */
  change(id: string, change: AgentChange): Promise<Agent>
  /** Adds a public key; those before stay good, so that the agent can change over. */
  addKey(id: string, key: JsonObject): Promise<Agent>
  /** Removes a key and ends what the agent's tokens opened. */
  removeKey(id: string, kid: string): Promise<Agent>
  disable(id: string): Promise<Agent>
  /** Refused while its owner is disabled. */
  enable(id: string): Promise<Agent>
  find(id: string): Promise<Agent | undefined>
  list(query: AgentQuery): Promise<Page<Agent>>
  stale(query: StaleQuery): Promise<Page<Agent>>
  /** Agents that have a key from before `before`. */
  rotationDue(query: StaleQuery): Promise<Page<Agent>>
  /** Active agents whose owner is disabled. */
  orphans(query: PageRequest): Promise<Page<Agent>>
}

interface Update {
  readonly columns: Partial<Omit<AgentTable, 'id'>>
  readonly groups?: readonly string[]
  /** Whether it takes something away. */
  readonly narrows: boolean
}

export function agentAdministration(parts: Parts): AgentAdministration {
  const { db } = parts.store
  return {
    create: (agent) => createAgent(parts, agent),
    change: (id, change) =>
      update(parts, id, { event: 'agent.changed', detail: detailOf(change) }, (row) =>
        changeOf(change, row, parts.clock()),
      ),
    addKey: (id, key) =>
      update(parts, id, { event: 'credential.added', target: 'key' }, (row) =>
        keysTo(addKeys(keysOf(row), [key], parts.clock()), false),
      ),
    removeKey: (id, kid) =>
      update(
        parts,
        id,
        { event: 'credential.removed', target: `key:${kid.slice(0, 128)}` },
        (row) => keysTo(withoutKey(keysOf(row), kid), true),
      ),
    disable: (id) =>
      update(parts, id, { event: 'agent.disabled' }, () => ({
        columns: { status: 'disabled' },
        narrows: true,
      })),
    enable: (id) =>
      update(parts, id, { event: 'agent.enabled' }, ({ owner }) => ({
        // Named so that the owner is held, and refused when disabled.
        columns: { status: 'active', owner },
        narrows: false,
      })),
    find: (id) => findAgent(db, id),
    list: (query) => listAgents(db, query),
    stale: (query) => staleAgents(db, query),
    rotationDue: (query) => agentsWithOldKeys(db, query),
    orphans: (query) => orphanedAgents(db, query),
  }
}

async function createAgent(parts: Parts, agent: NewAgent): Promise<Agent> {
  const { store, witness, clock } = parts
  checkId(agent.id)
  if (isOurs(agent.id)) throw invalid('ids that begin with `bailiwick-` are our own')
  const now = clock()
  const groups = checkGroups(agent.groups ?? [])
  const { columns } = changeOf({ ...agent, expires: agent.expires ?? null }, undefined, now)
  const keys = addKeys([], agent.keys ?? [], now)
  // Before it is witnessed; asked again where nobody can come in between.
  await requireNoClient(store.db, agent.id)
  const event = {
    event: 'agent.created',
    subject: `agent:${agent.id}`,
    detail: { owner: agent.owner, scopes: agent.scopes, groups },
  } as const
  await witnessed(witness, event, () =>
    store.db.transaction().execute(async (trx) => {
      await holdOwner(trx, agent.owner)
      await requireNoClient(trx, agent.id)
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('agent')
        .values({
          ...(columns as AgentTable),
          ...keysTo(keys, false).columns,
          id: agent.id,
          status: 'active',
          created: now,
          seen: null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows !== 1n) throw invalid('this id was given before')
      await setGroups(trx, 'agent', agent.id, LOCAL, groups)
    }),
  )
  return (await findAgent(store.db, agent.id)) as Agent
}

/** Reads an agent, computes what is to be otherwise, has it witnessed, and writes it, in turn with others. */
async function update(
  parts: Parts,
  id: string,
  about: { readonly event: EventName; readonly target?: string; readonly detail?: JsonObject },
  compute: (row: AgentTable) => Update,
): Promise<Agent> {
  const { store, witness, clock } = parts
  const row = (await readRow(store.db, id)) ?? unknown()
  // What cannot be is refused before anything is witnessed.
  compute(row)
  await witnessed(witness, { ...about, subject: `agent:${id}` }, () =>
    store.db.transaction().execute(async (trx) => {
      const held = (await hold(trx, id)) ?? unknown()
      const { columns, groups, narrows } = compute(held)
      if (columns.owner !== undefined) await holdOwner(trx, columns.owner)
      if (Object.keys(columns).length > 0)
        await trx.updateTable('agent').set(columns).where('id', '=', id).execute()
      const left = groups !== undefined && (await setGroups(trx, 'agent', id, LOCAL, groups))
      const what = narrows ? 'revoked' : 'changed'
      await noteChanges(trx, [{ kind: 'agent', id, what }], clock())
      return left
    }),
  )
  return (await findAgent(store.db, id)) as Agent
}

function changeOf(change: AgentChange, row: AgentTable | undefined, now: number): Update {
  const { groups } = change
  const columns = columnsOf(change, now)
  return {
    columns: row === undefined ? { workloads: '[]', may_act: 0, ...columns } : columns,
    ...(groups === undefined ? {} : { groups: checkGroups(groups) }),
    narrows: row !== undefined && isNarrower(change, row),
  }
}

function columnsOf(change: AgentChange, now: number): Partial<Omit<AgentTable, 'id'>> {
  const { name, owner, purpose, scopes, workloads, mayActForUsers, expires } = change
  const columns = {
    name: map(name, (text) => requireText('the name', text)),
    owner,
    purpose: map(purpose, (text) => requireText('the purpose', text, 500)),
    scopes: map(scopes, (all) => JSON.stringify(checkScopes(all))),
    workloads: map(workloads, (all) => JSON.stringify(checkWorkloads(all))),
    may_act: map(mayActForUsers, Number),
    expires: map(expires, (at) => checkExpiry(at, now)),
  }
  const given = Object.entries(columns).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<Omit<AgentTable, 'id'>>
}

function map<T, U>(value: T | undefined, of: (value: T) => U): U | undefined {
  return value === undefined ? undefined : of(value)
}

function checkExpiry(at: number | null, now: number): number | null {
  if (at !== null && !(Number.isSafeInteger(at) && at > now))
    throw invalid('`expires` lies in the past')
  return at
}

function isNarrower(change: AgentChange, row: AgentTable): boolean {
  const { scopes, workloads, mayActForUsers, expires } = change
  const kept = new Set(checkWorkloads(workloads ?? []).map((one) => JSON.stringify(one)))
  const trusts = JSON.parse(row.workloads) as readonly WorkloadTrust[]
  return (
    (scopes !== undefined && !within(JSON.parse(row.scopes) as readonly string[], scopes)) ||
    (workloads !== undefined && !trusts.every((one) => kept.has(JSON.stringify(one)))) ||
    (mayActForUsers === false && row.may_act === 1) ||
    (typeof expires === 'number' && expires < (row.expires ?? Number.POSITIVE_INFINITY))
  )
}

function keysTo(keys: readonly AgentKey[], narrows: boolean) {
  const keyed = keys.length === 0 ? null : Math.min(...keys.map(({ added }) => added))
  return { columns: { keys: JSON.stringify(keys), keyed }, narrows }
}

function withoutKey(keys: readonly AgentKey[], kid: string): readonly AgentKey[] {
  const kept = keys.filter(({ key }) => key['kid'] !== kid)
  if (kept.length === keys.length) throw invalid('the agent has no key with this `kid`')
  return kept
}

function detailOf(change: AgentChange): JsonObject {
  const { owner, scopes, groups, mayActForUsers, expires, workloads } = change
  const shown = { owner, scopes, groups, mayActForUsers, expires, workloads }
  return JSON.parse(JSON.stringify({ ...shown, changed: Object.keys(change) })) as JsonObject
}

async function readRow(db: Parts['store']['db'], id: string): Promise<AgentTable | undefined> {
  return await db.selectFrom('agent').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The row, held until the transaction ends. */
async function hold(trx: Transaction<Schema>, id: string): Promise<AgentTable | undefined> {
  await trx.updateTable('agent').set({ id }).where('id', '=', id).execute()
  return await readRow(trx, id)
}

async function holdOwner(trx: Transaction<Schema>, owner: string): Promise<void> {
  if (!(await holdActiveUser(trx, owner))) throw invalid('the owner of an agent is an active user')
}

/** An agent is an OAuth client by its id, so that what a token says of its client has one meaning. */
async function requireNoClient(db: Kysely<Schema>, id: string): Promise<void> {
  const client = await db
    .selectFrom('oauth_client')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  if (client !== undefined) throw invalid('this id is that of a client')
}

function unknown(): never {
  throw invalid('there is no such agent')
}
