import type { Actor, SecurityEvent } from '../../kernel/event.ts'
import type { Engine } from '../../store/migrations.ts'
import { freshStore } from '../../store/testing/fresh-store.ts'
import { memoryKeys } from '../keys/testing/memory-keys.ts'
import { createSealer } from '../seal/sealer.ts'
import { openSecrets } from '../secrets/secrets.ts'

export const OWNER: Actor = { subject: 'user:owner', client: 'cli', grant: 'g' }

/** Secrets on a database of their own, with what was witnessed and noted, and a clock to be moved. */
export async function secretScene(engine: Engine) {
  const fresh = await freshStore(engine)
  const events: SecurityEvent[] = []
  const changed: string[] = []
  const time = { now: 1_800_000_000_000 }
  const clock = (): number => time.now
  const sealer = createSealer({ keys: memoryKeys(), clock, cache: 60_000 })
  const options = {
    ...{ store: fresh.store, sealer, clock, rotateAfter: 90 * 86_400_000 },
    witness: async (event: SecurityEvent) => void events.push(event),
    onChange: ({ name, owner }: { readonly name: string; readonly owner: string }) =>
      void changed.push(`${name} ${owner}`),
  }
  return { ...fresh, options, secrets: openSecrets(options), events, changed, time, clock, sealer }
}

export type SecretScene = Awaited<ReturnType<typeof secretScene>>
