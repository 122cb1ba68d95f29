import type { GatewayError } from '../../../kernel/errors.ts'
import { LostGrant } from '../grants/lost-grant.ts'
import { machineTokens } from '../grants/machine.ts'
import { type Renewal, refreshed } from '../grants/refresh.ts'
import type { Parts } from '../parts.ts'
import { refusalCode, tokenFailure } from '../protocol/failure.ts'
import { connectionRequired, refusedServer } from '../refusals.ts'
import type { BrokerServer, BrokerSettings } from '../settings.ts'
import { type ConnectionRow, changeId } from './connection-rows.ts'
import type { Wanted } from './wanted.ts'

/** A row whose token is to be renewed. */
export interface Due extends Wanted {
  readonly server: BrokerServer
  readonly settings: BrokerSettings
  readonly row: ConnectionRow
}

/**
 * What became of it: there is a newer row; somebody else is at it; or there is nothing newer to be had
 * just now, and the token is good still.
 */
export type Renewed = 'renewed' | 'busy' | 'as-it-is'

/** Milliseconds that a renewal takes at most: who does not come back in that time has ended. */
const LEASE = 45_000
/** Milliseconds until the next try after a failure, doubled with each. */
const AGAIN = { first: 2_000, most: 60_000 }
const WRITES = 3

/**
 * Renews tokens under the lease of their row: of all callers in all processes, one asks the
 * authorization server. The new refresh token is stored before the new access token is used.
 *
 * @throws GatewayError `connection_required` when the grant is lost, `authorization_server_refused` or
 *   `credential_unavailable` for anything else while there is no token that is good still.
 */
export function createRenewal(parts: Parts): (due: Due) => Promise<Renewed> {
  const { rows, clock, randomId } = parts
  const failures = new Map<string, number>()

  const backOff = async (due: Due, holder: string, error: GatewayError): Promise<Renewed> => {
    const key = changeId(due.row)
    const count = failures.get(key) ?? 0
    failures.set(key, count + 1)
    const wait = Math.min(AGAIN.first * 2 ** Math.min(count, 10), AGAIN.most)
    await rows.release(due.row, holder, clock() + wait)
    parts.log(`no new token for ${due.place.server}: ${error.message}`, error)
    if (isGood(due, clock())) return 'as-it-is'
    throw error
  }
  const under = async (due: Due, row: ConnectionRow, holder: string): Promise<Renewed> => {
    let renewal: Renewal
    try {
      renewal = await ask(parts, due, row)
    } catch (error) {
      const reason = await lossOf(parts, row, error)
      return reason === undefined
        ? backOff(due, holder, tokenFailure(error))
        : lost(parts, due, reason)
    }
    failures.delete(changeId(row))
    await store(parts, row, renewal)
    return 'renewed'
  }
  return async (due) => {
    const { row } = due
    if ((row.lease ?? 0) >= clock()) return waiting(due, clock())
    const holder = randomId()
    const leased = await rows.lease(row, holder, clock() + LEASE)
    return leased === undefined ? 'busy' : under(due, leased, holder)
  }
}

function ask(parts: Parts, due: Due, row: ConnectionRow): Promise<Renewal> {
  const { settings, server, place, subject } = due
  return settings.kind === 'authorization-code'
    ? refreshed(parts, server, row)
    : machineTokens(parts, row, { place, server, settings, subject })
}

/** Stores what was granted; a database that is away for a moment does not cost the grant. */
async function store(parts: Parts, row: ConnectionRow, renewal: Renewal): Promise<void> {
  const next = await writeDown(parts, row, renewal)
  if (next !== undefined) await tell(parts, next, 'connection.refreshed', 'done')
}

async function writeDown(
  { rows }: Parts,
  row: ConnectionRow,
  { facts, granted }: Renewal,
): Promise<ConnectionRow | undefined> {
  for (let write = 1; ; write += 1) {
    try {
      return await rows.renew(row, facts, granted)
    } catch (error) {
      if (write >= WRITES) throw error
      await new Promise((resolve) => setTimeout(resolve, 100 * write))
    }
  }
}

/** Why a grant is lost; undefined where it may be good still. */
async function lossOf(
  { registrations }: Parts,
  row: ConnectionRow,
  error: unknown,
): Promise<string | undefined> {
  if (row.kind !== 'authorization-code') return undefined
  if (error instanceof LostGrant) return error.reason
  const code = refusalCode(error)
  if (code === 'invalid_grant') return code
  if (code !== 'invalid_client') return undefined
  const own = await registrations.find(row.issuer)
  // The secret of a client that the operator registered may be wrong for a while.
  if (own?.id !== row.client) return undefined
  await registrations.forget(row.issuer, row.client)
  return code
}

async function lost(parts: Parts, { row, place }: Due, reason: string): Promise<Renewed> {
  if (!(await parts.rows.lose(row, reason))) return 'renewed'
  await tell(parts, row, 'connection.lost', 'refused', reason)
  throw connectionRequired(parts.issuer, place.server, 'reauth_required')
}

/** Has it witnessed what became of a connection. */
export function tell(
  { witness }: Pick<Parts, 'witness'>,
  { server, owner, issuer, client }: ConnectionRow,
  event: 'connection.refreshed' | 'connection.lost',
  outcome: 'done' | 'refused',
  reason?: string,
): Promise<void> {
  return witness({
    event,
    outcome,
    ...(owner === 'shared' ? {} : { subject: owner }),
    target: server,
    detail: { owner, issuer, client, ...(reason === undefined ? {} : { reason }) },
  })
}

function isGood({ row, rejected }: Due, now: number): boolean {
  return (
    row.access !== '' && row.version !== rejected && (row.expires === null || row.expires > now)
  )
}

/** Somebody else renews it, or did and failed. */
function waiting(due: Due, now: number): Renewed {
  if (isGood(due, now)) return 'as-it-is'
  if (due.row.holder !== null) return 'busy'
  throw refusedServer(
    `the authorization server of ${due.place.server} gave no token a moment ago; it is asked again soon`,
  )
}
