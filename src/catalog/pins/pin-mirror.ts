import type { Digest } from '../../kernel/hash.ts'
import { PIN_KINDS, type PinKind, type PinStatus } from '../../kernel/pins.ts'
import { inTurn, type Turn } from './in-turn.ts'

/** What a process remembers of one stored definition. */
export interface Known {
  readonly id: string
  readonly name: string
  readonly digest: Digest
  readonly status: PinStatus
  readonly listed: boolean
  /** Characters. */
  readonly size: number
  readonly version: number
  readonly revision: number
}

/** All stored definitions of one name. */
export interface PinItem {
  readonly versions: Map<Digest, Known>
  approved: Digest | undefined
  undecided: number
  /** It has no room left, and that was told. */
  full: boolean
}

/** What a process remembers of one list of one server. */
export interface PinList {
  readonly server: string
  readonly kind: PinKind
  readonly items: Map<string, PinItem>
  /** The version of the stored list up to which all of it is known here; 0: nothing is stored. */
  head: number
  /** The versions that are listed, by id. */
  readonly listed: Map<string, Known>
  /** How many versions wait, and how many characters those have. */
  undecided: number
  size: number
  /** When what is listed was last written: milliseconds since the epoch. */
  lookedAt: number
  /** What is seen is worked on one after the other; so is what is written, by whomever. */
  readonly seeing: Turn
  readonly writing: Turn
}

/** What waits at a server. */
export interface Waiting {
  readonly count: number
  /** Characters. */
  readonly size: number
}

/** What is stored, as far as decisions need it, in memory. Looks up in constant time. */
export interface PinMirror {
  list(server: string, kind: PinKind): PinList
  lists(): Iterable<PinList>
  status(server: string, kind: PinKind, name: string, digest: Digest): PinStatus
  waiting(server: string): Waiting
  /** Whether a server has no room left, and that was told. */
  isFull(server: string): boolean
  setFull(server: string): void
  /** Takes in what is stored now; what is older than what is known says nothing. True when other things count. */
  put(list: PinList, known: Known): boolean
  /** Forgets a list. */
  clear(list: PinList): void
}

export function pinMirror(): PinMirror {
  const servers = new Map<string, Map<PinKind, PinList>>()
  const full = new Set<string>()
  return {
    list(server, kind) {
      const kinds = servers.get(server) ?? new Map<PinKind, PinList>()
      servers.set(server, kinds)
      const list = kinds.get(kind) ?? emptyList(server, kind)
      kinds.set(kind, list)
      return list
    },
    *lists() {
      for (const kinds of servers.values()) yield* kinds.values()
    },
    status: (server, kind, name, digest) =>
      servers.get(server)?.get(kind)?.items.get(name)?.versions.get(digest)?.status ??
      'quarantined',
    waiting(server) {
      const kinds = servers.get(server)
      const lists = PIN_KINDS.flatMap((kind) => kinds?.get(kind) ?? [])
      return {
        count: lists.reduce((sum, { undecided }) => sum + undecided, 0),
        size: lists.reduce((sum, { size }) => sum + size, 0),
      }
    },
    isFull: (server) => full.has(server),
    setFull: (server) => void full.add(server),
    put(list, known) {
      const before = list.items.get(known.name)?.versions.get(known.digest)
      if (before !== undefined && before.revision >= known.revision) return false
      put(list, known, before)
      if (before?.status === 'quarantined' && known.status !== 'quarantined')
        full.delete(list.server)
      return (before?.status ?? 'quarantined') !== known.status
    },
    clear(list) {
      full.delete(list.server)
      list.items.clear()
      list.listed.clear()
      Object.assign(list, NOTHING)
    },
  }
}

const NOTHING = { head: 0, undecided: 0, size: 0, lookedAt: Number.NEGATIVE_INFINITY }

function emptyList(server: string, kind: PinKind): PinList {
  return {
    ...{ server, kind, ...NOTHING, items: new Map(), listed: new Map() },
    ...{ seeing: inTurn(), writing: inTurn() },
  }
}

function put(list: PinList, known: Known, before: Known | undefined): void {
  const item: PinItem = list.items.get(known.name) ?? {
    versions: new Map(),
    approved: undefined,
    undecided: 0,
    full: false,
  }
  list.items.set(known.name, item)
  if (before !== undefined) count(list, item, before, -1)
  count(list, item, known, 1)
  item.versions.set(known.digest, known)
  if (known.listed) list.listed.set(known.id, known)
  else list.listed.delete(known.id)
  if (item.approved === known.digest) item.approved = undefined
  if (known.status === 'approved') item.approved = known.digest
  if (before?.status === 'quarantined' && known.status !== 'quarantined') item.full = false
}

function count(list: PinList, item: PinItem, known: Known, by: 1 | -1): void {
  if (known.status !== 'quarantined') return
  item.undecided += by
  list.undecided += by
  list.size += by * known.size
}
