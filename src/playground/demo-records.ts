import { setTimeout as wait } from 'node:timers/promises'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'

/** A record of the gateway, as `bailiwick calls show --json` has it. */
export interface DemoRecord {
  readonly seq: number
  readonly kind: string
  readonly call: string
  readonly outcome: string | null
  readonly body: JsonObject | null
  readonly hash: string
}

/** What is on record of one `tools/call`. */
export interface RecordedStep {
  readonly permitted: boolean
  /** Ids of the policies that decided, with their reasons. */
  readonly policies: readonly string[]
  readonly reasons: readonly string[]
  readonly remedies: readonly string[]
  readonly records: readonly DemoRecord[]
}

/** Outcomes are recorded behind the answer; this is how long they may take. */
const PATIENCE = { tries: 60, pause: 50 }

/**
 * The records of the `tools/call` requests since a record, grouped by call, in the order of the calls.
 * Waits a little until each of the calls has its outcome.
 */
export async function recordedSteps(
  readRecords: () => Promise<readonly DemoRecord[]>,
  after: number,
  calls: number,
): Promise<readonly RecordedStep[]> {
  for (let i = 0; ; i += 1) {
    const records = (await readRecords()).filter(
      ({ seq, body }) => seq > after && body?.['method'] === 'tools/call',
    )
    const groups = [...Map.groupBy(records, ({ call }) => call).values()]
    const ended = groups.filter((group) => group.some(({ kind }) => kind === 'outcome'))
    if (ended.length >= calls || i >= PATIENCE.tries) return groups.map(recordedStep)
    await wait(PATIENCE.pause)
  }
}

function recordedStep(records: readonly DemoRecord[]): RecordedStep {
  const decision = records[0]?.body?.['decision']
  const { effect, determining } = isObject(decision) ? decision : {}
  const policies = Array.isArray(determining) ? determining.filter(isObject) : []
  const all = (member: string): readonly string[] =>
    policies.flatMap((policy: JsonObject) => textOf(policy[member]))
  return {
    permitted: effect === 'permit',
    policies: all('policy'),
    reasons: all('reason'),
    remedies: all('remedy'),
    records,
  }
}

function textOf(value: Json | undefined): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : []
}
