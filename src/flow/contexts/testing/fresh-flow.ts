import { randomBytes } from 'node:crypto'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type {
  FlowArguments,
  FlowBook,
  FlowCall,
  FlowFacts,
  FlowKey,
  FlowSource,
} from '../../../kernel/flow.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import { createSeal } from '../../../kernel/seal.ts'
import type { Engine } from '../../../store/migrations.ts'
import { openStore, type Store } from '../../../store/store.ts'
import { type FreshStore, freshStore } from '../../../store/testing/fresh-store.ts'
import { type FlowOptions, openFlow } from '../../flow.ts'

export const START = 1_790_000_000_000
export const HOUR = 3_600_000

export const KEY: FlowKey = {
  principal: JSON.stringify(['user', 'ann']),
  client: 'app',
  grant: 'grant-1',
}

/** What anybody may have written, people of the organisation, and what the operator trusts. */
export const ANYBODY: FlowSource = { trust: 'untrusted', reads: ['personal'], fields: {} }
export const MEMBERS: FlowSource = { trust: 'members', reads: ['source'], fields: {} }
export const TRUSTED: FlowSource = { trust: 'trusted', reads: ['public'], fields: {} }

/** Books on an empty database, with a clock and a witness that the test owns. */
export interface FreshFlow extends FreshStore {
  readonly clock: { now: number }
  readonly events: SecurityEvent[]
  readonly logged: string[]
  readonly witness: { broken: boolean }
  /** A book as another process has it: over connections of its own. */
  process(options?: Partial<FlowOptions>): Promise<FlowBook & { readonly store: Store }>
}

export async function freshFlow(engine: Engine): Promise<FreshFlow> {
  const fresh = await freshStore(engine)
  const clock = { now: START }
  const events: SecurityEvent[] = []
  const logged: string[] = []
  const witness = { broken: false }
  const seal = createSeal(randomBytes(32), 'flow')
  const closing: (() => Promise<void>)[] = []
  return {
    ...fresh,
    ...{ clock, events, logged, witness },
    async process(options = {}) {
      const store = await openStore(fresh.options)
      closing.push(store.close)
      const book = await openFlow({
        ...{ db: store.db, seal, now: () => clock.now, decode: () => [], every: 1_000_000 },
        randomId: () => randomBytes(16).toString('base64url'),
        record: async (event) => {
          if (witness.broken) throw new Error('nobody looks')
          // A witness writes to the same database: within a transaction it would wait for ever.
          await store.db.selectFrom('setting').selectAll().execute()
          events.push(event)
        },
        log: (message) => logged.push(message),
        ...options,
      })
      closing.push(() => book.close().catch(() => {}))
      return { ...book, store }
    },
    async remove() {
      for (const close of closing.reverse()) await close()
      await fresh.remove()
    },
  }
}

let calls = 0

/** A call of a tool of `mail`, with what a case speaks of changed. */
export function call(shape: Partial<FlowCall> = {}): FlowCall {
  return {
    ...{ key: KEY, call: `call-${++calls}`, server: 'mail', target: 'read', kind: 'tool' },
    time: START,
    ...shape,
  }
}

/** Arguments by a schema that says no more than their names. */
export function args(values: JsonObject): FlowArguments {
  const properties = Object.fromEntries(
    Object.keys(values).map((name) => [name, { type: 'string' }]),
  )
  return {
    arguments: values,
    inputSchema: { type: 'object', properties },
    roles: { to: 'destination', body: 'content' },
  }
}

/** Where the recipient of a message comes from. */
export async function recipient(book: FlowBook, to: string, of: Partial<FlowCall> = {}) {
  const facts = await book.look(call({ target: 'send', ...of }), args({ to }))
  return { facts, origin: facts.values.find(({ at }) => at === '/to')?.origin }
}

/** The labels of facts, without values. */
export function labels({ readUntrusted, readConfidential, classes, complete }: FlowFacts) {
  return { readUntrusted, readConfidential, classes, complete }
}
