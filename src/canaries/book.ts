import type { CanaryKind } from '../kernel/canary.ts'
import type { PlantedFinder } from '../kernel/content.ts'
import type { Witness } from '../kernel/event.ts'
import { startLooks } from '../kernel/looks.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import { witnessed } from '../kernel/witnessed.ts'
import type { Store } from '../store/store.ts'
import { plantedEvent } from './events.ts'
import { createFinder } from './finder.ts'
import { type Minted, mint } from './mint.ts'
import { changedSince, insertCanary, type Planted } from './rows.ts'

export interface CanariesOptions {
  readonly store: Store
  readonly witness: Witness
  readonly clock: Clock
  readonly randomId: RandomId
  /** 32 bytes of the installation, secret: values are made from it. */
  readonly key: Uint8Array
  /** The host of decoys that have one. Nobody should answer there. */
  readonly host?: string
  /** Milliseconds between two looks for what other processes planted. */
  readonly every: number
  readonly log: (message: string, cause?: unknown) => void
}

/** How much the clocks of two replicas differ, in milliseconds: as long is looked back. */
const CLOCKS_DIFFER = 60_000
/** Reserved (RFC 2606): it never resolves. */
const NOWHERE = 'files.corp.invalid'

/** What this process knows of all decoys. */
export interface CanaryBook {
  readonly find: PlantedFinder
  known(id: string): Planted | undefined
  /** The value of an id, whether it counts or not. */
  minted(id: string, kind: CanaryKind): Minted
  /** What was read counts here. */
  note(planted: Planted): void
  /** Plants: it counts here when this resolves. @throws as the witness, and then nothing was planted. */
  plant(tell: Witness, planted: Planted): Promise<void>
  refresh(): Promise<void>
  close(): Promise<void>
}

/** Opens the book: what was planted before is recognised when this resolves. Rejects as the database does. */
export async function openBook(options: CanariesOptions): Promise<CanaryBook> {
  const { store, clock, key, host = NOWHERE, every, log } = options
  const finder = createFinder()
  const all = new Map<string, Planted>()
  let since = 0

  const minted = (id: string, kind: CanaryKind): Minted => mint(key, id, kind, host)
  const note = (one: Planted): void => {
    const before = all.get(one.id)
    all.set(one.id, one)
    if (one.retired !== undefined) finder.remove(one.id)
    else if (before === undefined) finder.add(one.id, minted(one.id, one.kind).parts)
  }
  const look = async (): Promise<void> => {
    const from = clock()
    for (const one of await changedSince(store, since)) note(one)
    since = from - CLOCKS_DIFFER
  }
  const looks = await startLooks({
    ...{ look, every, log },
    lost: 'canaries cannot be read: those known before still count',
    found: 'canaries are heard of again',
  })
  return {
    find: finder.find,
    known: (id) => all.get(id),
    minted,
    note,
    async plant(tell, planted) {
      await witnessed(tell, plantedEvent(planted), () => insertCanary(store, planted))
      note(planted)
    },
    refresh: looks.now,
    close: looks.close,
  }
}
