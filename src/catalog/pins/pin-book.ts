import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import { startLooks } from '../../kernel/looks.ts'
import type {
  FirstSight,
  JudgeDefinition,
  PinBook,
  PinDesk,
  PinKind,
  SeenDefinition,
} from '../../kernel/pins.ts'
import type { Clock } from '../../kernel/ports.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import type { DefinitionPinTable } from '../../store/integrity-schema.ts'
import type { Store } from '../../store/store.ts'
import { type Judged, judgeAll } from './judging.ts'
import { pinDesk } from './pin-desk.ts'
import { type PinList, type PinMirror, pinMirror } from './pin-mirror.ts'
import { eventsOf, rowsOf } from './pin-sightings.ts'
import { advance, heads, insertPins, pull, putAll, updatePins } from './pin-tables.ts'
import { isSettled, PIN_BOUNDS, type PinBounds, type Sighting, sightingOf } from './sighting.ts'

export interface PinOptions {
  readonly store: Store
  readonly witness: Witness
  readonly clock: Clock
  /** Milliseconds between two looks for what other processes changed. */
  readonly every: number
  readonly judge: JudgeDefinition
  /** What happens to the first list that a server shows of a kind. */
  readonly firstSight: (server: string) => FirstSight
  readonly log: (message: string, cause?: unknown) => void
  /** What one server may make us keep; `PIN_BOUNDS` where nothing else is said. */
  readonly bounds?: Partial<PinBounds>
}

/** The book of pins, and the desk at which people decide. */
export interface Pins extends PinBook, PinDesk {
  /** Calls back when other definitions of a list count than before. Must not throw. Returns how to end it. */
  onChange(listener: (server: string, kind: PinKind) => void): () => void
  /** Looks now for what other processes changed. Rejects as the database does. */
  refresh(): Promise<void>
  /** Makes no more looks, and waits for what is under way. */
  close(): Promise<void>
}

/** What all parts of the book work on. */
export interface Book extends PinOptions {
  readonly bounds: PinBounds
  readonly mirror: PinMirror
  /** Other definitions of a list count now. */
  readonly changed: (list: PinList) => void
}

/** How often a look is compared again when other processes write at the same time. */
const TRIES = 50

/** Opens the book: what was decided before counts when this resolves. Rejects as the database does. */
export async function openPins(options: PinOptions): Promise<Pins> {
  const { store, every, log, clock } = options
  const mirror = pinMirror()
  const listeners = new Set<(server: string, kind: PinKind) => void>()
  const changed = ({ server, kind }: PinList): void => {
    for (const listener of listeners) listener(server, kind)
  }
  const book: Book = { ...options, bounds: { ...PIN_BOUNDS, ...options.bounds }, mirror, changed }

  const look = async (): Promise<void> => {
    const stored = new Map(
      (await heads(store.db)).map((head) => [
        mirror.list(head.server, head.kind as PinKind),
        head.version,
      ]),
    )
    for (const list of mirror.lists())
      if ((stored.get(list) ?? 0) !== list.head)
        await list.writing(async () => {
          if (await pull(store.db, mirror, list)) changed(list)
        })
  }
  const looks = await startLooks({
    ...{ look, every, log },
    lost: 'pins of definitions cannot be read: the last ones still count',
    found: 'pins of definitions are heard of again',
  })
  return {
    see(server, kind, seen, complete) {
      const list = mirror.list(server, kind)
      if (isSettled(mirror, list, seen, complete, clock())) return undefined
      return list.seeing(() => note(book, list, seen, complete))
    },
    status: mirror.status,
    ...pinDesk(book),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    refresh: looks.now,
    async close() {
      await looks.close()
      for (const list of mirror.lists()) {
        await list.seeing(async () => {})
        await list.writing(async () => {})
      }
    },
  }
}

/** Writes down how a list differs from what is known; compares again when somebody else wrote meanwhile. */
async function note(
  book: Book,
  list: PinList,
  seen: readonly SeenDefinition[],
  complete: boolean,
): Promise<void> {
  const { mirror, judge, clock } = book
  const judged = new Map<string, Judged>()
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (isSettled(mirror, list, seen, complete, clock())) return
    const sighting = sightingOf(mirror, list, seen, complete, book.bounds)
    const unjudged = sighting.fresh.filter(({ id, sound }) => sound && !judged.has(id))
    const made = await judgeAll(
      judge,
      list.server,
      unjudged.map((fresh) => fresh.seen),
    )
    for (const [index, found] of made.entries()) judged.set(unjudged[index]?.id ?? '', found)
    if (await list.writing(() => keep(book, list, sighting, judged))) return
  }
  throw new GatewayError('store_unavailable', 'definitions cannot be kept: others change them')
}

/** Somebody else changed the list since it was compared. */
class Overtaken extends Error {}

/** False when somebody else changed the list meanwhile: what they wrote is known then. */
async function keep(
  book: Book,
  list: PinList,
  sighting: Sighting,
  judged: ReadonlyMap<string, Judged>,
): Promise<boolean> {
  if (list.head !== sighting.head) return false
  const { mirror, store, clock } = book
  const policy = book.firstSight(list.server)
  const rows = rowsOf(list, sighting.fresh, judged, policy, clock())
  const write = (): Promise<void> => writeSighting(book, list, sighting, rows)
  const events = eventsOf(list, sighting, rows, policy)
  const act = events.reduceRight<() => Promise<void>>(
    (next, event) => () => witnessed(book.witness, event, next),
    write,
  )
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Overtaken)) throw unavailable(error)
    if (await pull(store.db, mirror, list)) book.changed(list)
    return false
  }
  take(book, list, sighting, rows)
  return true
}

async function writeSighting(
  { store, clock }: Book,
  list: PinList,
  { head, back, shown, gone, fresh }: Sighting,
  rows: readonly DefinitionPinTable[],
): Promise<void> {
  if (head > 0 && back.length + shown.length + gone.length + fresh.length === 0) return
  const revision = head + 1
  const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id)
  await store.db.transaction().execute(async (trx) => {
    if ((await advance(trx, list, head, clock())) === undefined) throw new Overtaken()
    await insertPins(trx, rows)
    await updatePins(trx, ids(shown), { listed: 1, revision }, 'keeps')
    await updatePins(trx, ids(gone), { listed: 0, revision }, 'keeps')
    const waits = { listed: 1, status: 'quarantined', cause: 'returned', revision } as const
    await updatePins(trx, ids(back), waits, 'decides')
  })
}

/** What was written counts here from now on. */
function take(
  { mirror, clock, changed, bounds }: Book,
  list: PinList,
  sighting: Sighting,
  rows: readonly DefinitionPinTable[],
): void {
  const { head, back, shown, gone, left } = sighting
  const wrote = head === 0 || back.length + shown.length + gone.length + rows.length > 0
  const revision = head + 1
  const news = [
    ...shown.map((known) => ({ ...known, listed: true, revision })),
    ...gone.map((known) => ({ ...known, listed: false, revision })),
    ...back.map((known) => ({
      ...known,
      ...({ listed: true, status: 'quarantined', version: known.version + 1, revision } as const),
    })),
  ]
  const counts = putAll(mirror, list, rows)
  for (const known of news) mirror.put(list, known)
  if (wrote) Object.assign(list, { head: revision, lookedAt: clock() })
  for (const { name } of left) {
    const item = list.items.get(name)
    if (item !== undefined && item.undecided >= bounds.perItem) item.full = true
    else mirror.setFull(list.server)
  }
  if (counts) changed(list)
}

function unavailable(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('store_unavailable', 'definitions cannot be kept', { cause: error })
}
