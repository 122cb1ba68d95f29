import { z } from 'zod'
import { given, operation, pageById, pageOf, paging, text, time, timeOf } from '../operation.ts'

const deliveryView = z.object({
  id: z.string(),
  endpoint: z.string(),
  event: z.string(),
  state: z.string(),
  attempts: z.number(),
  due: time,
  created: time,
  status: z.number().optional(),
})

/** How the gateway is set, and how it fares. */
export const SETTINGS = [
  operation('settings.show', 'GET /settings', {
    needs: 'look',
    summary: 'Show the configuration in force, without secrets',
    input: z.strictObject({}),
    output: z.object({
      settings: z.array(
        z.object({ path: z.string(), value: z.string(), origin: z.string().optional() }),
      ),
    }),
    run: async ({ administration }) => ({ settings: [...administration.settings.show()] }),
  }),
  operation('settings.health', 'GET /settings/health', {
    needs: 'look',
    summary: 'Say which parts of the gateway work',
    input: z.strictObject({}),
    output: z.object({
      health: z.array(z.object({ part: z.string(), ok: z.boolean(), detail: z.string() })),
    }),
    run: async ({ administration }) => ({ health: [...(await administration.settings.health())] }),
  }),
  operation('webhooks.list', 'GET /webhook-deliveries', {
    needs: 'look',
    summary: 'List messages to others, newest first; what they carry is not shown',
    input: z.strictObject({
      ...paging,
      endpoint: text(128).optional(),
      state: z.enum(['due', 'sent', 'failed']).optional(),
    }),
    output: pageOf(deliveryView),
    run: async ({ administration }, { limit, cursor, ...query }) => {
      const page = await pageById(given({ limit, cursor }), (part) =>
        administration.settings.deliveries({ ...part, ...given(query) }),
      )
      const items = page.items.map(({ due, created, ...one }) => ({
        ...one,
        due: timeOf(due),
        created: timeOf(created),
      }))
      return { items, ...given({ next: page.next }) }
    },
  }),
] as const
