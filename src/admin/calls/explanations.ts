import { z } from 'zod'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { sha256 } from '../../kernel/hash.ts'
import { requirePermission } from '../caller.ts'
import { flag, id, operation, type Site, text } from '../operation.ts'
import { DRAFT_BYTES, files } from '../policies/views.ts'
import { existingCall, reveal } from './calls.ts'
import type { ExplainedCall, ExplainedClause } from './explanation-ports.ts'
import type { CallEvidence } from './ports.ts'
import { VERDICTS } from './ports.ts'

const clauseView = z.object({
  text: z.string(),
  outcome: z.enum(['true', 'false', 'fault']),
  fault: z.string().optional(),
  reached: z.boolean(),
  decides: z.boolean(),
  at: z.object({ start: z.number(), end: z.number() }).optional(),
  reads: z.array(
    z.object({ path: z.string(), value: z.string().optional(), influence: z.string() }),
  ),
})

const policyView = z.object({
  policy: z.string(),
  effect: z.enum(['permit', 'forbid']),
  mode: z.enum(['enforce', 'observe']),
  file: z.string(),
  line: z.number(),
  text: z.string().optional(),
  reason: z.string().optional(),
  remedy: z.string().optional(),
  determines: z.boolean(),
  outcome: z.enum(['applies', 'does not apply', 'faults']),
  scope: z.array(z.object({ text: z.string(), fits: z.boolean() })),
  clauses: z.array(clauseView),
})

const explanationView = z.object({
  verdict: z.enum(['permit', 'ask', 'deny']),
  policySet: z.string(),
  recorded: z.object({ policySet: z.string().optional(), verdict: z.enum(VERDICTS).nullable() }),
  determining: z.array(z.string()),
  policies: z.array(policyView),
  obstacles: z.array(
    z.object({
      policy: z.string(),
      must: z.enum(['hold', 'not hold', 'not fault']),
      byCaller: z.boolean(),
      remedy: z.string().optional(),
      because: z.array(z.string()),
    }),
  ),
  unparsable: z.array(z.string()),
  redacted: z.array(z.string()),
  assumed: z.array(z.string()),
})

/** Absent where the record does not keep what the decision saw. */
const answer = z.object({ explanation: explanationView.optional() })

function showClause({ fault, reads, ...clause }: ExplainedClause, bodies: boolean) {
  return {
    ...clause,
    ...(bodies && fault !== undefined ? { fault } : {}),
    reads: reads.map(({ value, ...read }) => (bodies ? { ...read, value } : read)),
  }
}

/** Without `bodies`, nothing that the call carried is in it: no values, nothing that may quote them. */
function show(explained: ExplainedCall | undefined, bodies: boolean): z.input<typeof answer> {
  if (explained === undefined) return {}
  const { policies, obstacles, redacted, recorded, ...rest } = explained
  const { policySet, verdict } = recorded
  const explanation = {
    ...rest,
    recorded: { verdict, ...(policySet === undefined ? {} : { policySet }) },
    policies: policies.map(({ clauses, ...policy }) => ({
      ...policy,
      clauses: clauses.map((clause) => showClause(clause, bodies)),
    })),
    obstacles: obstacles.map((obstacle) => (bodies ? obstacle : { ...obstacle, because: [] })),
    redacted: bodies ? redacted : [],
  }
  // The schema takes what it names, and copies it.
  return { explanation: explanation as never }
}

/** The call, and on record that its contents are read, if they are. */
async function opened(site: Site, wanted: string, bodies: boolean): Promise<CallEvidence> {
  if (bodies) requirePermission(site.caller, 'bodies')
  const call = await existingCall(site, wanted)
  if (bodies) await reveal(site, call)
  return call
}

/** Whether a draft holds of a call tells of the call what its author asks: each question is on record. */
async function probed(
  { administration, caller }: Site,
  draft: Readonly<Record<string, string>>,
  { call }: CallEvidence,
): Promise<void> {
  await administration.records.witness({
    event: 'record.revealed',
    outcome: 'done',
    target: call,
    detail: { draft: sha256(canonicalJson(draft)) },
    by: caller.actor,
  })
}

/** What is wrong with a draft is its author's, not the gateway's. */
function faultOfDraft(cause: unknown): unknown {
  if (!(cause instanceof GatewayError) || cause.code !== 'policy_unavailable') return cause
  const { message, data = {} } = cause
  return new GatewayError('params_invalid', message, { cause, data })
}

export const EXPLANATIONS = [
  operation('calls.explain', 'GET /calls/{id}/explanation', {
    needs: 'look',
    summary: 'Explain how the policies in force decide a recorded call; with values, if asked',
    input: z.strictObject({ id, bodies: flag.optional() }),
    output: answer,
    run: async (site, { id: wanted, bodies = false }) => {
      const call = await opened(site, wanted, bodies)
      return show(site.administration.explanations.explain(call), bodies)
    },
  }),
  operation('calls.replay', 'POST /calls/{id}/replay', {
    needs: 'look',
    summary:
      'Explain how a draft would decide a recorded call, in the place of the policies of the console',
    bytes: DRAFT_BYTES,
    input: z.strictObject({ id, files, bodies: z.boolean().optional() }),
    output: answer,
    run: async (site, { id: wanted, files: draft, bodies = false }) => {
      const call = await opened(site, wanted, bodies)
      if (!bodies) await probed(site, draft, call)
      try {
        return show(await site.administration.explanations.replay(call, draft), bodies)
      } catch (error) {
        throw faultOfDraft(error)
      }
    },
  }),
  operation('calls.rule', 'POST /calls/{id}/rule', {
    needs: 'look',
    summary:
      'Draft a policy for exactly the principal and the target of a call, and for arguments as they were',
    input: z.strictObject({
      id,
      effect: z.enum(['permit', 'forbid']),
      /** Names of arguments. Their values stand in the draft. */
      arguments: z.array(text(256)).max(32).optional(),
      policy: text(128)
        .regex(/^[\w.-]+$/)
        .optional(),
    }),
    output: z.object({ policy: z.string().optional() }),
    run: async (site, { id: wanted, effect, arguments: names = [], policy }) => {
      const call = await opened(site, wanted, names.length > 0)
      const wish = { id: policy ?? `${effect}-${wanted.slice(-12)}`, effect, arguments: names }
      const draft = site.administration.explanations.rule(call, wish)
      return draft === undefined ? {} : { policy: draft }
    },
  }),
] as const
