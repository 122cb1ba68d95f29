import { createHmac } from 'node:crypto'
import type { Canary, CanaryDesk, CanarySighting } from '../kernel/canary.ts'
import type { PlantedFinder } from '../kernel/content.ts'
import { type CanariesOptions, openBook } from './book.ts'
import { canaryDesk } from './desk.ts'
import { sightedEvent } from './events.ts'
import { findCanary, insertSighting } from './rows.ts'

export type { CanariesOptions } from './book.ts'

/** Whom a decoy is for that the gateway plants itself, and where. */
export type Slot = Pick<Canary, 'kind' | 'place'> & {
  readonly principal: string
  readonly server: string
}

/** Decoys: planted, recognised, and heard of. */
export interface Canaries {
  readonly desk: CanaryDesk
  /** Recognises all that count now in this process. */
  readonly finder: PlantedFinder
  /**
   * The decoy of one principal at one server, the same every time; planted when it is first asked for.
   * Undefined: people retired it. Rejects as the database and the witness do.
   */
  hand(slot: Slot): Promise<string | undefined>
  /** Keeps a sighting and has it witnessed. Rejects as the witness does. */
  sighted(sighting: CanarySighting): Promise<void>
  /** Looks now for what others changed. Rejects as the database does; what counted before still counts. */
  refresh(): Promise<void>
  /** Makes no more looks, and waits for the last one. */
  close(): Promise<void>
}

/** Opens it all: what was planted before is recognised when this resolves. Rejects as the database does. */
export async function openCanaries(options: CanariesOptions): Promise<Canaries> {
  const { store, witness, clock, randomId, key } = options
  const book = await openBook(options)
  const handing = new Map<string, Promise<string | undefined>>()

  const first = async (id: string, slot: Slot): Promise<string | undefined> => {
    // Another replica may have been first: then it is its row that counts.
    const there = await findCanary(store, id)
    if (there === undefined)
      await book.plant(witness, {
        ...slot,
        id,
        planted: clock(),
        by: 'gateway',
        retired: undefined,
      })
    else book.note(there)
    return book.known(id)?.retired === undefined ? book.minted(id, slot.kind).value : undefined
  }
  return {
    finder: book.find,
    desk: canaryDesk(options, book),
    async hand(slot) {
      const id = slotId(key, slot)
      const there = book.known(id)
      if (there?.retired !== undefined) return undefined
      if (there !== undefined) return book.minted(id, slot.kind).value
      const running = handing.get(id) ?? first(id, slot).finally(() => handing.delete(id))
      handing.set(id, running)
      return running
    },
    async sighted(sighting) {
      await witness(sightedEvent(sighting, book.known(sighting.canary)))
      await insertSighting(store, { ...sighting, id: randomId() })
    },
    refresh: book.refresh,
    close: book.close,
  }
}

/** The same on all replicas, and of no use to who has no key. */
function slotId(key: Uint8Array, { principal, server, kind }: Slot): string {
  const slot = JSON.stringify(['slot', principal, server, kind])
  return `handed-${createHmac('sha256', key).update(slot).digest('base64url').slice(0, 22)}`
}
