import type { Canary, CanaryDesk, CanaryPage, KeptSighting } from '../../kernel/canary.ts'
import { GatewayError } from '../../kernel/errors.ts'

/** What tests tell a planter this once, so that it can be looked for where it must not be. */
export const DECOY = 'marked-decoy-51c8'
const START = 1_790_000_000_000

function canary(id: string, changes: Partial<Canary> = {}): Canary {
  return {
    ...{ id, kind: 'api-key', principal: 'user:ann', server: undefined, place: 'a note' },
    ...{ planted: START, by: 'user:dee', retired: undefined, sightings: 1, lastSeen: START },
    ...changes,
  }
}

const sighting = (id: string): KeptSighting => ({
  ...{ id, canary: 'c-2', at: START, call: 'call', subject: 'user:eve', client: 'app' },
  ...{ grant: 'g', server: 'mail', target: 'send', part: 'arguments', stopped: true },
})

/** What was asked of the desk. */
export const askedOfCanaries: unknown[] = []

function page<T extends { readonly id: string }>(
  all: readonly T[],
  { limit, after }: CanaryPage = {},
): readonly T[] {
  return all.filter(({ id }) => after === undefined || id < after).slice(0, limit)
}

/** A desk with three decoys that notes what is asked of it. */
export const canaries: CanaryDesk = {
  plant: async (...asked) => {
    askedOfCanaries.push(asked)
    return { canary: canary('c-9', asked[1]), value: DECOY }
  },
  list: async (part) => page([canary('c-3'), canary('c-2'), canary('c-1')], part),
  sightings: async ({ canary: of, ...part } = {}) =>
    page([sighting('s-2'), sighting('s-1')], part).filter(
      (one) => of === undefined || one.canary === of,
    ),
  retire: async (...asked) => {
    askedOfCanaries.push(asked)
    if (asked[1] !== 'c-1') throw new GatewayError('item_unknown', 'there is no such canary')
    return canary('c-1', { retired: START })
  },
}
