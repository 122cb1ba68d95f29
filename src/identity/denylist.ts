import type { Revocation } from '../kernel/authentication.ts'
import type { Clock } from '../kernel/ports.ts'
import { REMEMBERED } from '../store/note-change.ts'
import type { VerifiedToken } from './verified-token.ts'

/** Milliseconds between two sweeps. */
const SWEEP = 60_000

/** What was revoked lately, in memory: it has to be asked about for each request. */
export interface Denylist {
  /** False when as much was known before. */
  add(revocation: Revocation): boolean
  refuses(token: VerifiedToken): boolean
}

/**
 * Remembers for as long as a token that was issued before can live. A grant or a token that is
 * revoked stays so; of users, agents and clients only what was issued before, because they can come
 * back.
 */
export function denylist(clock: Clock): Denylist {
  const revoked = {
    user: new Map<string, number>(),
    agent: new Map<string, number>(),
    client: new Map<string, number>(),
    grant: new Map<string, number>(),
    token: new Map<string, number>(),
  }
  let swept = clock()

  const sweep = (now: number): void => {
    if (Math.abs(now - swept) < SWEEP) return
    swept = now
    for (const ids of Object.values(revoked))
      for (const [id, at] of ids) if (at + REMEMBERED < now) ids.delete(id)
  }
  const before = (ids: ReadonlyMap<string, number>, id: string, issued: number): boolean => {
    const at = ids.get(id)
    // Times of issue are whole seconds, rounded down.
    return at !== undefined && issued <= at
  }

  return {
    add({ kind, id, at }) {
      const ids = revoked[kind]
      sweep(clock())
      if ((ids.get(id) ?? Number.NEGATIVE_INFINITY) >= at) return false
      ids.set(id, at)
      return true
    },
    refuses({ kind, id, client, grant, token, issued, actors }) {
      return (
        revoked.grant.has(grant) ||
        revoked.token.has(token) ||
        before(revoked.client, client, issued) ||
        before(revoked[kind], id, issued) ||
        (actors.length > 0 && actors.some((actor) => before(revoked.agent, actor, issued)))
      )
    },
  }
}
