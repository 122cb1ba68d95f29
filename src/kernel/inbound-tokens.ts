import type { InboundToken } from './credential.ts'
import { GatewayError } from './errors.ts'
import type { Clock } from './ports.ts'
import { createValueWatch } from './value-index.ts'
import type { Sighting } from './value-watch.ts'
import { fingerprintOf } from './window-table.ts'

/** Characters of a token that are watched, at its end: of signed ones, of the signature. */
const WATCHED = 32
/** As many as are taken for verified at a time. Those who use theirs are seen again. */
const MAX_TOKENS = 10_000
/** Milliseconds between looks for what is over. */
const SWEEP = 30_000
const MARK = '[token removed]'
/** What tokens are written in, as they are or encoded. */
const TOKEN_CHARACTER = /[\w.~+/=%-]/

/** Knows the tokens that were shown to this gateway and are still good, without holding them. */
export interface InboundWatch {
  /** Remembers a token until it is over: `expires` is in milliseconds since the epoch. */
  seen(token: InboundToken, expires: number): void
  /**
   * Looks for remembered tokens in what is about to be sent to a server.
   *
   * @throws GatewayError `passthrough_refused`.
   */
  check(text: string): void
  /**
   * The text with a mark in the place of each remembered token, and of all that it is written together
   * with: what stands before the end of a token is most of it.
   */
  redact(text: string): string
}

interface InboundWatchOptions {
  readonly clock: Clock
  /** How many tokens are remembered; those that are over soonest are forgotten first. 10,000 if absent. */
  readonly maxTokens?: number
  /** Hears of each refusal. Must not throw. */
  readonly onRefused?: () => void
}

/** Makes a watch that has seen nothing. One for a process. */
export function createInboundWatch(options: InboundWatchOptions): InboundWatch {
  const { clock, maxTokens = MAX_TOKENS, onRefused } = options
  const watch = createValueWatch<number>()
  // By the fingerprints of their ends.
  const known = new Map<number, { readonly expires: number; readonly forget: () => void }>()
  let swept = clock()

  const drop = (name: number): void => {
    known.get(name)?.forget()
    known.delete(name)
  }
  const sweep = (now: number): void => {
    swept = now
    for (const [name, { expires }] of known) if (expires <= now) drop(name)
  }
  const makeRoom = (): void => {
    const soonest = [...known].sort(([, one], [, other]) => one.expires - other.expires)
    // Some at a time, so that not every new token sorts all others.
    for (const [name] of soonest.slice(0, Math.ceil(maxTokens / 20))) drop(name)
  }
  return {
    seen: (token, expires) => {
      const now = clock()
      if (now - swept >= SWEEP) sweep(now)
      if (expires <= now) return
      const end = token.slice(-WATCHED)
      const name = fingerprintOf(end)
      const before = known.get(name)
      if (before !== undefined) {
        known.set(name, { ...before, expires: Math.max(expires, before.expires) })
        return
      }
      if (known.size >= maxTokens) makeRoom()
      known.set(name, { expires, forget: watch.add(end, name) })
    },
    redact: (text) => (watch.has(text) ? without(text, watch.find(text)) : text),
    check: (text) => {
      if (!watch.has(text)) return
      const now = clock()
      const isGood = ({ about, whole }: { readonly about: number; readonly whole: boolean }) =>
        whole && (known.get(about)?.expires ?? 0) > now
      if (!watch.find(text).some(isGood)) return
      onRefused?.()
      throw new GatewayError(
        'passthrough_refused',
        'the message holds a token that was issued for this gateway: it is not passed on',
      )
    },
  }
}

type Place = Pick<Sighting<unknown>, 'start' | 'end'>

function without(text: string, places: readonly Place[]): string {
  const isOfToken = (at: number): boolean => TOKEN_CHARACTER.test(text[at] ?? ' ')
  let out = ''
  let done = 0
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    if (end <= done) continue
    let [from, to] = [start, end]
    while (from > done && isOfToken(from - 1)) from--
    while (to < text.length && isOfToken(to)) to++
    out += text.slice(done, Math.max(from, done)) + MARK
    done = to
  }
  return out + text.slice(done)
}
