import type { CanaryDesk } from '../kernel/canary.ts'
import { GatewayError } from '../kernel/errors.ts'
import { witnessBy } from '../kernel/event.ts'
import { witnessed } from '../kernel/witnessed.ts'
import type { CanariesOptions, CanaryBook } from './book.ts'
import { findCanary, listCanaries, listSightings, type Planted, retireCanary } from './rows.ts'

const MOST_PLACE = 512

/** Where people plant decoys, and hear of them. */
export function canaryDesk(options: CanariesOptions, book: CanaryBook): CanaryDesk {
  const { store, witness, clock, randomId } = options
  return {
    async plant(by, { kind, principal, server, place }) {
      if (place.length === 0 || place.length > MOST_PLACE)
        throw new GatewayError('params_invalid', 'a place has 1 to 512 characters')
      const planted: Planted = {
        ...{ id: randomId(), kind, principal, server, place },
        ...{ planted: clock(), by: by.subject, retired: undefined },
      }
      await book.plant(witnessBy(witness, by), planted)
      const { value } = book.minted(planted.id, kind)
      return { canary: { ...planted, sightings: 0, lastSeen: undefined }, value }
    },
    list: (part) => listCanaries(store, part),
    sightings: (part) => listSightings(store, part),
    async retire(by, id) {
      const there = await findCanary(store, id)
      if (there === undefined) throw new GatewayError('item_unknown', 'there is no such canary')
      if (there.retired === undefined) {
        const event = { event: 'canary.retired', target: id } as const
        await witnessed(witnessBy(witness, by), event, () => retireCanary(store, id, clock()))
      }
      const now = (await findCanary(store, id)) ?? there
      book.note(now)
      return now
    },
  }
}
