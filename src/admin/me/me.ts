import { z } from 'zod'
import { PERMISSIONS, ROLES } from '../../kernel/role.ts'
import { isOwn } from '../approvals/concerns.ts'
import { showSummary, state, summaryView } from '../approvals/views.ts'
import { grantView, showGrant } from '../grants.ts'
import { found, given, id, operation, pageById, pageOf, paging, type Site } from '../operation.ts'
import { sessionView, showSession } from '../sessions.ts'

const meView = z.object({
  kind: z.enum(['user', 'agent']),
  id: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
  roles: z.array(z.enum(ROLES)),
  permissions: z.array(z.enum(PERMISSIONS)),
  /** How it was proven (RFC 8176); empty if unknown. */
  methods: z.array(z.string()),
  way: z.enum(['session', 'token']),
  client: z.string(),
  /** In the console: the session of the browser. */
  session: z.string().optional(),
})

const toolView = z.object({
  server: z.string(),
  name: z.string(),
  effects: z.array(z.string()),
  risk: z.enum(['low', 'medium', 'high']),
  access: z.enum(['permit', 'ask', 'depends', 'never']),
})

async function nameOf({ users, agents, caller: { subject } }: Site): Promise<string> {
  const known = await (subject.kind === 'user' ? users.find(subject.id) : agents.find(subject.id))
  return known?.name ?? subject.id
}

const ownOf = ({ caller: { subject } }: Site) => ({ kind: subject.kind, id: subject.id })

/** What is one's own. */
export const ME = [
  operation('me.show', 'GET /me', {
    needs: 'self',
    summary: 'Who the caller is, and what they may',
    input: z.strictObject({}),
    output: meView,
    run: async (site) => {
      const { subject, roles, permissions, methods, way, actor } = site.caller
      return {
        ...{ kind: subject.kind, id: subject.id, name: await nameOf(site) },
        ...{ groups: [...subject.groups], roles: [...roles], permissions: [...permissions] },
        ...{ methods: [...methods], way, client: actor.client },
        ...(way === 'session' ? { session: actor.grant } : {}),
      }
    },
  }),
  operation('me.access', 'GET /me/access', {
    needs: 'self',
    summary: 'The tools that there are, and what policies let the caller do with them',
    input: z.strictObject({}),
    output: z.object({ tools: z.array(toolView) }),
    run: async ({ administration, caller }) => ({
      tools: administration.reach
        .of(caller.subject)
        .map(({ effects, ...tool }) => ({ ...tool, effects: [...effects] })),
    }),
  }),
  operation('me.grants', 'GET /me/grants', {
    needs: 'self',
    summary: 'What programs have of the caller',
    input: z.strictObject(paging),
    output: pageOf(grantView),
    run: async (site, { limit, cursor }) => {
      const { items, next } = await pageById(given({ limit, cursor }), (part) =>
        site.grants.list({ ...part, subject: ownOf(site) }),
      )
      return { items: items.map(showGrant), ...given({ next }) }
    },
  }),
  operation('me.revokeGrant', 'POST /me/grants/{id}/revoke', {
    needs: 'self',
    summary: 'Take back what a program has of the caller',
    input: z.strictObject({ id }),
    output: z.object({ grant: grantView }),
    run: async (site, input) => {
      const { kind, id: own } = ownOf(site)
      const grant = await site.grants.find(input.id)
      const mine = grant?.kind === kind && grant.subject === own
      const { revoked } = found('grant', mine ? grant : undefined)
      if (revoked === undefined) await site.grants.revoke(input.id, 'user')
      return { grant: showGrant(found('grant', await site.grants.find(input.id))) }
    },
  }),
  operation('me.sessions', 'GET /me/sessions', {
    needs: 'self',
    summary: 'The browsers in which the caller is logged in',
    input: z.strictObject(paging),
    output: pageOf(sessionView),
    run: async (site, { limit, cursor }) => {
      const { kind, id: user } = ownOf(site)
      const { items, next } = await pageById(given({ limit, cursor }), async (part) =>
        kind === 'user' ? site.sessions.list({ ...part, user }) : [],
      )
      return { items: items.map(showSession), ...given({ next }) }
    },
  }),
  operation('me.endSession', 'POST /me/sessions/{id}/end', {
    needs: 'self',
    summary: 'Log one of the caller’s browsers out',
    input: z.strictObject({ id }),
    output: z.object({ ended: z.literal(true) }),
    run: async (site, input) => {
      const { kind, id: user } = ownOf(site)
      const session = await site.sessions.find(input.id)
      found('session', kind === 'user' && session?.user === user ? session : undefined)
      await site.sessions.end(input.id)
      return { ended: true as const }
    },
  }),
  operation('me.requests', 'GET /me/requests', {
    needs: 'self',
    summary: 'The caller’s own calls that waited for people, newest first; a page may be short',
    input: z.strictObject({ ...paging, state: state.optional() }),
    output: pageOf(summaryView),
    run: async ({ administration, caller }, query) => {
      const { id: user, groups } = caller.subject
      const mine = { id: user, groups }
      const { items, next } = await administration.approvals.list(given({ ...query, mine }))
      const own = items.filter((item) => isOwn(item, caller))
      return { items: own.map(showSummary), ...given({ next }) }
    },
  }),
] as const
