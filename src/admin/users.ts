import { z } from 'zod'
import type { User } from '../kernel/accounts.ts'
import { agentView, showAgent } from './agents.ts'
import {
  found,
  given,
  id,
  invalid,
  moment,
  operation,
  pageOf,
  paging,
  type Site,
  status,
  text,
  texts,
  time,
  timeOf,
  times,
} from './operation.ts'

const userView = z.object({
  id: z.string(),
  name: z.string(),
  status,
  groups: z.array(z.string()),
  /** Which source says that the user is in a group: `local`, or `idp:` and a provider. */
  memberships: z.array(z.object({ group: z.string(), source: z.string() })).optional(),
  provider: z.string().optional(),
  created: time,
  seen: time.optional(),
})
export type UserView = z.output<typeof userView>

const credentialView = z.object({
  id: z.string(),
  kind: z.enum(['password', 'passkey', 'recovery']),
  label: z.string(),
  created: time,
  used: time.optional(),
})

export type CredentialView = z.output<typeof credentialView>

/** Shown once. Whoever has the address sets the password. */
const linkView = z.object({ url: z.string(), expires: time })
export type LinkView = z.output<typeof linkView>

function showUser({ created, seen, ...user }: User): z.input<typeof userView> {
  return { ...user, groups: [...user.groups], created: timeOf(created), ...times({ seen }) }
}

async function newLink(site: Site, user: string, purpose: 'invite' | 'reset') {
  const { secret, expires } = await site.users.link(user, purpose)
  return { url: `${site.administration.issuer}/setup?code=${secret}`, expires: timeOf(expires) }
}

async function existing({ users }: Site, user: string): Promise<User> {
  return found('user', await users.find(user))
}

const one = z.strictObject({ id })
const answer = z.object({ user: userView })

export const USERS = [
  operation('users.list', 'GET /users', {
    needs: 'identity.read',
    summary: 'List users: by id, or the longest unused first',
    input: z.strictObject({
      ...paging,
      status: status.optional(),
      group: text(64).optional(),
      /** Active ones that were not in use since then. */
      unusedSince: moment.optional(),
    }),
    output: pageOf(userView),
    run: async ({ users }, { unusedSince, status: wanted, group, ...page }) => {
      if (unusedSince !== undefined && (wanted ?? group) !== undefined)
        throw invalid('`unusedSince` does not go with `status` or `group`')
      const { items, next } =
        unusedSince === undefined
          ? await users.list(given({ ...page, status: wanted, group }))
          : await users.stale(given({ ...page, before: unusedSince }))
      return { items: items.map(showUser), ...given({ next }) }
    },
  }),
  operation('users.create', 'POST /users', {
    needs: 'identity.write',
    summary: 'Make a user, and a link by which they set their password',
    status: 201,
    input: z.strictObject({
      id: text(64),
      name: text(1_000).optional(),
      groups: texts().optional(),
    }),
    output: z.object({ user: userView, link: linkView }),
    run: async (site, user) => {
      const made = await site.users.create(given(user))
      return { user: showUser(made), link: await newLink(site, made.id, 'invite') }
    },
  }),
  operation('users.show', 'GET /users/{id}', {
    needs: 'identity.read',
    summary: 'Show a user with what they log in with and the agents that they answer for',
    input: one,
    output: z.object({
      user: userView,
      credentials: z.array(credentialView),
      agents: z.array(z.string()),
    }),
    run: async (site, { id: user }) => {
      const known = await existing(site, user)
      const credentials = await site.users.credentials(user)
      const agents = await site.agents.list({ owner: user, limit: 200 })
      return {
        user: showUser(known),
        credentials: credentials.map(({ created, used, ...rest }) => ({
          ...rest,
          created: timeOf(created),
          ...times({ used }),
        })),
        agents: agents.items.map((agent) => agent.id),
      }
    },
  }),
  operation('users.rename', 'PATCH /users/{id}', {
    needs: 'identity.write',
    summary: 'Give a user another name',
    input: z.strictObject({ id, name: text(1_000) }),
    output: answer,
    run: async (site, { id: user, name }) => {
      await existing(site, user)
      return { user: showUser(await site.users.rename(user, name)) }
    },
  }),
  operation('users.groups', 'PUT /users/{id}/groups', {
    needs: 'identity.write',
    summary: 'Make the local groups of a user exactly these; those of a provider stay',
    input: z.strictObject({ id, groups: texts() }),
    output: answer,
    run: async (site, { id: user, groups }) => {
      await existing(site, user)
      return { user: showUser(await site.users.setGroups(user, groups)) }
    },
  }),
  operation('users.disable', 'POST /users/{id}/disable', {
    needs: 'identity.write',
    summary: 'Disable a user: everything that they have open ends at once',
    input: one,
    output: z.object({ user: userView, orphans: z.array(z.string()) }),
    run: async (site, { id: user }) => {
      await existing(site, user)
      const { user: disabled, agents } = await site.users.disable(user)
      return { user: showUser(disabled), orphans: [...agents] }
    },
  }),
  operation('users.enable', 'POST /users/{id}/enable', {
    needs: 'identity.write',
    summary: 'Let a disabled user in again',
    input: one,
    output: answer,
    run: async (site, { id: user }) => {
      await existing(site, user)
      return { user: showUser(await site.users.enable(user)) }
    },
  }),
  operation('users.offboard', 'POST /users/{id}/offboard', {
    needs: 'identity.write',
    summary: 'Disable a user, and move their agents to another or disable those, too',
    input: z.strictObject({
      id,
      /** Who answers for the agents from now on; without it they are disabled. */
      moveAgentsTo: id.optional(),
    }),
    output: z.object({ user: userView, agents: z.array(agentView) }),
    run: async (site, { id: user, moveAgentsTo }) => {
      await existing(site, user)
      const { user: gone, agents } = await site.users.offboard(
        user,
        moveAgentsTo === undefined ? 'disable' : { moveTo: moveAgentsTo },
      )
      for (const agent of agents)
        if (agent.status === 'disabled')
          await site.grants.revokeSubject('agent', agent.id, 'subject-disabled')
      return { user: showUser(gone), agents: agents.map(showAgent) }
    },
  }),
  operation('users.link', 'POST /users/{id}/link', {
    needs: 'identity.write',
    summary: 'Make a link by which a user sets a password; the one before opens nothing any more',
    status: 201,
    input: z.strictObject({ id, purpose: z.enum(['invite', 'reset']) }),
    output: z.object({ link: linkView }),
    run: async (site, { id: user, purpose }) => {
      await existing(site, user)
      return { link: await newLink(site, user, purpose) }
    },
  }),
  operation('users.removeCredential', 'DELETE /users/{id}/credentials/{credential}', {
    needs: 'identity.write',
    summary: 'Remove a password, a passkey, or all recovery codes (`recovery`)',
    input: z.strictObject({ id, credential: id }),
    output: answer,
    run: async (site, { id: user, credential }) => {
      await existing(site, user)
      await site.users.removeCredential(user, credential)
      return { user: showUser(await existing(site, user)) }
    },
  }),
  operation('users.signOut', 'POST /users/{id}/sign-out', {
    needs: 'identity.write',
    summary: 'End all sessions and grants of a user',
    input: one,
    output: z.object({ ended: z.number() }),
    run: async (site, { id: user }) => {
      await existing(site, user)
      return { ended: await site.grants.revokeSubject('user', user, 'administrator') }
    },
  }),
] as const
