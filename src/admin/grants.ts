import { z } from 'zod'
import { ESTABLISHED_BY, subjectName } from '../kernel/subject.ts'
import {
  flag,
  found,
  given,
  id,
  invalid,
  moment,
  operation,
  pageById,
  pageOf,
  paging,
  time,
  timeOf,
  times,
} from './operation.ts'
import type { Grant } from './ports.ts'

export const grantView = z.object({
  id: z.string(),
  /** `user:id` or `agent:id`. */
  subject: z.string(),
  client: z.string(),
  resource: z.string(),
  scopes: z.array(z.string()),
  /** Agents that act, outermost first. */
  actors: z.array(z.string()),
  via: z.enum(ESTABLISHED_BY),
  created: time,
  used: time.optional(),
  expires: time,
  revoked: time.optional(),
  reason: z.string().optional(),
})
export type GrantView = z.output<typeof grantView>

export function showGrant(grant: Grant): z.input<typeof grantView> {
  const { kind, subject, created, expires, used, revoked, scopes, actors, ...rest } = grant
  return {
    ...rest,
    subject: subjectName({ kind, id: subject }),
    scopes: [...scopes],
    actors: [...actors],
    created: timeOf(created),
    expires: timeOf(expires),
    ...times({ used, revoked }),
  }
}

function subjectOf(user: string | undefined, agent: string | undefined) {
  if (user !== undefined && agent !== undefined) throw invalid('a grant is of a user or an agent')
  if (user !== undefined) return { kind: 'user', id: user } as const
  return agent === undefined ? undefined : ({ kind: 'agent', id: agent } as const)
}

const one = z.strictObject({ id })

export const GRANTS = [
  operation('grants.list', 'GET /grants', {
    needs: 'identity.read',
    summary: 'List grants by id: those in force, or all',
    input: z.strictObject({
      ...paging,
      user: id.optional(),
      agent: id.optional(),
      client: id.optional(),
      unusedSince: moment.optional(),
      /** Ended ones as well. */
      all: flag.optional(),
    }),
    output: pageOf(grantView),
    run: async ({ grants }, { user, agent, limit, cursor, ...query }) => {
      const subject = subjectOf(user, agent)
      const { items, next } = await pageById(given({ limit, cursor }), (part) =>
        grants.list(given({ ...part, ...query, subject })),
      )
      return { items: items.map(showGrant), ...given({ next }) }
    },
  }),
  operation('grants.show', 'GET /grants/{id}', {
    needs: 'identity.read',
    summary: 'Show a grant',
    input: one,
    output: z.object({ grant: grantView }),
    run: async ({ grants }, { id: grant }) => ({
      grant: showGrant(found('grant', await grants.find(grant))),
    }),
  }),
  operation('grants.revoke', 'POST /grants/{id}/revoke', {
    needs: 'identity.write',
    summary: 'End a grant: its tokens are void at once',
    input: one,
    output: z.object({ grant: grantView }),
    run: async ({ grants }, { id: grant }) => {
      const known = found('grant', await grants.find(grant))
      // One that has ended before stays as it ended.
      if (known.revoked === undefined) await grants.revoke(grant, 'administrator')
      return { grant: showGrant(found('grant', await grants.find(grant))) }
    },
  }),
] as const
