import { z } from 'zod'
import { requirePermission } from '../caller.ts'
import {
  flag,
  found,
  given,
  id,
  moment,
  operation,
  paging,
  type Site,
  text,
  time,
  timeOf,
} from '../operation.ts'
import { callDetail, showDetail } from './call-detail.ts'
import { callSummary, showCall, subjectOf } from './call-views.ts'
import { type CallEvidence, OUTCOMES, VERDICTS } from './ports.ts'

/** What narrows a list of calls. */
export const callFilters = {
  server: text().optional(),
  target: text(2_048).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  /** How it was decided. */
  effect: z.enum(VERDICTS).optional(),
  subject: id.optional(),
  client: id.optional(),
  grant: id.optional(),
  /** The id of one that determined the decision, or would have. */
  policy: text(256).optional(),
  from: moment.optional(),
  to: moment.optional(),
  /** How the id of the call, or the name of server, target, subject or client begins. */
  text: text(256).optional(),
}

/** The records of a call. @throws GatewayError `item_unknown` */
export async function existingCall(
  { administration }: Pick<Site, 'administration'>,
  call: string,
): Promise<CallEvidence> {
  return found('call', await administration.records.call(call))
}

/**
 * Says on record that somebody reads what a call carried, before they do.
 *
 * @throws GatewayError `role_insufficient`, `audit_unavailable`
 */
export async function reveal({ administration, caller }: Site, call: CallEvidence): Promise<void> {
  requirePermission(caller, 'bodies')
  const first = call.intent ?? call.outcome
  const subject = first && subjectOf(first)
  await administration.records.witness({
    event: 'record.revealed',
    outcome: 'done',
    ...(subject ? { subject } : {}),
    target: call.call,
    by: caller.actor,
  })
}

/** What the records of a call are chained to. */
async function previousHashes(
  { administration: { records } }: Site,
  { intent, outcome }: CallEvidence,
): Promise<ReadonlyMap<number, string>> {
  const places = [intent, outcome].flatMap((row) => row?.seq ?? []).filter((seq) => seq > 1)
  const before = await Promise.all(
    places.map(async (seq) => (await records.after(seq - 2, 1)).find((row) => row.seq === seq - 1)),
  )
  return new Map(before.flatMap((row) => (row === undefined ? [] : [[row.seq + 1, row.hash]])))
}

export const CALLS = [
  operation('calls.list', 'GET /calls', {
    needs: 'look',
    summary: 'Look for calls, the newest first',
    input: z.strictObject({ ...paging, ...callFilters }),
    output: z.object({
      items: z.array(callSummary),
      /** A page with it may be short, or empty: so many records are looked at for one page. */
      next: z.string().optional(),
      /** Everything newer was looked at; absent when everything was. */
      searchedTo: time.optional(),
    }),
    run: async ({ administration }, { effect, from, to, ...filters }) => {
      const { calls, next, searchedTo } = await administration.records.search(
        given({ ...filters, verdict: effect, since: from, before: to }),
      )
      return given({
        items: calls.flatMap((call) => showCall(call) ?? []),
        next,
        searchedTo: searchedTo === undefined ? undefined : timeOf(searchedTo),
      })
    },
  }),
  operation('calls.show', 'GET /calls/{id}', {
    needs: 'look',
    summary:
      'Show a call: who, why, when, and where it stands in the chain; with what it carried, if asked',
    input: z.strictObject({ id, bodies: flag.optional() }),
    output: z.object({ call: callDetail }),
    run: async (site, { id: wanted, bodies = false }) => {
      if (bodies) requirePermission(site.caller, 'bodies')
      const call = await existingCall(site, wanted)
      const status = await site.administration.records.status()
      const previous = await previousHashes(site, call)
      if (bodies) await reveal(site, call)
      return { call: found('call', showDetail(call, status, bodies, previous)) }
    },
  }),
] as const
