import type { Digest } from '../../kernel/hash.ts'
import type { PinVersion, SeenDefinition } from '../../kernel/pins.ts'
import { canonicalForm, pinId, spelling } from './pin-digest.ts'
import type { Known, PinItem, PinList, PinMirror } from './pin-mirror.ts'

/** What one server may make us keep while nobody decides. */
export interface PinBounds {
  /** Versions of one item that wait. */
  readonly perItem: number
  /** Versions that wait, and new ones of one look. */
  readonly perServer: number
  /** Characters of those. */
  readonly size: number
}

export const PIN_BOUNDS: PinBounds = { perItem: 20, perServer: 20_000, size: 64 * 1024 * 1024 }

/** Milliseconds between two writes that only say what is listed: servers can make it change all the time. */
const LISTED_EVERY = 10_000

/** A definition that is not stored yet. */
export interface Fresh {
  readonly id: string
  readonly seen: SeenDefinition
  readonly cause: PinVersion['cause']
  readonly replaces: Digest | undefined
  /** Its canonical JSON; some other text of it where `sound` is false. */
  readonly text: string
  readonly sound: boolean
}

/** How a list differs from what was known of it. */
export interface Sighting {
  /** The version of the list that it was compared with. 0: it is the first of the whole list. */
  readonly head: number
  readonly fresh: readonly Fresh[]
  /** Listed again after something else was approved. */
  readonly back: readonly Known[]
  readonly shown: readonly Known[]
  readonly gone: readonly Known[]
  /** Neither known nor kept, for want of room. */
  readonly left: readonly SeenDefinition[]
}

/**
 * Whether nothing has to be noted. A page of a list that was never seen as a whole changes nothing: the
 * first sight is one of all of a list, or the rest of it would count as added later, and the first page
 * could be trusted for a list that nobody knows.
 */
export function isSettled(
  mirror: PinMirror,
  list: PinList,
  seen: readonly SeenDefinition[],
  complete: boolean,
  now: number,
): boolean {
  if (list.head === 0) return !complete
  const full = mirror.isFull(list.server)
  let listed = 0
  let moved = false
  for (const { name, digest } of seen) {
    const item = list.items.get(name)
    const known = item?.versions.get(digest)
    if (known?.listed) {
      listed += 1
      continue
    }
    if (known === undefined && !full && !isLeft(item, name)) return false
    if (known?.status === 'superseded') return false
    moved ||= known !== undefined
  }
  moved ||= complete && listed !== list.listed.size
  return !moved || Math.abs(now - list.lookedAt) < LISTED_EVERY
}

/** Whether what is new of an item is not kept, which was told. */
function isLeft(item: PinItem | undefined, name: string): boolean {
  return item?.full === true || !isStorable(name)
}

/** No database keeps other texts as they are. Catalogs refuse such names; here they just never count. */
function isStorable(name: string): boolean {
  return name.isWellFormed() && !name.includes('\0')
}

/** Compares what a server lists with what is known. Linear in both. */
export function sightingOf(
  mirror: PinMirror,
  list: PinList,
  seen: readonly SeenDefinition[],
  complete: boolean,
  bounds: PinBounds,
): Sighting {
  const unique = new Map(
    seen.map((one) => [pinId(list.server, list.kind, one.name, one.digest), one]),
  )
  const unknown = new Map(unique)
  const back: Known[] = []
  const shown: Known[] = []
  for (const [id, { name, digest }] of unique) {
    const known = list.items.get(name)?.versions.get(digest)
    if (known === undefined) continue
    unknown.delete(id)
    if (!known.listed) (known.status === 'superseded' ? back : shown).push(known)
  }
  const gone = complete ? [...list.listed.values()].filter(({ id }) => !unique.has(id)) : []
  return { head: list.head, ...freshOf(mirror, list, unknown, bounds), back, shown, gone }
}

/** What of the unknown can be kept. What is left for want of room is said once. */
function freshOf(
  mirror: PinMirror,
  list: PinList,
  unknown: ReadonlyMap<string, SeenDefinition>,
  bounds: PinBounds,
): Pick<Sighting, 'fresh' | 'left'> {
  const fresh: Fresh[] = []
  const left: SeenDefinition[] = []
  if (mirror.isFull(list.server)) return { fresh, left }
  const room = roomIn(mirror, list, bounds)
  for (const [id, one] of unknown) {
    const item = list.items.get(one.name)
    if (isLeft(item, one.name)) continue
    const made = room.take(one, item) ? freshOne(list, id, one, item) : undefined
    if (made !== undefined && room.holds(made.text)) fresh.push(made)
    else left.push(one)
  }
  return { fresh, left }
}

interface Room {
  take(seen: SeenDefinition, item: PinItem | undefined): boolean
  holds(text: string): boolean
}

function roomIn(mirror: PinMirror, list: PinList, bounds: PinBounds): Room {
  const waiting = mirror.waiting(list.server)
  let places = bounds.perServer - waiting.count
  let size = bounds.size - waiting.size
  const taken = new Map<string, number>()
  return {
    take({ name }, item) {
      const mine = taken.get(name) ?? 0
      if (places <= 0 || (item?.undecided ?? 0) + mine >= bounds.perItem) return false
      places -= 1
      taken.set(name, mine + 1)
      return true
    },
    holds(text) {
      if (text.length > size) return false
      size -= text.length
      return true
    },
  }
}

function freshOne(
  list: PinList,
  id: string,
  seen: SeenDefinition,
  item: PinItem | undefined,
): Fresh {
  const later = item === undefined ? 'added' : 'changed'
  const form = canonicalForm(seen.definition)
  return {
    ...{ id, seen, sound: form !== undefined, text: form ?? spelling(seen.definition) },
    cause: list.head === 0 ? 'first' : later,
    replaces: item?.approved,
  }
}
