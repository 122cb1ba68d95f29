import type { AccessRequest, Decision } from '../kernel/access.ts'
import { sha256 } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Clock } from '../kernel/ports.ts'
import type { RecordEntry } from '../kernel/record.ts'
import type { Draft } from './chain.ts'
import { type Fingerprint, fingerprint, fingerprintText } from './digest.ts'
import { type ExcerptOptions, excerptWriter } from './excerpt.ts'
import { type InputOptions, inputWriter } from './input.ts'

/** UTF-16 code units of a name that a record keeps. Longer ones end in their digest. */
const MAX_NAME = 512

/** What a record keeps of arguments or of a result. */
interface Description extends Fingerprint {
  readonly excerpt: string | undefined
}

/**
 * Makes the function that turns what the pipeline reports into what is recorded: arguments and
 * results by fingerprint and excerpt, names bounded. Total for every entry the edge lets in: what
 * a caller or a server chose to send can never make a record unwritable.
 */
export function drafter(
  clock: Clock,
  excerpt: ExcerptOptions,
  input: InputOptions,
): (entry: RecordEntry) => Draft {
  const excerptOf = excerptWriter(excerpt)
  const inputOf = inputWriter(input)
  const describe: Describe = (value, print) => {
    const { digest, of, size } = print(value)
    return { digest, excerpt: excerptOf(value), of, size }
  }

  return (entry) => ({
    at: clock(),
    kind: entry.kind,
    call: bounded(entry.call),
    server: bounded(entry.server),
    target: bounded(entry.target),
    outcome: entry.kind === 'intent' ? null : entry.outcome,
    body: JSON.stringify(bodyOf(entry, describe, inputOf)),
  })
}

type Forwarded = NonNullable<Extract<RecordEntry, { kind: 'intent' }>['forwarded']>

type Describe = (value: JsonObject, print: (value: JsonObject) => Fingerprint) => Description

/**
 * The body with every object's members in sorted order, so that plain JSON.stringify writes its
 * canonical form, at a fifth of the cost. A test holds this.
 */
function bodyOf(
  entry: RecordEntry,
  describe: Describe,
  inputOf: (request: AccessRequest) => string | undefined,
): object {
  const outcome = entry.kind === 'outcome' ? entry : undefined
  const text = outcome?.resultText
  return {
    action: entry.action,
    arguments: entry.arguments && describe(entry.arguments, fingerprint),
    client: bounded(entry.client),
    decision: entry.decision && decisionOf(entry.decision),
    definition: entry.kind === 'intent' ? entry.definition : undefined,
    duration: outcome?.duration,
    error: outcome?.error === undefined ? undefined : bounded(outcome.error),
    forwarded: entry.kind === 'intent' ? forwardedOf(entry.forwarded, describe) : undefined,
    input: entry.input && inputOf(entry.input),
    method: bounded(entry.method),
    policies: entry.policies,
    result:
      outcome?.result &&
      describe(outcome.result, text === undefined ? fingerprint : () => fingerprintText(text)),
    subject: bounded(entry.subject),
  }
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
      by: denial.lift.by,
      maxAge: denial.lift.maxAge,
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
