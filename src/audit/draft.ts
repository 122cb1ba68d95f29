import type { Decision } from '../kernel/access.ts'
import { sha256 } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Clock } from '../kernel/ports.ts'
import type { RecordEntry } from '../kernel/record.ts'
import type { Draft } from './chain.ts'
import { type Fingerprint, fingerprint, fingerprintText } from './digest.ts'
import { type ExcerptOptions, excerptWriter } from './excerpt.ts'

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
export function drafter(clock: Clock, excerpt: ExcerptOptions): (entry: RecordEntry) => Draft {
  const excerptOf = excerptWriter(excerpt)
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
    body: JSON.stringify(bodyOf(entry, describe)),
  })
}

type Describe = (value: JsonObject, print: (value: JsonObject) => Fingerprint) => Description

/**
 * The body with every object's members in sorted order, so that plain JSON.stringify writes its
 * canonical form, at a fifth of the cost. A test holds this.
 */
function bodyOf(entry: RecordEntry, describe: Describe): object {
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
    method: bounded(entry.method),
    policies: entry.policies,
    result:
      outcome?.result &&
      describe(outcome.result, text === undefined ? fingerprint : () => fingerprintText(text)),
    subject: bounded(entry.subject),
  }
}

/** The decision; its words are the operator's own. */
function decisionOf(decision: Decision): object {
  return {
    determining: decision.determining.map(({ policy, reason, remedy }) => ({
      policy: policy.toWellFormed(),
      reason: reason?.toWellFormed(),
      remedy: remedy?.toWellFormed(),
    })),
    effect: decision.effect,
    errors:
      decision.effect === 'deny' ? decision.errors.map((error) => error.toWellFormed()) : undefined,
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
