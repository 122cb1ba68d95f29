import { z } from 'zod'
import type { FlowContextView } from '../../kernel/flow.ts'
import { requirePermission } from '../caller.ts'
import {
  flag,
  found,
  given,
  id,
  invalid,
  operation,
  pageOf,
  paging,
  type Site,
  text,
} from '../operation.ts'
import { eventOf, knownContext, mayChange, ownOf, requireChange } from './concerns.ts'
import { contextView, endorsementView, showContext, showEndorsement } from './flow-views.ts'

const one = z.strictObject({ id })
const DEFAULT_LIMIT = 50
const CURSOR = /^(\d{1,15})\.([\w-]{1,512})$/

/** Those after the one that a page ended with; the last used come first. */
function after(
  contexts: readonly FlowContextView[],
  cursor: string | undefined,
): readonly FlowContextView[] {
  const sorted = contexts.toSorted((a, b) => b.used - a.used || (a.id < b.id ? -1 : 1))
  if (cursor === undefined) return sorted
  const [, used = '', last = ''] = CURSOR.exec(cursor) ?? []
  if (last === '') throw invalid('`cursor` is not one of this list')
  return sorted.filter((one) => one.used < +used || (one.used === +used && one.id > last))
}

async function endorsementsOf(site: Site, asked: string, wanted: boolean) {
  const { context, mine } = await knownContext(site, asked)
  const { administration, caller } = site
  if (wanted && !mine) requirePermission(caller, 'bodies')
  const bodies = mine || wanted
  const all = await administration.flow.endorsements(context.id)
  if (wanted && !mine)
    await administration.records.witness({
      ...eventOf(site, 'record.revealed', context),
      detail: { what: 'endorsements' },
    })
  return { items: all.map((endorsement) => showEndorsement(endorsement, bodies)) }
}

/** What agents have read, and which of it people vouch for. */
export const FLOW = [
  operation('flow.contexts', 'GET /flow/contexts', {
    needs: 'self',
    summary:
      'List what agents remember of what they read, the last used first; members see their own',
    input: z.strictObject({
      ...paging,
      /** Only one’s own, and those of agents that one answers for. */
      mine: flag.optional(),
      /** Only those that have, or have not, read what anybody may have written. */
      untrusted: flag.optional(),
    }),
    output: pageOf(contextView),
    run: async (site, { limit = DEFAULT_LIMIT, cursor, mine, untrusted }) => {
      const all = site.caller.permissions.has('look') && mine !== true
      const isOwn = await ownOf(site)
      const left = after(await site.administration.flow.contexts(), cursor).filter(
        (context) =>
          (all || isOwn(context)) &&
          (untrusted === undefined || context.readUntrusted === untrusted),
      )
      const items = left.slice(0, limit).map((context) => {
        const own = isOwn(context)
        return showContext(context, { mine: own, mayChange: mayChange(site, own) })
      })
      const last = left[limit - 1]
      const next = left.length > limit && last ? `${last.used}.${last.id}` : undefined
      return { items, ...given({ next }) }
    },
  }),
  operation('flow.context', 'GET /flow/contexts/{id}', {
    needs: 'self',
    summary: 'Show one context: whose it is, and what it has read by kind',
    input: one,
    output: z.object({ context: contextView }),
    run: async (site, input) => {
      const { context, mine } = await knownContext(site, input.id)
      return { context: showContext(context, { mine, mayChange: mayChange(site, mine) }) }
    },
  }),
  operation('flow.end', 'POST /flow/contexts/{id}/end', {
    needs: 'self',
    summary: 'Open a clean context: what was read is forgotten. Takes a person in the console',
    input: one,
    output: z.object({ ended: z.literal(true) }),
    run: async (site, input) => {
      const { context, mine } = await knownContext(site, input.id)
      await requireChange(site, 'flow.ended', context, mine)
      const { flow } = site.administration
      const ended = await flow.end(context.id, site.caller.actor.subject)
      found('context', ended ? context : undefined)
      return { ended: true as const }
    },
  }),
  operation('flow.endorsements', 'GET /flow/contexts/{id}/endorsements', {
    needs: 'self',
    summary:
      'List what people or sources vouched for within a context; others’ values only if asked',
    /** With the values of somebody else’s, which is put on record. */
    input: z.strictObject({ id, bodies: flag.optional() }),
    output: z.object({ items: z.array(endorsementView) }),
    run: (site, input) => endorsementsOf(site, input.id, input.bodies === true),
  }),
  operation('flow.endorse', 'POST /flow/contexts/{id}/endorsements', {
    needs: 'self',
    summary: 'Vouch for a value within a context, whatever named it. Takes a person in the console',
    status: 201,
    input: z.strictObject({
      id,
      value: text(2_048).regex(/^\P{Cc}+$/u, 'a value has no control characters'),
      /** Why, for the record. */
      reason: text(1_000),
    }),
    output: z.object({ endorsement: endorsementView }),
    run: async (site, { id: asked, value, reason }) => {
      const { context, mine } = await knownContext(site, asked)
      await requireChange(site, 'flow.endorsed', context, mine)
      const { flow } = site.administration
      const by = site.caller.actor.subject
      const endorsement = await flow.endorse(context.id, value, by, reason)
      return { endorsement: showEndorsement(found('context', endorsement), true) }
    },
  }),
] as const
