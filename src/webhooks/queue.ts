import type { Seal, SealContext } from '../kernel/seal.ts'
import type { WebhookDeliveryTable } from '../store/control-schema.ts'
import type { Store } from '../store/store.ts'

/** Deliveries to one receiver that may be due at once. Further ones are not taken. */
export const MOST_DUE = 10_000
/** Deliveries that are over and are kept. */
const MOST_OVER = 20_000
const DAY = 24 * 60 * 60_000
/** Milliseconds for which deliveries that are over are kept: messages in chats are changed later. */
const KEPT = 7 * DAY
/** Milliseconds after which what nobody attempts any more is given up: its receiver is gone. */
const FORSAKEN = 3 * DAY

/** A message for one receiver. */
export interface Delivery {
  /** The same message has the same id, whoever sends it and however often. */
  readonly id: string
  /** The receiver. */
  readonly endpoint: string
  readonly event: string
  /** JSON. */
  readonly payload: string
}

/** A delivery that this process, and no other, may attempt now. */
export interface Claimed extends Omit<Delivery, 'payload'> {
  /** Undefined when it cannot be opened: the key has changed. */
  readonly payload: string | undefined
  /** Counting this one. */
  readonly attempts: number
  /** Milliseconds since the epoch at which the claim ends. */
  readonly until: number
}

/** Messages that are due or were sent, durable and shared by all processes on the database. */
export interface Queue {
  /** Takes messages; those that are known already count for nothing. False: there are too many. */
  add(deliveries: readonly Delivery[], now: number): Promise<boolean>
  /**
   * Deliveries to some receivers whose time has come, the oldest first. Nobody else attempts them before
   * `until`.
   */
  claim(
    endpoints: readonly string[],
    now: number,
    until: number,
    most: number,
  ): Promise<readonly Claimed[]>
  /** Ends a claim. False when it was over already, and somebody else's. */
  settle(claimed: Claimed, end: Settlement): Promise<boolean>
  /** What became of a message; undefined when it is not known. */
  find(id: string): Promise<Pick<WebhookDeliveryTable, 'state' | 'reference'> | undefined>
  sweep(now: number): Promise<void>
}

/** How an attempt ended. */
export type Settlement =
  | { readonly state: 'sent'; readonly status?: number; readonly reference?: string }
  | { readonly state: 'due'; readonly status?: number; readonly due: number }
  | { readonly state: 'failed'; readonly status?: number }

export function openQueue({ db }: Store, seal: Seal): Queue {
  return {
    async add(deliveries, now) {
      const taken: Delivery[] = []
      for (const delivery of deliveries)
        if (await hasRoom(db, delivery.endpoint)) taken.push(delivery)
      const rows = taken.map((delivery) => rowOf(delivery, seal, now))
      if (rows.length > 0)
        await db
          .insertInto('webhook_delivery')
          .values(rows)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute()
      return taken.length === deliveries.length
    },
    async claim(endpoints, now, until, most) {
      if (endpoints.length === 0) return []
      const rows = await db
        .selectFrom('webhook_delivery')
        .select(['id', 'attempts', 'due'])
        .where('state', '=', 'due')
        .where('due', '<=', now)
        .where('endpoint', 'in', endpoints)
        .orderBy('due')
        .limit(most)
        .execute()
      const claimed = await Promise.all(rows.map((row) => claimOne(db, row, seal, until)))
      return claimed.filter((one) => one !== undefined)
    },
    settle: (claimed, settlement) => settle(db, claimed, settlement),
    find: (id) =>
      db
        .selectFrom('webhook_delivery')
        .select(['state', 'reference'])
        .where('id', '=', id)
        .executeTakeFirst(),
    sweep: (now) => sweep(db, now),
  }
}

type Db = Store['db']

/** A message belongs to its place: moved to another row it does not open. */
function contextOf({ id, endpoint, event }: Omit<Delivery, 'payload'>): SealContext {
  return [id, endpoint, event]
}

function rowOf(delivery: Delivery, seal: Seal, now: number): WebhookDeliveryTable {
  const { id, endpoint, event } = delivery
  const payload = seal.seal(delivery.payload, contextOf(delivery))
  const fresh = { state: 'due', attempts: 0, due: now, created: now, status: null, reference: null }
  return { id, endpoint, event, payload, ...fresh }
}

async function hasRoom(db: Db, endpoint: string): Promise<boolean> {
  const beyond = await db
    .selectFrom('webhook_delivery')
    .select('id')
    .where('endpoint', '=', endpoint)
    .where('state', '=', 'due')
    .offset(MOST_DUE - 1)
    .limit(1)
    .executeTakeFirst()
  return beyond === undefined
}

/** Compare and set: of all who saw the row as it was, one gets it. */
async function claimOne(
  db: Db,
  { id, attempts, due }: Pick<WebhookDeliveryTable, 'id' | 'attempts' | 'due'>,
  seal: Seal,
  until: number,
): Promise<Claimed | undefined> {
  const row = await db
    .updateTable('webhook_delivery')
    // Without a status as long as the attempt runs.
    .set({ due: until, attempts: attempts + 1, status: null })
    .where('id', '=', id)
    .where('state', '=', 'due')
    .where('attempts', '=', attempts)
    .where('due', '=', due)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { endpoint, event } = row
  const payload = seal.tryOpen(row.payload, contextOf(row))
  return { id, endpoint, event, payload, attempts: row.attempts, until }
}

async function settle(
  db: Db,
  { id, attempts }: Claimed,
  { state, status, ...end }: Settlement,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_delivery')
    .set({
      state,
      status: status ?? null,
      ...('due' in end ? { due: end.due } : {}),
      ...('reference' in end ? { reference: end.reference } : {}),
    })
    .where('id', '=', id)
    .where('state', '=', 'due')
    .where('attempts', '=', attempts)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

async function sweep(db: Db, now: number): Promise<void> {
  await db
    .updateTable('webhook_delivery')
    .set({ state: 'failed' })
    .where('state', '=', 'due')
    .where('due', '<=', now - FORSAKEN)
    .execute()
  const over = await db
    .selectFrom('webhook_delivery')
    .select('created')
    .where('state', '<>', 'due')
    .orderBy('created', 'desc')
    .offset(MOST_OVER)
    .limit(1)
    .executeTakeFirst()
  await db
    .deleteFrom('webhook_delivery')
    .where('state', '<>', 'due')
    .where('created', '<=', Math.max(now - KEPT, over?.created ?? 0))
    .execute()
}
