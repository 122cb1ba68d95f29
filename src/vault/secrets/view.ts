import type { CredentialOwner } from '../../kernel/credential.ts'
import type { Exposure, SecretState, SecretView } from '../../kernel/vault.ts'
import type { SecretRow } from './rows.ts'

interface At {
  readonly now: number
  readonly rotateAfter: number
}

/** Secrets as they are shown: never with a value. */
export function viewsOf(rows: readonly SecretRow[], at: At): readonly SecretView[] {
  const previous = new Set(
    rows
      .filter(({ state, expires }) => state === 'previous' && (expires ?? 0) > at.now)
      .map(({ name, owner }) => `${name} ${owner}`),
  )
  return rows
    .filter(({ state }) => state === 'current')
    .map((row) => viewOf(row, previous.has(`${row.name} ${row.owner}`), at))
}

function viewOf(row: SecretRow, overlaps: boolean, { now, rotateAfter }: At): SecretView {
  const expires = row.expires ?? undefined
  const due = row.changed + (row.rotate_after ?? rotateAfter)
  const exposures = exposuresOf(row)
  return {
    ...{ name: row.name, owner: row.owner as CredentialOwner, purpose: row.purpose },
    ...{ servers: namesOf(row.servers), version: row.version, overlaps },
    ...{ created: row.created, changed: row.changed, used: row.used ?? undefined },
    ...{ expires, due, exposures, state: stateOf({ now, expires, due, exposures }) },
  }
}

function stateOf(of: {
  readonly now: number
  readonly expires: number | undefined
  readonly due: number
  readonly exposures: readonly Exposure[]
}): SecretState {
  if (of.expires !== undefined && of.expires <= of.now) return 'expired'
  if (of.exposures.length > 0) return 'exposed'
  return of.due <= of.now ? 'due' : 'good'
}

/** Where it was seen. A text that is not understood counts as one sighting: it says not that there was none. */
export function exposuresOf(row: Pick<SecretRow, 'exposures' | 'changed'>): readonly Exposure[] {
  const list = parsed(row.exposures)
  if (Array.isArray(list)) return list as readonly Exposure[]
  return [{ at: row.changed, place: 'reported', where: 'unknown' }]
}

function namesOf(text: string): readonly string[] {
  const list = parsed(text)
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
