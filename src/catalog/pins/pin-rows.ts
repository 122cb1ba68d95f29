import type { Finding } from '../../kernel/finding.ts'
import type { Digest } from '../../kernel/hash.ts'
import type { Json } from '../../kernel/json.ts'
import {
  type DefinitionJudgement,
  PIN_STATUSES,
  type PinKind,
  type PinStatus,
  type PinVersion,
} from '../../kernel/pins.ts'
import type { DefinitionPinTable } from '../../store/integrity-schema.ts'
import type { Known } from './pin-mirror.ts'

/** The columns that the mirror is made of. */
export const KNOWN_COLUMNS = [
  ...(['id', 'name', 'digest', 'status', 'listed', 'size', 'version', 'revision'] as const),
] as const

export type KnownRow = Pick<DefinitionPinTable, (typeof KNOWN_COLUMNS)[number]>

export function knownOf(row: KnownRow): Known {
  const { id, name, size, version, revision } = row
  return {
    ...{ id, name, size, version, revision },
    digest: row.digest as Digest,
    status: statusOf(row.status),
    listed: row.listed === 1,
  }
}

/** What a stored row says, for people. Never throws: what cannot be read is shown as what it is not. */
export function versionOf(row: DefinitionPinTable): PinVersion {
  return {
    server: row.server,
    kind: row.kind as PinKind,
    name: row.name,
    digest: row.digest as Digest,
    definition: parsed(row.definition),
    status: statusOf(row.status),
    listed: row.listed === 1,
    cause: row.cause as PinVersion['cause'],
    replaces: (row.replaces ?? undefined) as Digest | undefined,
    judgement: judgementOf(parsed(row.judgement)),
    seen: row.seen,
    decided: row.decided ?? undefined,
    by: row.by ?? undefined,
    reason: row.reason ?? undefined,
    version: row.version,
  }
}

/** A status that nobody knows is none that counts. */
function statusOf(status: string): PinStatus {
  return PIN_STATUSES.find((known) => known === status) ?? 'quarantined'
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

function judgementOf(value: Json): DefinitionJudgement {
  const judgement = value as { verdict?: string; findings?: readonly Finding[] } | null
  const verdict = (['clean', 'review', 'poisoned'] as const).find(
    (known) => known === judgement?.verdict,
  )
  return { verdict: verdict ?? 'poisoned', findings: judgement?.findings ?? [] }
}
