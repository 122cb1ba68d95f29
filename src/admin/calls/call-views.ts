import { z } from 'zod'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { time, timeOf } from '../operation.ts'
import { type CallEvidence, type EvidenceRow, VERDICTS, type Verdict } from './ports.ts'

const RISKS = ['low', 'medium', 'high'] as const

/** A call in a list: nothing of what it carried. */
export const callSummary = z.object({
  id: z.string(),
  at: time,
  server: z.string(),
  target: z.string(),
  action: z.string(),
  /** `user:id` or `agent:id`. */
  subject: z.string().nullable(),
  /** Who acted, when that was somebody else. */
  actors: z.array(z.string()),
  client: z.string().nullable(),
  /** What the client says of itself. */
  claims: z.string(),
  grant: z.string().nullable(),
  verdict: z.enum(VERDICTS).nullable(),
  /** Ids of the policies that determined it. */
  policies: z.array(z.string()),
  approval: z.string().optional(),
  /** Of the tool, as it was classed then; absent where that was not kept. */
  risk: z.enum(RISKS).optional(),
  /** Null while it runs, or when it was cut off. */
  outcome: z.string().nullable(),
  error: z.string().optional(),
  /** Milliseconds. */
  duration: z.number().optional(),
  /** Of its first record. */
  seq: z.number(),
})
export type CallSummary = z.output<typeof callSummary>

/** Undefined for a call without records. */
export function showCall(evidence: CallEvidence): CallSummary | undefined {
  const { call, intent, outcome } = evidence
  const first = intent ?? outcome
  if (first === undefined) return undefined
  const body = first.body ?? {}
  const end = outcome?.body ?? {}
  const decision = member(body, 'decision')
  const approval = member(body, 'approval')['id']
  const { error, duration } = end
  return {
    id: call,
    at: timeOf(first.at),
    server: first.server,
    target: first.target,
    action: text(body['action']),
    subject: subjectOf(first),
    actors: texts(body['actors']),
    client: first.client,
    claims: text(body['client']),
    grant: first.grant,
    verdict: verdictOf(decision),
    policies: policiesOf(decision),
    ...(typeof approval === 'string' ? { approval } : {}),
    ...riskOf(body),
    outcome: outcome?.outcome ?? null,
    ...(typeof error === 'string' ? { error } : {}),
    ...(typeof duration === 'number' ? { duration } : {}),
    seq: first.seq,
  }
}

function riskOf(body: JsonObject): Pick<CallSummary, 'risk'> {
  const target = member(member(inputOf(body), 'request'), 'target')
  const written = member(target, 'classification')['risk']
  const risk = RISKS.find((one) => one === written)
  return risk === undefined ? {} : { risk }
}

/** What the decision saw; empty where it was not kept. */
export function inputOf(body: JsonObject): JsonObject {
  const written = body['input']
  if (typeof written !== 'string') return {}
  try {
    const value: Json = JSON.parse(written)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

export function verdictOf(decision: JsonObject): Verdict | null {
  if (decision['effect'] === 'permit') return decision['observed'] ? 'observed' : 'permit'
  if (decision['effect'] === 'deny') return decision['lift'] ? 'ask' : 'deny'
  return null
}

export function policiesOf(decision: JsonObject): string[] {
  return objects(decision['determining']).map(({ policy }) => text(policy))
}

/** Whom a call was for. Before subjects had a column, the only one was the owner. */
export function subjectOf({ subject, body }: EvidenceRow): string | null {
  const old = body?.['subject']
  return subject ?? (typeof old === 'string' ? `user:${old}` : null)
}

export function member(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isObject(value) ? value : {}
}

export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

export function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

export function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
