import { z } from 'zod'
import { found, id, operation, time, timeOf } from './operation.ts'
import type { SigningKeys } from './ports.ts'

const keyView = z.object({
  id: z.string(),
  /** `next`: published, not yet used; `active`: signs; `retired`: what it signed still verifies. */
  state: z.enum(['next', 'active', 'retired']),
  algorithm: z.string(),
  created: time,
  since: time,
})
export type KeyView = z.output<typeof keyView>
const answer = z.object({ keys: z.array(keyView) })

async function shown(keys: SigningKeys): Promise<z.input<typeof answer>> {
  const all = await keys.list()
  return {
    keys: all.map(({ id: key, state, jwk, created, since }) => ({
      id: key,
      state,
      algorithm: String(jwk['alg']),
      created: timeOf(created),
      since: timeOf(since),
    })),
  }
}

/** Keys that sign tokens. */
export const KEYS = [
  operation('keys.list', 'GET /keys', {
    needs: 'identity.read',
    summary: 'List the keys that sign tokens',
    input: z.strictObject({}),
    output: answer,
    run: ({ keys }) => shown(keys),
  }),
  operation('keys.rotate', 'POST /keys/rotate', {
    needs: 'identity.write',
    summary: 'Publish the next key; it signs as soon as everybody can have seen it',
    input: z.strictObject({}),
    output: answer,
    run: async ({ keys }) => {
      await keys.rotate()
      return shown(keys)
    },
  }),
  operation('keys.retire', 'POST /keys/{id}/retire', {
    needs: 'identity.write',
    summary: 'Take a key out at once, when it may be in other hands: what it signed is void',
    input: z.strictObject({ id }),
    output: answer,
    run: async ({ keys }, { id: key }) => {
      found(
        'key',
        (await keys.list()).find((one) => one.id === key),
      )
      await keys.retire(key)
      return shown(keys)
    },
  }),
] as const
