import type { Agent, LinkPurpose, User } from '../kernel/accounts.ts'
import type { EventName, SecurityEvent } from '../kernel/event.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { witnessed } from '../kernel/witnessed.ts'
import { endOpen } from '../store/end-open.ts'
import { noteChanges } from '../store/note-change.ts'
import type { AgentAdministration } from './agent-administration.ts'
import { activeAgentsOf } from './agents.ts'
import { LOCAL, setGroups } from './groups.ts'
import { checkGroups, checkId, cleanName, invalid, requireText } from './names.ts'
import { dropLinks, keepLink, LINK_LIFETIME, newSecret } from './one-time-links.ts'
import { keepingAnOwner, requireOtherOwner } from './owners.ts'
import type { Page } from './page.ts'
import type { Parts } from './parts.ts'
import {
  findUser,
  holdActiveUser,
  type ListedUser,
  listUsers,
  type StaleQuery,
  staleUsers,
  type UserQuery,
} from './users.ts'

export interface NewUser {
  /** Chosen once, and never given to another. */
  readonly id: string
  /** The id, if absent. */
  readonly name?: string
  readonly groups?: readonly string[]
}

/** What somebody can log in with, as lists show it. */
export interface ListedCredential {
  readonly id: string
  readonly kind: 'password' | 'passkey' | 'recovery'
  readonly label: string
  readonly created: number
  readonly used?: number
}

/** The secret of a link: shown once, kept as its digest. */
export interface NewLink {
  readonly secret: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/**
 * People. Every change is witnessed; all throw `params_invalid` for what cannot be, and for what would
 * leave no active owner.
 */
export interface UserAdministration {
  create(user: NewUser): Promise<User>
  rename(id: string, name: string): Promise<User>
  /** Makes the groups that are ours exactly these; those of a provider stay. */
  setGroups(id: string, groups: readonly string[]): Promise<User>
  /** Ends everything the user has open. Never deletes: an id is not given twice. */
  disable(id: string): Promise<{
    readonly user: User
    /** Active agents that nobody answers for now. */
    readonly agents: readonly SubjectId[]
  }>
  enable(id: string): Promise<User>
  /** Disables the user, and gives each of their agents to another active user, or disables it. */
  offboard(
    id: string,
    agents: { readonly moveTo: string } | 'disable',
  ): Promise<{ readonly user: User; readonly agents: readonly Agent[] }>
  /** A link by which somebody sets their password. Links before it open nothing any more. */
  link(id: string, purpose: Exclude<LinkPurpose, 'setup'>): Promise<NewLink>
  credentials(id: string): Promise<readonly ListedCredential[]>
  /** Removes a password or passkey, or all recovery codes (`recovery`), and ends what is open. */
  removeCredential(id: string, credential: string): Promise<void>
  find(id: string): Promise<User | undefined>
  list(query: UserQuery): Promise<Page<ListedUser>>
  stale(query: StaleQuery): Promise<Page<ListedUser>>
}

export function userAdministration(
  parts: Parts,
  agents: Pick<AgentAdministration, 'change' | 'disable'>,
): UserAdministration {
  const { db } = parts.store
  const disable = (id: string) => disableUser(parts, id)
  return {
    create: (user) => createUser(parts, user),
    rename: (id, name) => renameUser(parts, id, name),
    setGroups: (id, groups) => regroupUser(parts, id, groups),
    disable,
    enable: (id) => enableUser(parts, id),
    async offboard(id, what) {
      if (what !== 'disable') await requireHeir(parts, id, what.moveTo)
      // Disabled first: from then on no agent can come to this owner, so none is missed, and doing all
      // of it again after a failure goes on where it stopped.
      const { user, agents: owned } = await disable(id)
      const settled: Agent[] = []
      for (const agent of owned)
        settled.push(
          what === 'disable'
            ? await agents.disable(agent)
            : await agents.change(agent, { owner: what.moveTo }),
        )
      return { user, agents: settled }
    },
    link: (id, purpose) => makeLink(parts, id, purpose, 'credential.added'),
    credentials: (id) => listCredentials(parts, id),
    removeCredential: (id, credential) => removeCredential(parts, id, credential),
    find: (id) => findUser(db, id),
    list: (query) => listUsers(db, query),
    stale: (query) => staleUsers(db, query),
  }
}

async function createUser(parts: Parts, { id, name, groups = [] }: NewUser): Promise<User> {
  const { store, witness, clock } = parts
  checkId(id)
  const clean = cleanName(name ?? '') || id
  const wanted = checkGroups(groups)
  await witnessed(
    witness,
    { event: 'user.created', subject: `user:${id}`, detail: { groups: wanted } },
    async () => {
      const made = await store.db.transaction().execute(async (trx) => {
        const row = {
          id,
          name: clean,
          status: 'active',
          provider: null,
          created: clock(),
          seen: null,
        }
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('user_account')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
        if (numInsertedOrUpdatedRows !== 1n) return false
        await setGroups(trx, 'user', id, LOCAL, wanted)
        return true
      })
      if (!made) throw invalid('this id was given before')
    },
  )
  return await mustFind(parts, id)
}

async function renameUser(parts: Parts, id: string, name: string): Promise<User> {
  const { store, witness } = parts
  await mustFind(parts, id)
  const clean = requireText('the name', name)
  await witnessed(witness, about('user.changed', id, { name: clean }), () =>
    store.db.updateTable('user_account').set({ name: clean }).where('id', '=', id).execute(),
  )
  return await mustFind(parts, id)
}

async function regroupUser(parts: Parts, id: string, groups: readonly string[]): Promise<User> {
  const { store, witness, clock } = parts
  await mustFind(parts, id)
  const wanted = checkGroups(groups)
  await witnessed(witness, about('user.changed', id, { groups: wanted }), () =>
    keepingAnOwner(store, id, async (trx) => {
      // Held, so that two changes of groups happen in turn.
      await trx.updateTable('user_account').set({ id }).where('id', '=', id).execute()
      if (await setGroups(trx, 'user', id, LOCAL, wanted))
        await noteChanges(trx, [{ kind: 'user', id, what: 'changed' }], clock())
    }),
  )
  return await mustFind(parts, id)
}

async function disableUser(parts: Parts, id: string) {
  const { store, witness, clock } = parts
  const { db } = store
  await mustFind(parts, id)
  await requireOtherOwner(store, id)
  await witnessed(witness, about('user.disabled', id), () =>
    keepingAnOwner(store, id, async (trx) => {
      await trx
        .updateTable('user_account')
        .set({ status: 'disabled' })
        .where('id', '=', id)
        .execute()
      await dropLinks(trx, id)
      await endOpen(trx, { kind: 'user', id }, 'subject-disabled', clock())
    }),
  )
  return { user: await mustFind(parts, id), agents: await activeAgentsOf(db, id) }
}

async function enableUser(parts: Parts, id: string): Promise<User> {
  const { store, witness, clock } = parts
  await mustFind(parts, id)
  await witnessed(witness, about('user.enabled', id), () =>
    store.db.transaction().execute(async (trx) => {
      await trx.updateTable('user_account').set({ status: 'active' }).where('id', '=', id).execute()
      await noteChanges(trx, [{ kind: 'user', id, what: 'changed' }], clock())
    }),
  )
  return await mustFind(parts, id)
}

/** Makes a one-time link for an active user of the built-in store. */
export async function makeLink(
  parts: Parts,
  id: string,
  purpose: LinkPurpose,
  event: EventName,
): Promise<NewLink> {
  const { store, witness, clock } = parts
  const user = await mustFind(parts, id)
  if (user.provider !== undefined) throw invalid('people of a provider log in there')
  const { secret, digest } = newSecret()
  const expires = clock() + LINK_LIFETIME[purpose]
  const what = { ...about(event, id, { purpose, expires }), target: `link:${digest.slice(0, 16)}` }
  await witnessed(witness, what, () =>
    store.db.transaction().execute(async (trx) => {
      if (!(await holdActiveUser(trx, id))) throw invalid('the user is disabled')
      await keepLink(trx, { digest, purpose, user: id }, expires)
    }),
  )
  return { secret, expires }
}

async function listCredentials(
  { store }: Parts,
  user: string,
): Promise<readonly ListedCredential[]> {
  const rows = await store.db
    .selectFrom('credential')
    .select(['id', 'kind', 'label', 'created', 'used'])
    .where('user', '=', user)
    .orderBy('created')
    .orderBy('id')
    .execute()
  return rows.map(({ used, kind, ...row }) => ({
    ...row,
    kind: kind as ListedCredential['kind'],
    ...(used === null ? {} : { used }),
  }))
}

async function removeCredential(parts: Parts, id: string, credential: string): Promise<void> {
  const { store, witness, clock } = parts
  const known = await listCredentials(parts, id)
  const gone = known.filter((one) => (credential === 'recovery' ? one.kind : one.id) === credential)
  if (gone.length === 0) throw invalid('the user has no such credential')
  const event = { ...about('credential.removed', id), target: credential.slice(0, 128) }
  await witnessed(witness, event, () =>
    store.db.transaction().execute(async (trx) => {
      await trx
        .deleteFrom('credential')
        .where('user', '=', id)
        .where(
          'id',
          'in',
          gone.map((one) => one.id),
        )
        .execute()
      await endOpen(trx, { kind: 'user', id }, 'credential-changed', clock())
    }),
  )
}

async function requireHeir(parts: Parts, id: string, heir: string): Promise<void> {
  if (heir === id || (await findUser(parts.store.db, heir))?.status !== 'active')
    throw invalid('the new owner of the agents is another active user')
}

async function mustFind({ store }: Parts, id: string): Promise<User> {
  const user = await findUser(store.db, id)
  if (user === undefined) throw invalid('there is no such user')
  return user
}

function about(
  event: EventName,
  id: string,
  detail?: SecurityEvent['detail'],
): Omit<SecurityEvent, 'outcome'> {
  return { event, subject: `user:${id}`, ...(detail === undefined ? {} : { detail }) }
}
