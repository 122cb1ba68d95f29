import type { EraMemory } from '../gateway/shared-links.ts'
import type { Clock } from '../kernel/ports.ts'
import { NEWEST_LEGACY, NEWEST_MODERN } from '../mcp/revision.ts'
import type { Store } from '../store/store.ts'

/** A legacy verdict is asked anew after this long: servers learn to speak the modern era. */
const LEGACY_FRESH = 24 * 60 * 60_000

/** Remembers each server's era in the store, so that a downgrade is noticed across restarts. */
export async function eraMemory(
  { db }: Store,
  now: Clock,
  log: (message: string, cause?: unknown) => void,
): Promise<EraMemory> {
  const rows = await db.selectFrom('server_era').select(['server', 'era', 'seen']).execute()
  const verdicts = new Map(rows.map(({ server, era, seen }) => [server, { era, seen }]))
  return {
    recall(server) {
      const verdict = verdicts.get(server)
      if (verdict?.era === 'modern') return 'modern'
      return verdict !== undefined && now() - verdict.seen < LEGACY_FRESH ? 'legacy' : undefined
    },
    settle(server, era) {
      const seen = now()
      verdicts.set(server, { era, seen })
      const revision = era === 'modern' ? NEWEST_MODERN : NEWEST_LEGACY
      db.insertInto('server_era')
        .values({ server, era, revision, seen })
        .onConflict((conflict) => conflict.column('server').doUpdateSet({ era, revision, seen }))
        .execute()
        .catch((cause: unknown) => log(`the era of server \`${server}\` could not be kept`, cause))
    },
  }
}
