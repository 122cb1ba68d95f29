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
  /** `user:id` or `agent:id`. */
  readonly subject: Json
  /** Ids of the agents that acted, who acted last first. */
  readonly actors: Json
  /** By what right; null on a record from before there were authorizations. */
  readonly authorization: Json
  /** What the client said of itself. */
  readonly client: Json
  readonly decision: Json
  /** Ids of the policies that decided. */
  readonly policies: readonly string[]
  /** What people approved, and who did; null where nobody had to. */
  readonly approval: Json
  /** Null while the call runs, or when it was cut off. */
  readonly outcome: string | null
  readonly error: Json
  /** What screens found in its messages, and did. */
  readonly screened: Json
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
    subject: subjectOf(first),
    actors: body['actors'] ?? [],
    authorization: authorizationOf(first),
    client: body['client'] ?? null,
    decision: decision['effect'] ?? null,
    policies: policiesOf(decision),
    approval: intent?.body?.['approval'] ?? null,
    outcome: outcome?.outcome ?? null,
    error: end['error'] ?? null,
    screened: screenedIn(end),
    duration: end['duration'] ?? null,
  }
}

/** Records from before there were screens have none. */
function screenedIn({ screened }: JsonObject): Json {
  return screened ?? []
}

/** An event in the shape that `--json` shows. */
export interface EventView {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly event: string
  readonly outcome: string | null
  /** `user:id` or `agent:id`; null when nobody is known. */
  readonly subject: string | null
  readonly client: string | null
  /** What was acted on. */
  readonly target: Json
  readonly detail: Json
  /** Who administered, by which client and grant; null when people and programs did it themselves. */
  readonly by: Json
}

/** The view of an event. */
export function eventView(record: StoredRecord): EventView {
  const { at, call: id, target: event, outcome, subject, client, body } = record
  const { target = null, detail = null, by = null } = body ?? {}
  return { id, at: isoTime(at), event, outcome, subject, client, target, detail, by }
}

/** A record in the shape that `--json` shows. */
export function recordView({ at, body, ...record }: StoredRecord) {
  return { ...record, at: isoTime(at), body: body ?? null }
}

/** Whom a call was for. Before subjects had a column, the only one was the owner. */
export function subjectOf({ subject, body }: StoredRecord): string | null {
  if (subject !== null) return subject
  const old = body?.['subject']
  return typeof old === 'string' ? `user:${old}` : null
}

function authorizationOf({ client, grant, body }: StoredRecord): Json {
  const rest = body?.['authorization']
  return isObject(rest) ? { client, grant, ...rest } : null
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
