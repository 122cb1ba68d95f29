import { z } from 'zod'
import { operation, time, timeOf } from '../operation.ts'
import type { CallCounts } from './ports.ts'
import { postureOf } from './posture/posture.ts'

const countsView = z.object({
  at: time,
  calls: z.number(),
  denied: z.number(),
  asked: z.number(),
  failed: z.number(),
})

const postureView = z.object({
  id: z.string(),
  severity: z.enum(['critical', 'warning', 'info']),
  title: z.string(),
  detail: z.string(),
  count: z.number().optional(),
  fix: z.object({
    label: z.string(),
    /** Path and filters, below the root of the console. */
    page: z.string().optional(),
    command: z.string().optional(),
  }),
})

function showCounts({ at, calls, denied, asked, failed }: CallCounts) {
  return { at: timeOf(at), calls, denied, asked, failed }
}

function sum(counts: readonly CallCounts[], member: Exclude<keyof CallCounts, 'at'>): number {
  return counts.reduce((total, one) => total + one[member], 0)
}

const DAY = 24 * 60 * 60 * 1_000
const NEW_DAYS = 7

export const OVERVIEW = [
  operation('overview.show', 'GET /overview', {
    needs: 'look',
    summary: 'Say how the gateway stands: what could be better, what goes through it, who waits',
    input: z.strictObject({}),
    output: z.object({
      at: time,
      posture: z.array(postureView),
      traffic: z.object({
        /** By the second, the last sixty; seconds without calls are left out. */
        seconds: z.array(countsView),
        /** By the hour, the last twenty-four and the current one. */
        hours: z.array(countsView),
        day: countsView.omit({ at: true }),
      }),
      pendingApprovals: z.number(),
      servers: z.object({
        total: z.number(),
        /** Those whose first call is not older than so many days. */
        days: z.number(),
        new: z.array(z.object({ name: z.string(), first: time })),
      }),
    }),
    run: async ({ administration: { overview } }) => {
      const facts = await overview.facts()
      const [seconds, hours, fresh] = await Promise.all([
        overview.seconds(),
        overview.hours(),
        overview.newServers(facts.now - NEW_DAYS * DAY),
      ])
      return {
        at: timeOf(facts.now),
        posture: [...postureOf(facts)],
        traffic: {
          seconds: seconds.map(showCounts),
          hours: hours.map(showCounts),
          day: {
            calls: sum(hours, 'calls'),
            denied: sum(hours, 'denied'),
            asked: sum(hours, 'asked'),
            failed: sum(hours, 'failed'),
          },
        },
        pendingApprovals: facts.approvals.pending,
        servers: {
          total: facts.servers.length,
          days: NEW_DAYS,
          new: fresh.map(({ name, first }) => ({ name, first: timeOf(first) })),
        },
      }
    },
  }),
] as const
