import type { DecisionPoint } from '../../kernel/access.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RecordEntry } from '../../kernel/record.ts'
import type { ScreenPlan } from '../../kernel/screening.ts'
import type { Response } from '../../mcp/message.ts'
import type { Outbound } from '../../mcp/upstream/link.ts'
import type { GatewayOptions } from '../gateway.ts'
import { fakeScreening, planOf, rule } from './screening.ts'
import { ask, type FakeServer, PERMIT, type World, world } from './world.ts'

export const LEGACY = '2025-11-25'
export const MODERN = '2026-07-28'
export const ALL = planOf(
  rule('secret', 'redact'),
  rule('injection', 'block', { alert: true }),
  rule('canary', 'block', { stop: true }),
  rule('personal', 'mark'),
)
const LOOK = {
  name: 'look',
  inputSchema: { type: 'object', properties: { q: { type: 'string', maxLength: 40 } } },
}

/** The same, with structured results. */
const TYPED = {
  ...LOOK,
  name: 'typed',
  outputSchema: {
    type: 'object',
    properties: { key: { type: 'string' }, short: { type: 'string', maxLength: 8 } },
  },
}

/** The two tools of the server. */
export const TOOLS = [LOOK, TYPED]

export function policy(plan: ScreenPlan): DecisionPoint {
  return { hash: 'h', decide: () => PERMIT, visible: () => true, screens: () => plan }
}

export function place(
  answer: (outbound: Outbound) => JsonObject | Response | Promise<JsonObject | Response>,
  more: {
    readonly plan?: ScreenPlan
    readonly revision?: FakeServer['revision']
    readonly screens?: Partial<GatewayOptions>
    readonly when?: 'at once' | 'later'
    readonly enforces?: (server: string) => boolean
  } = {},
): World & { readonly scanned: readonly unknown[] } {
  const { plan = ALL, revision = LEGACY, when = 'at once' } = more
  const frame = revision === MODERN ? { resultType: 'complete' } : {}
  const screening = fakeScreening(when)
  const made = world({
    servers: {
      files: {
        revision,
        logic: async (outbound) =>
          outbound.request.method === 'tools/list' ? { ...frame, tools: TOOLS } : answer(outbound),
      },
    },
    policy: policy(plan),
    screens: { screening, ...more.screens },
    ...(more.enforces === undefined ? {} : { enforces: more.enforces }),
  })
  return { ...made, scanned: screening.scanned }
}

export const call = (
  args: JsonObject = {},
  revision: typeof LEGACY | typeof MODERN = LEGACY,
  more = {},
) => ask(revision, 'files', 'tools/call', { name: 'look', arguments: args }, more)

export const callTyped = () => ask(LEGACY, 'files', 'tools/call', { name: 'typed', arguments: {} })

export function resultOf(response: Response): JsonObject {
  if (response.kind === 'error') throw new Error(JSON.stringify(response.error))
  return response.result
}

export const outcomeIn = ({ records }: World): Extract<RecordEntry, { kind: 'outcome' }> =>
  records.findLast((entry) => entry.kind === 'outcome') as never
export const eventsIn = ({ records }: World) => records.filter((entry) => entry.kind === 'event')
export const callsOf = (made: World) =>
  made.reached().filter(({ request }) => request.method === 'tools/call')
