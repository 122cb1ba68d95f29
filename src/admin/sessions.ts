import { z } from 'zod'
import { found, given, id, operation, pageById, pageOf, paging, time, timeOf } from './operation.ts'
import type { Session } from './ports.ts'

export const sessionView = z.object({
  /** Opens nothing. */
  id: z.string(),
  user: z.string(),
  /** How they logged in (RFC 8176). */
  methods: z.array(z.string()),
  begun: time,
  expires: time,
})
export type SessionView = z.output<typeof sessionView>

export function showSession({ begun, expires, methods, ...rest }: Session): SessionView {
  return { ...rest, methods: [...methods], begun: timeOf(begun), expires: timeOf(expires) }
}

/** Browsers in which people are logged in. */
export const SESSIONS = [
  operation('sessions.list', 'GET /sessions', {
    needs: 'identity.read',
    summary: 'List the browsers in which people are logged in',
    input: z.strictObject({ ...paging, user: id.optional() }),
    output: pageOf(sessionView),
    run: async ({ sessions }, { limit, cursor, user }) => {
      const { items, next } = await pageById(given({ limit, cursor }), (part) =>
        sessions.list(given({ ...part, user })),
      )
      return { items: items.map(showSession), ...given({ next }) }
    },
  }),
  operation('sessions.end', 'POST /sessions/{id}/end', {
    needs: 'identity.write',
    summary: 'Log a browser out, and end what its pages have open',
    input: z.strictObject({ id }),
    output: z.object({ ended: z.literal(true) }),
    run: async ({ sessions }, { id: session }) => {
      found('session', (await sessions.end(session)) ? session : undefined)
      return { ended: true as const }
    },
  }),
] as const
