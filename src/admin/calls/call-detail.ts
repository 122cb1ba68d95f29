import { z } from 'zod'
import { FACT_MEMBERS } from '../../kernel/facts.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { time, timeOf } from '../operation.ts'
import { callSummary, inputOf, member, objects, showCall, text, texts } from './call-views.ts'
import { flowOf, flowView } from './flow-view.ts'
import type { CallEvidence, ChainStatus, EvidenceRow } from './ports.ts'
import { screenedOf, screenedView } from './screened-view.ts'

/** A value by its digest; its beginning, without secrets, only for who may read what calls carry. */
const printed = z.object({ digest: z.string(), of: z.string(), size: z.number() })

const determining = z.object({
  policy: z.string(),
  reason: z.string().optional(),
  remedy: z.string().optional(),
})

const decisionView = z.object({
  effect: z.string(),
  determining: z.array(determining),
  errors: z.array(z.string()),
  /** Who could have lifted the denial, and how. */
  lift: z.record(z.string(), z.json()).optional(),
  obligations: z.record(z.string(), z.json()).optional(),
  /** What would have denied, had it not been only observed. */
  observed: z.object({ determining: z.array(determining) }).optional(),
})

/** What analysers read from the arguments, in numbers and in words of theirs: no value of the caller's. */
const factsSummary = z.array(
  z.object({
    kind: z.string(),
    count: z.number(),
    /** Of SQL: what it does. */
    classes: z.array(z.string()).optional(),
    flags: z.array(z.string()),
  }),
)

const recordView = z.object({
  seq: z.number(),
  at: time,
  kind: z.string(),
  outcome: z.string().nullable(),
  hash: z.string(),
  /** The hash of the record before, which its own hash holds fast; absent for the first of all. */
  previous: z.string().optional(),
})

/** What a call carried, as far as it was kept; secrets were taken out before. */
const carried = z.object({
  /** All arguments; absent where only their beginning was kept. */
  arguments: z.record(z.string(), z.json()).optional(),
  facts: z.record(z.string(), z.json()).optional(),
  /** JSON Pointers of arguments whose values were taken out. */
  redacted: z.array(z.string()),
  excerpts: z.object({
    arguments: z.string().optional(),
    forwarded: z.string().optional(),
    result: z.string().optional(),
  }),
})

export const callDetail = callSummary.extend({
  method: z.string(),
  authorization: z
    .object({
      trust: z.string(),
      scopes: z.array(z.string()),
      bound: z.boolean(),
      issuer: z.string(),
      via: z.string(),
    })
    .optional(),
  decision: decisionView.optional(),
  approved: z
    .object({ id: z.string(), kind: z.string(), digest: z.string(), by: z.array(z.string()) })
    .optional(),
  /** Hash of the policy set that decided. */
  policySet: z.string().optional(),
  /** Hash of the definition of the tool. */
  definition: z.string().optional(),
  arguments: printed.optional(),
  forwarded: z
    .object({ server: z.string(), target: z.string(), arguments: printed.optional() })
    .optional(),
  result: printed.optional(),
  classes: z.record(z.string(), z.json()).optional(),
  facts: factsSummary.optional(),
  screened: z.array(screenedView).optional(),
  flow: flowView.optional(),
  records: z.array(recordView),
  chain: z.object({
    head: z.object({ seq: z.number(), hash: z.string() }),
    /** Records that came after, each of which holds this one fast. */
    after: z.number(),
  }),
  carried: carried.optional(),
})
export type CallDetail = z.input<typeof callDetail>

/**
 * Undefined for a call without records.
 *
 * @param previous by the place of each record, the hash of the one before.
 */
export function showDetail(
  evidence: CallEvidence,
  { seq, hash }: ChainStatus,
  bodies: boolean,
  previous: ReadonlyMap<number, string> = new Map(),
): CallDetail | undefined {
  const summary = showCall(evidence)
  if (summary === undefined) return undefined
  const { intent, outcome } = evidence
  const first = (intent ?? outcome)?.body ?? {}
  const end = outcome?.body ?? {}
  const input = inputOf(first)
  const rows = [intent, outcome].filter((row) => row !== undefined)
  const forwarded = member(first, 'forwarded')
  const request = member(input, 'request')
  const given: { [name: string]: unknown } = {
    authorization: authorizationOf(first['authorization']),
    decision: decisionOf(first['decision']),
    approved: approvalOf(first['approval'] ?? end['approval']),
    policySet: first['policies'],
    definition: first['definition'],
    arguments: printOf(first['arguments']),
    result: printOf(end['result']),
    screened: screenedOf(end['screened'], bodies),
    flow: flowOf(request['flow'], bodies),
    ...(forwarded['server'] === undefined ? {} : { forwarded: forwardedOf(forwarded) }),
    ...(request['target'] === undefined
      ? {}
      : { classes: member(member(request, 'target'), 'classification'), facts: factsOf(request) }),
    ...(bodies ? { carried: carriedOf(first, end, input) } : {}),
  }
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  return {
    ...summary,
    method: text(first['method']),
    ...Object.fromEntries(present),
    records: rows.map((row) => showRecord(row, previous.get(row.seq))),
    chain: {
      head: { seq, hash },
      after: Math.max(0, seq - Math.max(...rows.map((row) => row.seq))),
    },
  }
}

function showRecord({ seq, at, kind, outcome, hash }: EvidenceRow, previous: string | undefined) {
  return {
    ...{ seq, at: timeOf(at), kind, outcome, hash },
    ...(previous === undefined ? {} : { previous }),
  }
}

function authorizationOf(value: Json | undefined): CallDetail['authorization'] {
  if (!isObject(value)) return undefined
  const { trust, scopes, bound, issuer, via } = value
  return {
    trust: text(trust),
    scopes: texts(scopes),
    bound: bound === true,
    issuer: text(issuer),
    via: text(via),
  }
}

function decisionOf(value: Json | undefined): CallDetail['decision'] {
  if (!isObject(value)) return undefined
  const { effect, errors, lift, obligations, observed } = value
  return {
    effect: text(effect),
    determining: determiningOf(value),
    errors: texts(errors),
    ...(isObject(lift) ? { lift: lift as Record<string, never> } : {}),
    ...(isObject(obligations) ? { obligations: obligations as Record<string, never> } : {}),
    ...(isObject(observed) ? { observed: { determining: determiningOf(observed) } } : {}),
  }
}

function determiningOf(decision: JsonObject) {
  return objects(decision['determining']).map(({ policy, reason, remedy }) => ({
    policy: text(policy),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof remedy === 'string' ? { remedy } : {}),
  }))
}

function approvalOf(value: Json | undefined): CallDetail['approved'] {
  if (!isObject(value)) return undefined
  const { id, kind, digest, by } = value
  return { id: text(id), kind: text(kind), digest: text(digest), by: texts(by) }
}

function printOf(value: Json | undefined): z.input<typeof printed> | undefined {
  if (!isObject(value)) return undefined
  const { digest, of, size } = value
  return { digest: text(digest), of: text(of), size: typeof size === 'number' ? size : 0 }
}

function forwardedOf(forwarded: JsonObject): CallDetail['forwarded'] {
  const print = printOf(forwarded['arguments'])
  return {
    server: text(forwarded['server']),
    target: text(forwarded['target']),
    ...(print === undefined ? {} : { arguments: print }),
  }
}

function factsOf(request: JsonObject): z.input<typeof factsSummary> {
  const facts = member(request, 'facts')
  return Object.entries({ ...FACT_MEMBERS, unparsable: 'unparsable' }).flatMap(([kind, name]) => {
    const found = objects(facts[name])
    if (found.length === 0) return []
    const classes = found.flatMap((fact) => texts(fact['classes']))
    const flags = [...new Set(found.flatMap((fact) => texts(fact['flags'])))].sort()
    return [
      {
        kind,
        count: found.length,
        ...(classes.length === 0 ? {} : { classes: [...new Set(classes)].sort() }),
        flags,
      },
    ]
  })
}

function carriedOf(first: JsonObject, end: JsonObject, input: JsonObject): z.input<typeof carried> {
  const request = member(input, 'request')
  const [args, facts] = [request['arguments'], request['facts']]
  const excerpts = {
    arguments: member(first, 'arguments')['excerpt'],
    forwarded: member(member(first, 'forwarded'), 'arguments')['excerpt'],
    result: member(end, 'result')['excerpt'],
  }
  const kept = Object.entries(excerpts).filter(([, excerpt]) => typeof excerpt === 'string')
  return {
    ...(isObject(args) ? { arguments: args as Record<string, never> } : {}),
    ...(isObject(facts) ? { facts: facts as Record<string, never> } : {}),
    redacted: texts(input['redacted']),
    excerpts: Object.fromEntries(kept),
  }
}
