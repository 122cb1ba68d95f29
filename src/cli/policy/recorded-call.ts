import { type CallRecords, inputOf } from '../../audit/audit.ts'
import type { AccessRequest } from '../../kernel/access.ts'
import type { RecordedCall, RecordedDecision } from '../../policy/replay/replay.ts'
import { objectOf, policiesOf, subjectOf } from '../call-view.ts'

/** A call's records in the form that replaying takes. */
interface Replayable extends RecordedCall {
  /** Whether its input is older than groups and authorizations. */
  readonly assumed: boolean
}

/**
 * A call's records in the form that replaying takes, as if its subject had been in these groups, if
 * any are named. Undefined when there are no records.
 */
export function recordedCall(
  records: CallRecords,
  groups: readonly string[] = [],
): Replayable | undefined {
  const { call, intent, outcome } = records
  const first = intent ?? outcome
  if (first === undefined) return undefined
  const kept = inputOf(records)
  const end = outcome?.body ?? {}
  return {
    call,
    at: first.at,
    subject: subjectOf(first) ?? '',
    server: first.server,
    target: first.target,
    decision: decisionOf(records),
    request: kept && withGroups(kept.request, groups),
    assumed: kept !== undefined && kept.assumed.length > 0,
    exact: kept !== undefined && kept.redacted.length === 0,
    ended:
      outcome === undefined
        ? undefined
        : {
            duration: Number(end['duration'] ?? 0),
            used: { bytes: Number(objectOf(end['result'])['size'] ?? 0), rows: 0 },
          },
  }
}

/** A request as if its subject had been in these groups; without any, as it was. */
export function withGroups(request: AccessRequest, groups: readonly string[]): AccessRequest {
  return groups.length === 0 ? request : { ...request, subject: { ...request.subject, groups } }
}

function decisionOf({ intent, outcome }: CallRecords): RecordedDecision | undefined {
  const decision = objectOf((intent ?? outcome)?.body?.['decision'])
  const effect = decision['effect']
  if (effect !== 'permit' && effect !== 'deny') return undefined
  return { effect, ask: decision['lift'] !== undefined, policies: policiesOf(decision) }
}
