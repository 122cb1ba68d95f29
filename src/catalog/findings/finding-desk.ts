import { GatewayError } from '../../kernel/errors.ts'
import { type Actor, type Witness, witnessBy } from '../../kernel/event.ts'
import { CERTAINTIES, type Finding, SEVERITIES } from '../../kernel/finding.ts'
import type { PinDesk, PinVersion } from '../../kernel/pins.ts'
import type { Clock } from '../../kernel/ports.ts'
import {
  type Acceptance,
  type FindingDesk,
  type FindingState,
  LONGEST_ACCEPTANCE,
  type TriagedFinding,
} from '../../kernel/triage.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import type { FindingTriageTable } from '../../store/integrity-schema.ts'
import type { Store } from '../../store/store.ts'
import { type Found, fingerprintOf } from './fingerprint.ts'

export interface FindingDeskOptions {
  readonly store: Store
  readonly witness: Witness
  readonly clock: Clock
  readonly pins: () => Pick<PinDesk, 'list'>
}

/** The desk, and what the judgement of new definitions asks. */
export interface Findings extends FindingDesk {
  /** Those that still count: nobody accepted them, or not for now. Rejects as the database does. */
  counting(found: Found, findings: readonly Finding[]): Promise<readonly Finding[]>
}

const MAX_REASON = 1_000
/** Parameters of a statement at most. */
const IDS = 5_000

/** Opens the desk at which people accept findings in definitions for a while. */
export function openFindings(options: FindingDeskOptions): Findings {
  const { store, clock, pins } = options
  const triage = async (versions: readonly PinVersion[]): Promise<readonly TriagedFinding[]> => {
    const all = versions.flatMap((version) =>
      version.judgement.findings.map((finding) => ({
        ...{ version, finding, fingerprint: fingerprintOf(version, finding) },
      })),
    )
    const kept = await accepted(
      store,
      all.map(({ fingerprint }) => fingerprint),
    )
    const now = clock()
    return all.map(({ version, finding, fingerprint }) =>
      triaged(version, finding, fingerprint, kept.get(fingerprint), now),
    )
  }
  const find = async (fingerprint: string): Promise<TriagedFinding> => {
    const all = await triage(await pins().list({}))
    const one = all.find((each) => each.fingerprint === fingerprint)
    if (one === undefined) throw new GatewayError('item_unknown', 'there is no such finding now')
    return one
  }
  return {
    async list({ server, state }) {
      const all = await triage(await pins().list(server === undefined ? {} : { server }))
      const wanted = state === undefined ? all : all.filter((one) => one.state === state)
      return wanted.toSorted((one, other) => weight(other.finding) - weight(one.finding))
    },
    of: (version) => triage([version]),
    async accept(by, fingerprint, { reason, expires }) {
      const now = clock()
      if (expires <= now || expires > now + LONGEST_ACCEPTANCE)
        throw new GatewayError('params_invalid', '`expires` lies within a year from now')
      const one = await find(fingerprint)
      const acceptance = { reason: reason.slice(0, MAX_REASON), by: by.subject, at: now, expires }
      await keep(options, by, one, acceptance)
      return { ...one, state: 'accepted', acceptance }
    },
    async reopen(by, fingerprint, reason) {
      const { acceptance, ...one } = await find(fingerprint)
      if (acceptance === undefined)
        throw new GatewayError('item_unknown', 'nobody accepted this finding')
      await takeBack(options, by, one, reason.slice(0, MAX_REASON))
      return { ...one, state: 'open' }
    },
    async counting(found, findings) {
      const marked = findings.map((finding) => [fingerprintOf(found, finding), finding] as const)
      const kept = await accepted(
        store,
        marked.map(([fingerprint]) => fingerprint),
      )
      const now = clock()
      return marked
        .filter(([fingerprint]) => stateOf(kept.get(fingerprint), now) !== 'accepted')
        .map(([, finding]) => finding)
    },
  }
}

async function accepted(
  { db }: Store,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, FindingTriageTable>> {
  const ids = [...new Set(fingerprints)]
  const kept = new Map<string, FindingTriageTable>()
  for (let start = 0; start < ids.length; start += IDS) {
    const rows = await db
      .selectFrom('finding_triage')
      .selectAll()
      .where('fingerprint', 'in', ids.slice(start, start + IDS))
      .where('revoked', 'is', null)
      .execute()
    for (const row of rows) kept.set(row.fingerprint, row)
  }
  return kept
}

function triaged(
  { server, kind, name, digest, status, listed }: PinVersion,
  finding: Finding,
  fingerprint: string,
  row: FindingTriageTable | undefined,
  now: number,
): TriagedFinding {
  const acceptance = row && { reason: row.reason, by: row.by, at: row.at, expires: row.expires }
  return {
    ...{ fingerprint, server, kind, name, digest, status, listed, finding },
    ...{ state: stateOf(row, now), ...(acceptance && { acceptance }) },
  }
}

function stateOf(row: Pick<FindingTriageTable, 'expires'> | undefined, now: number): FindingState {
  if (row === undefined) return 'open'
  return row.expires > now ? 'accepted' : 'expired'
}

async function keep(
  { store, witness }: FindingDeskOptions,
  by: Actor,
  one: TriagedFinding,
  acceptance: Acceptance,
): Promise<void> {
  const { fingerprint, server, kind, name, finding } = one
  const { reason, expires } = acceptance
  const event = { ...about('finding.accepted', one), detail: { ...detailOf(one), reason, expires } }
  await witnessed(witnessBy(witness, by), event, async () => {
    const row = { ...acceptance, revoked: null }
    await store.db
      .insertInto('finding_triage')
      .values({ fingerprint, server, kind, name, rule: finding.rule, ...row })
      .onConflict((conflict) => conflict.column('fingerprint').doUpdateSet(row))
      .execute()
  })
}

async function takeBack(
  { store, witness, clock }: FindingDeskOptions,
  by: Actor,
  one: TriagedFinding,
  reason: string,
): Promise<void> {
  const event = { ...about('finding.reopened', one), detail: { ...detailOf(one), reason } }
  await witnessed(witnessBy(witness, by), event, async () => {
    await store.db
      .updateTable('finding_triage')
      .set({ revoked: clock() })
      .where('fingerprint', '=', one.fingerprint)
      .execute()
  })
}

function about<E extends 'finding.accepted' | 'finding.reopened'>(
  event: E,
  { server, name }: TriagedFinding,
): { readonly event: E; readonly target: string } {
  return { event, target: name === '' ? server : `${server}:${spellOut(name, 100)}` }
}

function detailOf({ kind, digest, fingerprint, finding }: TriagedFinding) {
  return { kind, digest, fingerprint, rule: finding.rule, severity: finding.severity }
}

function weight({ severity, certainty }: Finding): number {
  return SEVERITIES.indexOf(severity) * 10 + CERTAINTIES.indexOf(certainty)
}
