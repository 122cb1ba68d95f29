import type { CallRecords, StoredRecord } from '../audit/audit.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'

/** A call in the shape that `--json` shows. */
export interface CallView {
  readonly call: string
  /** ISO 8601. */
  readonly at: string
  readonly server: string
  readonly target: string
  readonly method: Json
  readonly subject: Json
  readonly client: Json
  readonly decision: Json
  /** Ids of the policies that decided. */
  readonly policies: readonly string[]
  /** Null while the call runs, or when it was cut off. */
  readonly outcome: string | null
  readonly error: Json
  /** Milliseconds. */
  readonly duration: Json
}

/** The view of a call; undefined when it has no records. */
export function callView({ call, intent, outcome }: CallRecords): CallView | undefined {
  const first = intent ?? outcome
  if (first === undefined) return undefined
  const body = first.body ?? {}
  const end = outcome?.body ?? {}
  const decision = objectOf(body['decision'])
  return {
    call,
    at: isoTime(first.at),
    server: first.server,
    target: first.target,
    method: body['method'] ?? null,
    subject: body['subject'] ?? null,
    client: body['client'] ?? null,
    decision: decision['effect'] ?? null,
    policies: policiesOf(decision),
    outcome: outcome?.outcome ?? null,
    error: end['error'] ?? null,
    duration: end['duration'] ?? null,
  }
}

/** A record in the shape that `--json` shows. */
export function recordView(record: StoredRecord) {
  const { seq, at, kind, call, server, target, outcome, body, hash } = record
  return { seq, at: isoTime(at), kind, call, server, target, outcome, body: body ?? null, hash }
}

/** The ids of the policies that made a decision. */
export function policiesOf(decision: JsonObject): readonly string[] {
  const determining = decision['determining']
  if (!Array.isArray(determining)) return []
  return determining.map((one) => String(objectOf(one)['policy'] ?? ''))
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function isoTime(at: number): string {
  return new Date(at).toISOString()
}
