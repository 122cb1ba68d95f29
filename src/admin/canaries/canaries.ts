import { z } from 'zod'
import { CANARY_KINDS, type Canary, type KeptSighting } from '../../kernel/canary.ts'
import {
  given,
  id,
  operation,
  pageById,
  pageOf,
  paging,
  text,
  time,
  timeOf,
  times,
} from '../operation.ts'

const canaryView = z.object({
  id: z.string(),
  kind: z.enum(CANARY_KINDS),
  /** `user:id` or `agent:id`: whose data it stands among; absent: everybody's. */
  principal: z.string().optional(),
  server: z.string().optional(),
  /** In the planter's words. */
  place: z.string(),
  planted: time,
  /** `user:id`, `agent:id`, or `gateway`. */
  by: z.string(),
  retired: time.optional(),
  sightings: z.number(),
  lastSeen: time.optional(),
})
export type CanaryView = z.output<typeof canaryView>

const sightingView = z.object({
  id: z.string(),
  canary: z.string(),
  at: time,
  /** The call in which it was seen; empty where there is none. */
  call: z.string(),
  subject: z.string(),
  client: z.string(),
  grant: z.string(),
  server: z.string(),
  target: z.string(),
  /** `arguments`, `result`, `question`, … */
  part: z.string(),
  /** Whether the session was stopped because of it. */
  stopped: z.boolean(),
})
export type SightingView = z.output<typeof sightingView>

function showCanary({ planted, retired, lastSeen, ...canary }: Canary): z.input<typeof canaryView> {
  return { ...given(canary), planted: timeOf(planted), ...times({ retired, lastSeen }) }
}

function showSighting({ at, ...sighting }: KeptSighting): z.input<typeof sightingView> {
  return { ...sighting, at: timeOf(at) }
}

const principal = text(256).regex(
  /^(?:user|agent):\P{Cc}+$/u,
  'a principal is `user:id` or `agent:id`',
)

/** Decoys, and where they turned up. */
export const CANARIES = [
  operation('canaries.list', 'GET /canaries', {
    needs: 'look',
    summary: 'List the planted decoys, the last first; what they are is not shown',
    input: z.strictObject(paging),
    output: pageOf(canaryView),
    run: async ({ administration }, part) => {
      const { items, next } = await pageById(given(part), administration.canaries.list)
      return { items: items.map(showCanary), ...given({ next }) }
    },
  }),
  operation('canaries.plant', 'POST /canaries', {
    needs: 'settings.write',
    summary: 'Make a decoy: its value is told this once',
    status: 201,
    input: z.strictObject({
      kind: z.enum(CANARY_KINDS),
      principal: principal.optional(),
      server: text(64).optional(),
      /** Where it is put: `~/.aws/credentials of ann`. */
      place: text(512),
    }),
    output: z.object({ canary: canaryView, value: z.string() }),
    run: async ({ administration, caller }, { kind, place, principal: whose, server }) => {
      const about = { kind, place, principal: whose, server }
      const { canary, value } = await administration.canaries.plant(caller.actor, about)
      return { canary: showCanary(canary), value }
    },
  }),
  operation('canaries.retire', 'POST /canaries/{id}/retire', {
    needs: 'settings.write',
    summary: 'Retire a decoy: it no longer counts',
    input: z.strictObject({ id }),
    output: z.object({ canary: canaryView }),
    run: async ({ administration, caller }, { id: canary }) => ({
      canary: showCanary(await administration.canaries.retire(caller.actor, canary)),
    }),
  }),
  operation('canaries.sightings', 'GET /canary-sightings', {
    needs: 'look',
    summary: 'List where decoys turned up, newest first',
    input: z.strictObject({ ...paging, canary: id.optional() }),
    output: pageOf(sightingView),
    run: async ({ administration }, { limit, cursor, canary }) => {
      const { items, next } = await pageById(given({ limit, cursor }), (part) =>
        administration.canaries.sightings({ ...part, ...given({ canary }) }),
      )
      return { items: items.map(showSighting), ...given({ next }) }
    },
  }),
] as const
