import { randomUUID } from 'node:crypto'
import type { AccessRequest } from '../kernel/access.ts'
import type { Exceeded, LimitDefinition, Limits, Reservation, Used } from '../kernel/limits.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Store } from '../store/store.ts'
import { type Counters, isShort, type Shortage, type Taken } from './counters.ts'
import { drawsOf, type LimitDraw, looksOf } from './draws.ts'
import { keptCounters } from './kept-counters.ts'
import { type LimitIndex, limitIndex } from './limit-index.ts'
import { postgresCounters } from './postgres-counters.ts'

const NOTHING = {} as Reservation
const NO_RATES = {}

/** Limits of a deployment that has none. */
export const UNLIMITED: Limits = {
  left: async () => NO_RATES,
  reserve: async () => NOTHING,
  settle: () => undefined,
  release: () => undefined,
}

export interface LimitsOptions {
  /**
   * The limits in force, asked for each call. To change them, give another list: what keeps its name,
   * unit, keys and window goes on counting, everything else starts anew.
   */
  readonly definitions: () => readonly LimitDefinition[]
  readonly counters: Counters
}

export interface OpenLimitsOptions extends Pick<LimitsOptions, 'definitions'> {
  readonly store: Store
  readonly clock: Clock
  /** A count that could not be saved or shared; it is tried again. */
  readonly onError: (cause: unknown) => void
}

/** Limits that count in a store. */
export interface OpenLimits extends Limits {
  /** Keeps what was counted. Call it after the last call has ended, and before the store closes. */
  close(): Promise<void>
}

/**
 * Opens limits: on SQLite those of this process, which outlive it; on PostgreSQL those that all
 * replicas share.
 *
 * @throws GatewayError `limits_unavailable` for definitions, or counts of an earlier process, that
 *   cannot be used.
 */
export async function openLimits(options: OpenLimitsOptions): Promise<OpenLimits> {
  const { store, definitions, clock, onError } = options
  const { db, engine } = store
  const counters =
    engine === 'sqlite'
      ? await keptCounters({ db, clock, onError })
      : postgresCounters({ db, holder: randomUUID(), onError })
  try {
    return { ...createLimits({ definitions, counters }), close: counters.close }
  } catch (error) {
    await counters.close()
    throw error
  }
}

/** What is behind a reservation until it is settled or released. */
interface Held {
  readonly taken: Taken
  readonly draws: readonly LimitDraw[]
}

/**
 * Counts calls against the operator's limits.
 *
 * @throws GatewayError `limits_unavailable` for definitions that cannot be counted; later, when they
 *   are replaced by such, every call is refused by it.
 */
export function createLimits({ definitions, counters }: LimitsOptions): Limits {
  const held = new WeakMap<Reservation, Held>()
  const indexed = indexOnce(definitions)
  indexed()

  return {
    async left(request) {
      const index = indexed()
      return index.idle ? NO_RATES : await look(index, counters, request)
    },
    async reserve(request, named) {
      const index = indexed()
      if (index.idle && named.length === 0) return NOTHING
      const { target } = request
      const applying = index.withNamed(index.applying(target), named, target)
      if (applying.length === 0) return NOTHING
      const draws = drawsOf(applying, request)
      if ('limit' in draws) return draws
      const taken = await counters.take(draws)
      if (isShort(taken)) return exceededBy(taken, draws)
      const reservation = {} as Reservation
      held.set(reservation, { taken, draws })
      return reservation
    },
    settle(reservation, used) {
      const entry = held.get(reservation)
      if (entry === undefined) return
      held.delete(reservation)
      counters.end(entry.taken, spentBy(entry.draws, used))
    },
    release(reservation) {
      const entry = held.get(reservation)
      if (entry === undefined) return
      held.delete(reservation)
      counters.giveBack(entry.taken)
    },
  }
}

function indexOnce(definitions: LimitsOptions['definitions']): () => LimitIndex {
  let known: readonly LimitDefinition[] | undefined
  let index: LimitIndex | undefined
  return () => {
    const current = definitions()
    if (index === undefined || current !== known) {
      index = limitIndex(current)
      known = current
    }
    return index
  }
}

async function look(
  index: LimitIndex,
  counters: Counters,
  request: Omit<AccessRequest, 'rate'>,
): Promise<AccessRequest['rate']> {
  const draws = looksOf(index.applying(request.target), request)
  if (draws.length === 0) return NO_RATES
  const left = await counters.left(draws)
  const rates = new Map<string, AccessRequest['rate'][string]>()
  for (const [at, { limit }] of draws.entries()) {
    const { name, most } = limit.definition
    const least = Math.min(left[at] ?? 0, rates.get(name)?.left ?? most)
    rates.set(name, { left: least, most })
  }
  return Object.fromEntries(rates)
}

/** The limit that takes longest: whoever waits for it has waited for the others too. */
function exceededBy(short: readonly Shortage[], draws: readonly LimitDraw[]): Exceeded {
  const longest = short.reduce((one, other) => (waitOf(other) > waitOf(one) ? other : one))
  const draw = draws.find(({ key }) => key === longest.key) as LimitDraw
  const { definition, words } = draw.limit
  return { limit: definition.name, reason: words, retryAfter: longest.wait }
}

function waitOf({ wait }: Shortage): number {
  return wait ?? Number.POSITIVE_INFINITY
}

function spentBy(draws: readonly LimitDraw[], used: () => Used): readonly number[] {
  if (draws.every(({ measure }) => measure === undefined)) return []
  const all = measured(used)
  return draws.map(({ measure, limit }) => {
    if (measure === undefined) return 0
    const spent = all?.[measure]
    // What cannot be measured may have been everything.
    return Number.isSafeInteger(spent) && Number(spent) >= 0 ? Number(spent) : limit.definition.most
  })
}

function measured(used: () => Used): Used | undefined {
  try {
    return used()
  } catch {
    return undefined
  }
}
