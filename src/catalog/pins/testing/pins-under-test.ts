import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach } from 'vitest'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import type {
  FirstSight,
  JudgeDefinition,
  PinKind,
  PinVersion,
  SeenDefinition,
} from '../../../kernel/pins.ts'
import type { Engine } from '../../../store/migrations.ts'
import type { Store } from '../../../store/store.ts'
import { type FreshStore, freshStore } from '../../../store/testing/fresh-store.ts'
import { openPins, type PinOptions, type Pins } from '../pin-book.ts'
import { seenDefinition } from '../pin-digest.ts'

export const ANN = { subject: 'user:ann', client: 'console', grant: 'g' }

/** A tool as a server lists it. */
export function tool(name: string, description = 'adds numbers'): SeenDefinition {
  return seenDefinition('tools', name, { name, description, inputSchema: { type: 'object' } })
}

/** What tests hold of books on one database. */
export interface PinsUnderTest {
  store(): Store
  fresh(): FreshStore
  open(options?: Partial<PinOptions>): Promise<Pins>
  /** What was witnessed, in order. */
  readonly events: SecurityEvent[]
  now: number
  policy: FirstSight
  /** What is thrown instead of witnessing. */
  broken: Error | undefined
  judge: JudgeDefinition
}

/** Sets up a database for each test, and closes what it opened. */
export function pinsUnderTest(engine: Engine): PinsUnderTest {
  let fresh: FreshStore
  const books: Pins[] = []
  const under: PinsUnderTest = {
    store: () => fresh.store,
    fresh: () => fresh,
    events: [],
    now: 0,
    policy: 'quarantine',
    broken: undefined,
    judge: () => ({ findings: [], verdict: 'clean' }),
    async open(options = {}) {
      const book = await openPins({
        store: fresh.store,
        clock: () => under.now,
        every: 1_000_000,
        log: () => {},
        judge: (server, seen) => under.judge(server, seen),
        firstSight: () => under.policy,
        witness: async (event) => {
          // As the real one: others get a turn.
          await sleep(0)
          if (under.broken !== undefined) throw under.broken
          under.events.push(event)
        },
        ...options,
      })
      books.push(book)
      return book
    },
  }
  beforeEach(async () => {
    fresh = await freshStore(engine)
    under.events.length = 0
    Object.assign(under, { now: 1_000_000, policy: 'quarantine', broken: undefined })
    under.judge = () => ({ findings: [], verdict: 'clean' })
  })
  afterEach(async () => {
    for (const book of books.splice(0)) await book.close()
    await fresh.remove()
  })
  return under
}

/** The status of definitions on `office`, in their order. */
export function statuses(pins: Pins, ...seen: readonly SeenDefinition[]): readonly string[] {
  return seen.map(({ kind, name, digest }) => pins.status('office', kind, name, digest))
}

/** Has a human decide on what is stored of a definition now. */
export async function decide(
  pins: Pins,
  { kind, name, digest }: SeenDefinition,
  status: 'approved' | 'rejected',
): Promise<PinVersion> {
  const found = await versions(pins, kind)
  const version = found.find((one) => one.name === name && one.digest === digest)?.version ?? 0
  const about = { server: 'office', kind, name, digest, version }
  return await pins.decide(ANN, about, status, 'looked at it')
}

export function versions(pins: Pins, kind: PinKind = 'tools'): Promise<readonly PinVersion[]> {
  return pins.list({ server: 'office', kind, history: true })
}

/** What events say that tests care for. */
export function told(events: readonly SecurityEvent[]): readonly string[] {
  return events.map(({ event, outcome, target, detail }) => {
    const { cause, count } = (detail ?? {}) as JsonObject
    const what = [event, target, cause, count, outcome === 'done' ? undefined : outcome]
    return what.filter((part) => part !== undefined).join(' ')
  })
}
