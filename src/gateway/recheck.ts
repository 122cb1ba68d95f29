import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { ListKind } from './methods.ts'
import { orCancelled } from './waiting.ts'

/** Bounds of how old a list may be where the gateway chooses, milliseconds. */
const YOUNGEST = 10
const OLDEST = 5_000
/** So many times what a list takes may pass until the next: checks cost a tenth of the time at most. */
const PAUSE = 10
/** Times that a list is taken for one call while others of the same server are taken, too. */
const TURNS = 4

/** How old a list may be when a call rests on it, in milliseconds, given what the last one took. */
export type MaxAge = (took: number) => number

/** @param recheck milliseconds; `auto`: as long as lists of this server allow */
export function maxAgeOf(recheck: 'auto' | number): MaxAge {
  if (recheck !== 'auto') return () => recheck
  return (took) => Math.min(OLDEST, Math.max(YOUNGEST, PAUSE * took))
}

/** Stands for one whole list: another list, another edition. */
export type Edition = object

export interface RecheckOptions {
  /** Takes a whole list over the link of this conversation; gives its edition. */
  readonly list: (exchange: Exchange, server: string, kind: ListKind) => Promise<Edition>
  /** The edition that is known now, whoever's link it came over. */
  readonly edition: (server: string, kind: ListKind) => Edition | undefined
  /** What stands for the link of this conversation. */
  readonly linkOf: (exchange: Exchange, server: string) => Promise<object>
  readonly maxAge: MaxAge
  readonly now: Clock
}

/** Takes lists again before they are relied on. */
export interface Recheck {
  /**
   * Gives what `pick` makes of what is known, once that is what the server lists now, over the very
   * link of this conversation: what it tells others is no proof of what it would do here.
   *
   * @throws GatewayError why it could not be listed: what is not known as it is now is not used.
   */
  current<T>(
    exchange: Exchange,
    server: string,
    kinds: readonly ListKind[],
    pick: () => T,
  ): Promise<T>
  /** The server said that a list changed, or showed that it did. */
  changed(server: string, kind: ListKind): void
}

interface Running {
  readonly begun: number
  readonly changes: number
  readonly list: Promise<Edition>
}

/** What is known of one list over one link. */
interface Taken {
  running?: Running | undefined
  last?: { readonly begun: number; readonly changes: number; readonly edition: Edition } | undefined
  took: number
}

/** Makes it. What it knows of a link goes with the link. */
export function recheck(options: RecheckOptions): Recheck {
  const { edition, linkOf } = options
  const links = new WeakMap<object, Map<string, Taken>>()
  const changes = new Map<string, number>()
  const takenOf = (link: object, server: string, kind: ListKind): Taken => {
    const lists = links.get(link) ?? new Map<string, Taken>()
    links.set(link, lists)
    const key = keyOf(server, kind)
    const taken = lists.get(key) ?? { took: 0 }
    lists.set(key, taken)
    return taken
  }
  const one = async (
    link: object,
    exchange: Exchange,
    server: string,
    kind: ListKind,
  ): Promise<Edition> => {
    const counted = (): number => changes.get(keyOf(server, kind)) ?? 0
    const taken = takenOf(link, server, kind)
    const young = youngEdition(options, taken, counted())
    if (young !== undefined && young === edition(server, kind)) return young
    return take({ ...options, counted }, taken, exchange, server, kind)
  }
  return {
    async current(exchange, server, kinds, pick) {
      const link = await linkOf(exchange, server)
      for (let turn = 0; turn < TURNS; turn += 1) {
        const editions = await Promise.all(kinds.map((kind) => one(link, exchange, server, kind)))
        // Lists of other links may have come in meanwhile.
        if (kinds.every((kind, at) => edition(server, kind) === editions[at])) return pick()
      }
      const message = `server \`${server}\` lists other ${kinds.join(' and ')} each time`
      throw new GatewayError('upstream_failed', message)
    },
    changed(server, kind) {
      const key = keyOf(server, kind)
      changes.set(key, (changes.get(key) ?? 0) + 1)
    },
  }
}

function keyOf(server: string, kind: ListKind): string {
  return `${kind} ${server}`
}

function youngEdition(
  { now, maxAge }: RecheckOptions,
  { last, took }: Taken,
  changes: number,
): Edition | undefined {
  const young = last !== undefined && now() - last.begun <= maxAge(took)
  return young && last.changes === changes ? last.edition : undefined
}

interface Counting extends RecheckOptions {
  /** How often the list changed, as far as its server said. */
  readonly counted: () => number
}

/** Joins the list that is being taken, if it began late enough; else takes the next. */
async function take(
  options: Counting,
  taken: Taken,
  exchange: Exchange,
  server: string,
  kind: ListKind,
): Promise<Edition> {
  for (let running = taken.running; running !== undefined; running = taken.running) {
    const elapsed = options.now() - running.begun
    const joins = elapsed <= options.maxAge(elapsed) && running.changes === options.counted()
    const outcome = await orCancelled(settled(running.list), exchange.cancelled)
    if (joins && outcome !== undefined) return outcome
    if (taken.running === running) taken.running = undefined
  }
  return orCancelled(begin(options, taken, exchange, server, kind), exchange.cancelled)
}

/**
 * Who began it may have given up, or lost his session: that is no reason for this call, and gives nothing.
 *
 * @throws GatewayError why the server could not list.
 */
async function settled(list: Promise<Edition>): Promise<Edition | undefined> {
  try {
    return await list
  } catch (thrown) {
    if (toGatewayError(thrown).code === 'cancelled') return undefined
    throw thrown
  }
}

function begin(
  { list, now, counted }: Counting,
  taken: Taken,
  exchange: Exchange,
  server: string,
  kind: ListKind,
): Promise<Edition> {
  const begun = now()
  const changes = counted()
  const end = (edition: Edition | undefined): void => {
    taken.took = now() - begun
    taken.last = edition && { begun, changes, edition }
    if (taken.running?.list === whole) taken.running = undefined
  }
  const whole = list(exchange, server, kind).then(
    (edition) => {
      end(edition)
      return edition
    },
    (thrown: unknown) => {
      end(undefined)
      throw thrown
    },
  )
  taken.running = { begun, changes, list: whole }
  return whole
}
