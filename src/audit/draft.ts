import type { AccessRequest, CallApproval, Decision } from '../kernel/access.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { sha256 } from '../kernel/hash.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Clock } from '../kernel/ports.ts'
import type { RecordEntry } from '../kernel/record.ts'
import type { RecordedFinding } from '../kernel/screening.ts'
import { marksOf } from '../store/record-marks.ts'
import type { MarkedDraft } from './chain.ts'
import { type Fingerprint, fingerprint, fingerprintText } from './digest.ts'
import { type ExcerptOptions, excerptWriter } from './excerpt.ts'
import { type InputOptions, inputWriter } from './input.ts'
import { type CleanText, cleaner } from './secret-names.ts'

/** UTF-16 code units of a name that a record keeps. Longer ones end in their digest. */
const MAX_NAME = 512
/** Findings of screens that a record keeps. */
const MOST_SCREENED = 200

/** What a record keeps of arguments or of a result. */
interface Description extends Fingerprint {
  readonly excerpt: string | undefined
}

/**
 * Makes the function that turns what the pipeline reports into what is recorded: arguments and
 * results by fingerprint and excerpt, names bounded. Total for every entry the edge lets in: what
 * a caller or a server chose to send can never make a record unwritable.
 *
 * @param redactText takes secrets that are known by their values out of all texts. Digests stay those of
 *   what was relayed.
 */
export function drafter(
  clock: Clock,
  excerpt: ExcerptOptions,
  input: InputOptions,
  redactText?: CleanText,
): (entry: RecordEntry) => MarkedDraft {
  const excerptOf = excerptWriter(excerpt, redactText)
  const inputOf = inputWriter(input, redactText)
  const clean = cleaner(redactText)
  const describe: Describe = (value, print) => {
    const { digest, of, size } = print(value)
    return { digest, excerpt: excerptOf(value), of, size }
  }

  return (entry) => {
    const at = clock()
    if (entry.kind === 'event') return { at, ...eventColumns(entry, clean) }
    return {
      at,
      kind: entry.kind,
      call: bounded(entry.call),
      server: bounded(entry.server),
      target: bounded(clean(entry.target)),
      outcome: entry.kind === 'intent' ? null : entry.outcome,
      subject: bounded(entry.subject),
      client: named(entry.authorization.client),
      grant: named(entry.authorization.grant),
      body: cleanBody(JSON.stringify(bodyOf(entry, describe, inputOf, clean)), clean),
      marks: marksOf(entry.decision),
    }
  }
}

/** An event stands in the columns of a call: its name is the target, and it is of no server. */
function eventColumns(event: EventEntry, clean: CleanText): Omit<MarkedDraft, 'at'> {
  return {
    kind: 'event',
    call: bounded(event.id),
    server: '',
    target: event.event,
    outcome: event.outcome,
    subject: named(event.subject),
    client: named(event.client),
    grant: null,
    // Small and rare, so its members are sorted by whoever does that best.
    body: canonicalJson({
      ...(event.by === undefined ? {} : { by: cleaned({ ...event.by }, clean) }),
      ...(event.detail === undefined ? {} : { detail: cleaned(event.detail, clean) }),
      ...(event.target === undefined ? {} : { target: bounded(clean(event.target)) }),
    }),
    marks: [],
  }
}

function cleaned(value: Json, clean: CleanText): Json {
  if (typeof value === 'string') return bounded(clean(value))
  if (Array.isArray(value)) return value.map((item: Json) => cleaned(item, clean))
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(
    members.map(([name, member]) => [bounded(clean(name)), cleaned(member as Json, clean)]),
  )
}

/** Whatever was not looked at piece by piece before it was cut. A body stays canonical JSON. */
function cleanBody(body: string, clean: CleanText): string {
  const text = clean(body)
  if (text === body) return body
  try {
    return canonicalJson(JSON.parse(text) as Json)
  } catch {
    // The value looked like JSON itself.
    return '{}'
  }
}

/** A name for a column that holds null where there is none. */
function named(name: string | undefined): string | null {
  return name === undefined || name === '' ? null : bounded(name)
}

type EventEntry = Extract<RecordEntry, { kind: 'event' }>
type CallEntry = Exclude<RecordEntry, EventEntry>

type Forwarded = NonNullable<Extract<RecordEntry, { kind: 'intent' }>['forwarded']>

type Describe = (value: JsonObject, print: (value: JsonObject) => Fingerprint) => Description

/**
 * The body with every object's members in sorted order, so that plain JSON.stringify writes its
 * canonical form, at a fifth of the cost. A test holds this.
 */
function bodyOf(
  entry: CallEntry,
  describe: Describe,
  inputOf: (request: AccessRequest) => string | undefined,
  clean: CleanText,
): object {
  const outcome = entry.kind === 'outcome' ? entry : undefined
  const text = outcome?.resultText
  return {
    action: entry.action,
    actors: entry.actors.map(bounded),
    approval: entry.kind === 'intent' ? approvalOf(entry.approval) : undefined,
    arguments: entry.arguments && describe(entry.arguments, fingerprint),
    authorization: authorizationOf(entry.authorization),
    client: bounded(entry.client),
    decision: entry.decision && decisionOf(entry.decision),
    definition: entry.kind === 'intent' ? entry.definition : undefined,
    duration: outcome?.duration,
    error: outcome?.error === undefined ? undefined : bounded(clean(outcome.error)),
    forwarded: entry.kind === 'intent' ? forwardedOf(entry.forwarded, describe) : undefined,
    input: entry.input && inputOf(entry.input),
    method: bounded(entry.method),
    policies: entry.policies,
    result:
      outcome?.result &&
      describe(outcome.result, text === undefined ? fingerprint : () => fingerprintText(text)),
    screened: outcome?.screened?.slice(0, MOST_SCREENED).map(screenedOf),
  }
}

/** What a screen found and did: never the passage. */
function screenedOf(finding: RecordedFinding): object {
  const { action, at, category, certainty, part, rule, screen, type } = finding
  return {
    action,
    at: bounded(at),
    category,
    certainty,
    part,
    rule: bounded(rule),
    screen: bounded(screen),
    type: bounded(type),
  }
}

/** By what right, without what has a column of its own. */
function authorizationOf(authorization: CallEntry['authorization']): object {
  const { bound, issuer, scopes, trust, via } = authorization
  return { bound, issuer: bounded(issuer), scopes: scopes.map(bounded), trust, via }
}

/** What people approved: the digest says exactly what. */
function approvalOf(approval: CallApproval | undefined): object | undefined {
  return (
    approval && {
      by: approval.by.map(bounded),
      digest: approval.digest,
      id: bounded(approval.id),
      kind: approval.kind,
    }
  )
}

/** What left in the place of what was asked for. */
function forwardedOf(forwarded: Forwarded | undefined, describe: Describe): object | undefined {
  return (
    forwarded && {
      arguments: describe(forwarded.arguments, fingerprint),
      server: bounded(forwarded.server),
      target: bounded(forwarded.target),
    }
  )
}

/** The decision; its words are the operator's own. */
function decisionOf(decision: Decision): object {
  const denial = decision.effect === 'deny' ? decision : undefined
  const permit = decision.effect === 'permit' ? decision : undefined
  return {
    determining: decision.determining.map(({ policy, reason, remedy }) => ({
      policy: policy.toWellFormed(),
      reason: reason?.toWellFormed(),
      remedy: remedy?.toWellFormed(),
    })),
    effect: decision.effect,
    errors: denial?.errors.map((error) => error.toWellFormed()),
    lift: denial?.lift && {
      approvers: denial.lift.approvers,
      assurance: denial.lift.assurance,
      by: denial.lift.by,
      each: denial.lift.each,
      maxAge: denial.lift.maxAge,
      pattern: denial.lift.pattern,
      quorum: denial.lift.quorum,
    },
    obligations: permit?.obligations && {
      limit: permit.obligations.limit,
      mark: permit.obligations.mark,
      redact: permit.obligations.redact,
    },
    observed: permit?.observed && decisionOf(permit.observed),
    retryAfter: denial?.retryAfter,
  }
}

/**
 * A name that any database and index takes: no NUL, which PostgreSQL refuses; no lone surrogate;
 * bounded, because an index row is. Cut names stay distinct.
 */
function bounded(name: string): string {
  const clean = name.toWellFormed().replaceAll('\0', '\u{fffd}')
  if (clean.length <= MAX_NAME) return clean
  const digest = `…sha256:${sha256(clean)}`
  return clean.slice(0, MAX_NAME - digest.length).toWellFormed() + digest
}
