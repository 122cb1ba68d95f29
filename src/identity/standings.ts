import type { Principals } from '../kernel/accounts.ts'
import type { Clock } from '../kernel/ports.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { unknowable } from './refusal.ts'

/** Milliseconds after which a standing is read again, even if nobody told of a change. */
const FRESH = 30_000
const MAX_STANDINGS = 20_000
/** How often a standing is read that changes while it is read. */
const TRIES = 3

/** How a subject stands. Whoever keeps it asks each time whether it still does. */
export interface KnownStanding {
  readonly kind: 'user' | 'agent'
  readonly id: SubjectId
  readonly status: 'active' | 'refused' | 'unknown'
  readonly groups: readonly string[]
  /** The most that an agent may be granted; nothing for users. */
  readonly scopes: readonly string[]
  /** From when on it is refused, milliseconds since the epoch. */
  readonly expires: number
  /** When it was read. */
  readonly read: number
}

export interface Standings {
  /**
   * @param wanted `known`: one that was read some time ago will do, if it holds.
   * @throws GatewayError `store_unavailable` when it cannot be read.
   */
  read(kind: 'user' | 'agent', id: SubjectId, wanted: 'fresh' | 'known'): Promise<KnownStanding>
  /** Whether nothing is known to have changed since it was read. */
  holds(standing: KnownStanding): boolean
  /** Whether it holds and was read lately. */
  isFresh(standing: KnownStanding, now: number): boolean
  forget(kind: 'user' | 'agent', id: string): void
}

interface Slot {
  standing: KnownStanding | undefined
  /** Undefined when nobody reads. */
  reading: Promise<KnownStanding> | undefined
}

/** Standings in memory, dropped as soon as a change of theirs is heard of. */
export function standings(principals: Principals, clock: Clock): Standings {
  const slots = new Map<string, Slot>()
  const current = new WeakSet<KnownStanding>()

  const drop = (key: string): void => {
    const standing = slots.get(key)?.standing
    if (standing !== undefined) current.delete(standing)
    slots.delete(key)
  }
  const slotOf = (key: string): Slot => {
    const known = slots.get(key)
    if (known !== undefined) return known
    const [oldest] = slots.keys()
    if (slots.size >= MAX_STANDINGS && oldest !== undefined) drop(oldest)
    const slot: Slot = { standing: undefined, reading: undefined }
    slots.set(key, slot)
    return slot
  }
  const isFresh = (standing: KnownStanding, now: number): boolean =>
    current.has(standing) && Math.abs(now - standing.read) < FRESH

  const fill = async (key: string, kind: 'user' | 'agent', id: SubjectId) => {
    const slot = slotOf(key)
    slot.reading ??= look(principals, kind, id, clock()).finally(() => {
      slot.reading = undefined
    })
    const standing = await slot.reading
    // Forgotten in the meantime: what was read may be what was before.
    if (slots.get(key) !== slot) return undefined
    if (slot.standing !== undefined && slot.standing !== standing) current.delete(slot.standing)
    slot.standing = standing
    current.add(standing)
    return standing
  }

  return {
    async read(kind, id, wanted) {
      const key = keyOf(kind, id)
      const known = slots.get(key)?.standing
      if (known !== undefined && (wanted === 'known' || isFresh(known, clock()))) return known
      for (let tries = 0; tries < TRIES; tries += 1) {
        const standing = await fill(key, kind, id)
        if (standing !== undefined) return standing
      }
      throw unknowable('a standing changes faster than it can be read')
    },
    holds: (standing) => current.has(standing),
    isFresh,
    forget: (kind, id) => drop(keyOf(kind, id)),
  }
}

function keyOf(kind: 'user' | 'agent', id: string): string {
  return `${kind}:${id}`
}

async function look(
  principals: Principals,
  kind: 'user' | 'agent',
  id: SubjectId,
  read: number,
): Promise<KnownStanding> {
  const never = Number.POSITIVE_INFINITY
  try {
    const found = await (kind === 'user' ? principals.user(id) : principals.agent(id))
    if (found === undefined)
      return { kind, id, status: 'unknown', groups: [], scopes: [], expires: never, read }
    const status = found.status === 'active' ? 'active' : 'refused'
    const expires = 'expires' in found ? (found.expires ?? never) : never
    const scopes = 'scopes' in found ? found.scopes : []
    return { kind, id, status, groups: found.groups, scopes, expires, read }
  } catch (cause) {
    throw unknowable('the directory does not answer', cause)
  }
}
