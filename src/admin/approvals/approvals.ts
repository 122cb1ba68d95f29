import { z } from 'zod'
import type { ApprovalRequest, PatternChoice } from '../../kernel/approval-desk.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { flag, found, given, id, operation, pageOf, paging, type Site, text } from '../operation.ts'
import { hasAnswered, isOwn, mayKnow, maySeeBodies, waitsFor } from './concerns.ts'
import { requirePerson } from './person.ts'
import { listedView, requestView, showRequest, showSummary, state, summaryView } from './views.ts'

const one = z.strictObject({ id })
const MOST_COUNTED = 200
/** With an approval: calls like it, too. */
const pattern = z.strictObject({
  free: z.array(text(256)).max(64),
  minutes: z.number().int().min(1).max(1_440),
})

function choiceOf({ free, minutes }: z.output<typeof pattern>): PatternChoice {
  return { free, duration: minutes * 60_000 }
}

const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** Of a request that somebody may not know of, it is not told that it is there. */
async function known({ administration, caller }: Site, id: string): Promise<ApprovalRequest> {
  const { approvals } = administration
  const request = found('request for approval', await approvals.find(id))
  if (!mayKnow(approvals, request, caller)) found('request for approval', undefined)
  return request
}

/** Says on record that somebody reads what a call carries, before they do. */
async function reveal({ administration, caller }: Site, request: ApprovalRequest): Promise<void> {
  await administration.records.witness({
    ...{ event: 'record.revealed', outcome: 'done', subject: request.subject },
    ...{ target: request.call, detail: { approval: request.id }, by: caller.actor },
  })
}

function person({ caller: { subject } }: Site) {
  return { id: subject.id, groups: subject.groups }
}

/** Calls that wait for people, and their answers. */
export const APPROVALS = [
  operation('approvals.list', 'GET /approvals', {
    needs: 'self',
    summary: 'List requests for approval, newest first; members see what they asked or are asked',
    input: z.strictObject({
      ...paging,
      state: state.optional(),
      server: text(128).optional(),
      /** Only what one asked for or may answer. */
      mine: flag.optional(),
    }),
    output: pageOf(listedView),
    run: async (site, { mine, ...query }) => {
      const { administration, caller } = site
      const all = caller.permissions.has('look') || caller.permissions.has('approvals.read')
      const narrowed = all && mine !== true ? {} : { mine: person(site) }
      const { approvals } = administration
      const { items, next } = await approvals.list(given({ ...query, ...narrowed }))
      return {
        items: items.map((item) => ({
          ...showSummary(item),
          waitsForYou: waitsFor(approvals, item, caller),
        })),
        ...given({ next }),
      }
    },
  }),
  operation('approvals.count', 'GET /approvals/count', {
    needs: 'self',
    summary: 'Count the requests that wait: for the caller’s answer (up to 200), and in all',
    input: z.strictObject({}),
    output: z.object({ toAnswer: z.number(), all: z.number().optional() }),
    run: async (site) => {
      const { approvals } = site.administration
      const query = { state: 'pending', limit: MOST_COUNTED, mine: person(site) } as const
      const isUser = site.caller.subject.kind === 'user'
      const { items } = isUser ? await approvals.list(query) : { items: [] }
      const toAnswer = items.filter((item) => waitsFor(approvals, item, site.caller)).length
      const all = site.caller.permissions.has('look') ? await approvals.pending() : undefined
      return { toAnswer, ...given({ all }) }
    },
  }),
  operation('approvals.show', 'GET /approvals/{id}', {
    needs: 'self',
    summary: 'Show a request: the call in full to those who answer, audit or asked',
    input: one,
    output: z.object({
      approval: requestView,
      /** Whether the caller may answer in the console, and if not, why. */
      mayAnswer: z.boolean(),
      why: z.string().optional(),
      mine: z.boolean(),
    }),
    run: async (site, input) => {
      const { administration, caller } = site
      const { approvals } = administration
      const request = await known(site, input.id)
      const answer =
        caller.subject.kind === 'user'
          ? approvals.mayAnswer(request, person(site))
          : ({ may: false, why: 'requests for approval are answered by people' } as const)
      const bodies = maySeeBodies(approvals, request, caller)
      // Who is asked, or answered, and whose call it is, read what is theirs.
      const concerned = isOwn(request, caller) || hasAnswered(request, caller.subject.id)
      if (bodies && !answer.may && !concerned) await reveal(site, request)
      return {
        approval: showRequest(request, bodies),
        mayAnswer: answer.may,
        ...(answer.may ? {} : { why: answer.why }),
        mine: isOwn(request, caller),
      }
    },
  }),
  operation('approvals.challenge', 'POST /approvals/{id}/challenge', {
    needs: 'self',
    summary: 'Begin an approval with a passkey: what the browser is to sign',
    input: z.strictObject({ id, pattern: pattern.optional() }),
    output: z.object({ options: z.record(z.string(), z.unknown()) }),
    run: async (site, { id: request, pattern: wide }) => {
      await requirePerson(site, request, 'approve')
      await known(site, request)
      const choice = wide && choiceOf(wide)
      const { approvals } = site.administration
      return { options: await approvals.challenge(request, person(site), choice) }
    },
  }),
  operation('approvals.preview', 'POST /approvals/{id}/preview', {
    needs: 'self',
    summary: 'Show the policy that a pattern would be, to whoever may see the call in full',
    input: z.strictObject({ id, pattern }),
    output: z.object({ policy: z.string() }),
    run: async (site, { id: request, pattern: wide }) => {
      const { administration, caller } = site
      if (!maySeeBodies(administration.approvals, await known(site, request), caller))
        throw new GatewayError('role_insufficient', 'your roles do not show what calls carry')
      return { policy: await administration.approvals.policyOf(request, choiceOf(wide)) }
    },
  }),
  operation('approvals.answer', 'POST /approvals/{id}/answer', {
    needs: 'self',
    summary: 'Approve or decline: to approve takes a person logged in with a browser',
    input: z.strictObject({
      id,
      verdict: z.enum(['approve', 'decline']),
      /** Of what the person saw. */
      digest,
      comment: text(1_000).optional(),
      /** The browser's answer to `challenge`. */
      assertion: z.record(z.string().max(64), z.json()).optional(),
      pattern: pattern.optional(),
    }),
    output: z.object({ approval: summaryView }),
    run: async (site, { id: request, pattern: wide, ...ballot }) => {
      await requirePerson(site, request, ballot.verdict)
      await known(site, request)
      const { caller } = site
      const approval = await site.administration.approvals.answer(
        request,
        given({
          ...ballot,
          user: person(site),
          by: caller.actor,
          channel: caller.way === 'session' ? ('console' as const) : ('command-line' as const),
          pattern: wide && choiceOf(wide),
        }) as never,
      )
      return { approval: showSummary(approval) }
    },
  }),
  operation('approvals.withdraw', 'POST /approvals/{id}/withdraw', {
    needs: 'self',
    summary: 'Take a request back: whose it is, or whoever decides about approvals',
    input: one,
    output: z.object({ approval: summaryView }),
    run: async (site, input) => {
      const { administration, caller } = site
      const request = await known(site, input.id)
      if (!isOwn(request, caller) && !caller.permissions.has('approvals.decide'))
        throw new GatewayError('role_insufficient', 'the request is somebody else’s')
      const withdrawn = await administration.approvals.withdraw(input.id, caller.actor)
      return { approval: showSummary(withdrawn) }
    },
  }),
] as const
