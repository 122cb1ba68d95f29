import type { AccessRequest } from '../kernel/access.ts'
import type { Exceeded, Used } from '../kernel/limits.ts'
import { amountOf } from './amount.ts'
import type { Limit } from './compile.ts'
import { counterKey } from './counter-key.ts'
import type { Draw } from './counters.ts'
import type { Applying } from './limit-index.ts'

/** A draw, and the limit that it is of. */
export interface LimitDraw extends Draw {
  readonly limit: Limit
  /** What of the result counts; undefined when only the call itself does. */
  readonly measure: keyof Used | undefined
}

type Asking = Pick<AccessRequest, 'subject' | 'facts'>

/** What a call wants of each counter, or the limit that can never have room for it. */
export function drawsOf(
  applying: readonly Applying[],
  request: Asking,
): readonly LimitDraw[] | Exceeded {
  const draws: LimitDraw[] = []
  for (const one of applying) {
    const wants = wantsOf(one.limit, request)
    if ('limit' in wants) return wants
    for (const key of keysOf(one, request)) draws.push({ ...wants, key, ...sharedOf(one.limit) })
  }
  return draws
}

/** The counters alone, for a look at them. */
export function looksOf(applying: readonly Applying[], request: Asking): readonly LimitDraw[] {
  return applying.flatMap((one) =>
    keysOf(one, request).map((key) => ({ take: 0, room: 0, key, ...sharedOf(one.limit) })),
  )
}

function keysOf({ limit, places }: Applying, { subject }: Asking): readonly string[] {
  return [...new Set(places.map((place) => counterKey(limit, subject, place)))]
}

function sharedOf(limit: Limit): Pick<LimitDraw, 'limit' | 'rule' | 'durable' | 'measure'> {
  const { unit } = limit.definition
  const measure = unit === 'bytes' || unit === 'rows' ? unit : undefined
  return { limit, rule: limit.rule, durable: unit === 'amount', measure }
}

function wantsOf(limit: Limit, { facts }: Asking): Pick<Draw, 'take' | 'room'> | Exceeded {
  const { unit } = limit.definition
  // Nobody knows yet how much a result will be: the call passes while anything is left.
  if (unit === 'bytes' || unit === 'rows') return { take: 0, room: 1 }
  if (limit.currency === undefined) return { take: 1, room: 1 }
  const amount = amountOf(facts, limit.currency)
  if ('why' in amount) return never(limit, amount.why)
  if (amount.minor > BigInt(limit.definition.most)) return never(limit, 'this is more')
  const take = Number(amount.minor)
  return { take, room: take }
}

function never({ definition, words }: Limit, why: string): Exceeded {
  return { limit: definition.name, reason: `${words}; ${why}`, retryAfter: undefined }
}
