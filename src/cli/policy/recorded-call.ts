import { type CallRecords, inputOf } from '../../audit/audit.ts'
import type { RecordedCall, RecordedDecision } from '../../policy/replay/replay.ts'
import { objectOf, policiesOf } from '../call-view.ts'

/** A call's records in the form that replaying takes; undefined when there are none. */
export function recordedCall(records: CallRecords): RecordedCall | undefined {
  const { call, intent, outcome } = records
  const first = intent ?? outcome
  if (first === undefined) return undefined
  const kept = inputOf(records)
  const end = outcome?.body ?? {}
  return {
    call,
    at: first.at,
    subject: String(first.body?.['subject'] ?? ''),
    server: first.server,
    target: first.target,
    decision: decisionOf(records),
    request: kept?.request,
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

function decisionOf({ intent, outcome }: CallRecords): RecordedDecision | undefined {
  const decision = objectOf((intent ?? outcome)?.body?.['decision'])
  const effect = decision['effect']
  if (effect !== 'permit' && effect !== 'deny') return undefined
  return { effect, ask: decision['lift'] !== undefined, policies: policiesOf(decision) }
}
