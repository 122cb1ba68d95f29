import { upstreamToken } from '../../../kernel/credential.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import { covers } from '../discovery/protected-resource.ts'
import type { Parts, TokenPlace } from '../parts.ts'
import { readKey } from '../protocol/proof-key.ts'
import { connectionRequired, refusedServer } from '../refusals.ts'
import { type BrokerServer, type BrokerSettings, DEFAULT_SETTINGS } from '../settings.ts'
import { type ConnectionRow, changeId } from './connection-rows.ts'
import { createRenewal, tell } from './renew.ts'
import type { Held, TokenCache } from './token-cache.ts'
import type { Wanted } from './wanted.ts'

/** Tokens of owners: from memory, from their row, or from the authorization server. */
export interface TokenSource {
  /**
   * A token to use now; undefined for an owner that never connected.
   *
   * @throws GatewayError `connection_required`, `credential_unavailable`, `authorization_server_refused`.
   */
  current(wanted: Wanted): Promise<Held | undefined>
  /** What is in memory is old. */
  forget(key: string): void
  /** Resolves when nothing runs. */
  settled(): Promise<void>
}

/** Milliseconds before its end when a token is renewed; less where it lives short. */
const EARLY = 30_000
/** Milliseconds from one look at a row that somebody else renews to the next, and how many there are. */
const LOOK = 40
const LOOKS = 900
/** Milliseconds from one note of a use to the next. */
const USED = 60_000

/** @param cache where tokens are while they are at hand. */
export function createTokenSource(parts: Parts, cache: TokenCache): TokenSource {
  const renew = createRenewal(parts)
  const running = new Map<string, Promise<Held | undefined>>()
  const generations = new Map<string, number>()

  const look = async (wanted: Wanted): Promise<Held | undefined> => {
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const row = await lookOnce(parts, renew, wanted)
      if (row === 'nothing') return undefined
      if (typeof row === 'object') return holdRow(parts, row)
      if (row === 'busy') await new Promise((resolve) => setTimeout(resolve, LOOK))
    }
    throw refusedServer(`the authorization server of ${wanted.place.server} takes too long`)
  }
  const keep = async (wanted: Wanted, key: string): Promise<Held | undefined> => {
    const generation = generations.get(key)
    const held = await look(wanted)
    // What was heard of in between may be newer than what was read.
    if (generations.get(key) === generation) cache.put(wanted.place, held)
    return held
  }
  return {
    current(wanted) {
      const key = changeId(wanted.place)
      const name = `${key} ${wanted.rejected ?? ''}`
      const found = running.get(name)
      if (found !== undefined) return found
      const begun = keep(wanted, key).finally(() => {
        running.delete(name)
        generations.delete(key)
      })
      running.set(name, begun)
      return begun
    },
    forget(key) {
      cache.drop(key)
      for (const name of running.keys())
        if (name.startsWith(`${key} `)) generations.set(key, (generations.get(key) ?? 0) + 1)
    },
    async settled() {
      await Promise.allSettled(running.values())
    },
  }
}

/** The row whose token is to be used, or why there is none yet. */
async function lookOnce(
  parts: Parts,
  renew: ReturnType<typeof createRenewal>,
  wanted: Wanted,
): Promise<ConnectionRow | 'nothing' | 'busy' | 'renewed'> {
  const { place, rejected } = wanted
  const server = serverOf(parts, place.server)
  const settings = server.settings ?? DEFAULT_SETTINGS
  const row = await rowFor(parts, place, settings)
  if (row === undefined) return 'nothing'
  if (row.status === 'connected' && !isFor(row, server)) {
    if (await parts.rows.lose(row, 'server_moved'))
      await tell(parts, row, 'connection.lost', 'refused', 'server_moved')
    return 'renewed'
  }
  if (row.status !== 'connected')
    throw connectionRequired(parts.issuer, place.server, 'reauth_required')
  if (!isDue(row, rejected, parts.clock())) return row
  const renewed = await renew({ ...wanted, server, settings, row })
  return renewed === 'as-it-is' ? row : renewed
}

/** Whether a row's tokens are for the server as it is configured now: by its address, and by who issues them. */
function isFor({ resource, issuer }: ConnectionRow, { url, settings }: BrokerServer): boolean {
  if (resource === '') return true
  return covers(resource, url) && (settings?.issuer ?? issuer) === issuer
}

/** @throws GatewayError `item_unknown`. */
export function serverOf({ servers }: Pick<Parts, 'servers'>, name: string): BrokerServer {
  const server = servers.get(name)
  if (server === undefined)
    throw new GatewayError('item_unknown', 'there is no such server to connect to')
  return server
}

/** The row of an owner; one that needs no person is made when it is first needed. */
async function rowFor(
  { rows }: Parts,
  place: TokenPlace,
  { kind }: BrokerSettings,
): Promise<ConnectionRow | undefined> {
  const row = await rows.read(place)
  if (kind === 'authorization-code') return row?.kind === kind ? row : undefined
  if (row?.kind === kind && row.status === 'connected') return row
  // What was had in another way is of no use any more.
  if (row !== undefined) await rows.remove(row)
  await rows.prepare(place, kind)
  return rows.read(place)
}

/** Whether a row's token is to be renewed before it is used. */
function isDue(row: ConnectionRow, rejected: number | undefined, now: number): boolean {
  return (
    row.access === '' || row.version === rejected || (row.expires !== null && endOf(row) <= now)
  )
}

/** When a row's token is renewed: a while before its end. */
function endOf({ expires, refreshed }: ConnectionRow): number {
  if (expires === null) return Number.POSITIVE_INFINITY
  const lifetime = expires - (refreshed ?? expires)
  return expires - Math.min(EARLY, Math.max(0, lifetime / 2))
}

async function holdRow({ rows, clock, log }: Parts, row: ConnectionRow): Promise<Held> {
  const token = upstreamToken(await rows.open(row, 'access'))
  const key = await rows.open(row, 'proof')
  const proof = key === '' ? undefined : await readKey(key)
  if ((row.used ?? 0) < clock() - USED)
    await rows.touch(row).catch((cause: unknown) => log('a use could not be noted', cause))
  return {
    version: row.version,
    issuer: row.issuer,
    token,
    headers: ['authorization', `${proof === undefined ? 'Bearer' : 'DPoP'} ${token}`],
    proof,
    until: endOf(row),
  }
}
