import type { Json } from '../kernel/json.ts'
import type { Override } from './classify.ts'
import { type Finding, type ItemKind, quoted, readDefinitions } from './definition.ts'
import { type Entry, makeEntry } from './entry.ts'
import { validatorCache } from './validators.ts'

/** What became of a page of a list. */
export interface Listing {
  /** What is kept, in the server's order. */
  readonly entries: readonly Entry[]
  /** What was left out: it must not be shown either. */
  readonly findings: readonly Finding[]
}

/** What the servers listed, by server, kind and name. Bounded; every look-up takes constant time. */
export interface Catalog {
  /** Takes a whole list: what was there before is forgotten. */
  replace(server: string, kind: ItemKind, items: readonly Json[]): Listing
  /** Takes one page of a list: items of the same names are replaced, others stay. */
  merge(server: string, kind: ItemKind, items: readonly Json[]): Listing
  /** Forgets a list, because the server says that it changed. */
  invalidate(server: string, kind: ItemKind): void
  /** Whether the list is known as a whole, so that a name not in it does not exist. */
  complete(server: string, kind: ItemKind): boolean
  /** All that is kept of a list. */
  entries(server: string, kind: ItemKind): Iterable<Entry>
  entry(server: string, kind: ItemKind, name: string): Entry | undefined
  /** `entry` for tools. */
  tool(server: string, name: string): Entry | undefined
  /** What is left out now, over all servers. */
  findings(): readonly Finding[]
}

interface Options {
  /** The operator's classification of a tool, where there is one. */
  readonly override: (server: string, tool: string) => Override | undefined
  /** Characters of definitions to hold at most, over all servers. */
  readonly maxSize?: number
  /** Definitions to hold at most, over all servers. */
  readonly maxEntries?: number
  /** Subschemas and pattern states of compiled validators to hold at most. */
  readonly maxCompiled?: number
}

interface Kept {
  readonly entry: Entry
  readonly size: number
}

interface List {
  readonly kept: Map<string, Kept>
  readonly findings: Map<string, Finding>
  complete: boolean
}

/** What all lists may hold together, and do. */
interface Room {
  readonly maxSize: number
  readonly maxEntries: number
  size: number
  entries: number
}

const MAX_FINDINGS = 1_000

/** Makes an empty catalog. */
export function createCatalog(options: Options): Catalog {
  const { maxSize = 64 * 1024 * 1024, maxEntries = 100_000, maxCompiled = 200_000 } = options
  const room: Room = { maxSize, maxEntries, size: 0, entries: 0 }
  const validators = validatorCache(maxCompiled)
  const lists = new Map<string, List>()

  const find = (server: string, kind: ItemKind): List | undefined => lists.get(`${kind} ${server}`)
  const open = (server: string, kind: ItemKind): List => {
    const list = find(server, kind) ?? { kept: new Map(), findings: new Map(), complete: false }
    lists.set(`${kind} ${server}`, list)
    return list
  }
  const invalidate = (server: string, kind: ItemKind): void => {
    const list = find(server, kind)
    for (const name of list?.kept.keys() ?? []) if (list) forget(room, list, name)
    lists.delete(`${kind} ${server}`)
  }
  const merge = (server: string, kind: ItemKind, items: readonly Json[]): Listing => {
    const list = open(server, kind)
    const page = readDefinitions(server, kind, items)
    for (const name of page.refused) forget(room, list, name)
    const entries: Entry[] = []
    const findings = [...page.findings]
    for (const definition of page.definitions) {
      const { name, size } = definition
      forget(room, list, name)
      const entry = makeEntry(kind, definition, validators, (tool) =>
        options.override(server, tool),
      )
      if (keep(room, list, { entry, size })) entries.push(entry)
      else findings.push({ server, kind, item: quoted(name), problem: 'no_room' })
    }
    note(list, findings)
    return { entries, findings }
  }
  const entry = (server: string, kind: ItemKind, name: string): Entry | undefined =>
    find(server, kind)?.kept.get(name)?.entry

  return {
    merge,
    invalidate,
    entry,
    tool: (server, name) => entry(server, 'tools', name),
    replace(server, kind, items) {
      invalidate(server, kind)
      const listing = merge(server, kind, items)
      open(server, kind).complete = true
      return listing
    },
    complete: (server, kind) => find(server, kind)?.complete ?? false,
    entries: (server, kind) =>
      (find(server, kind)?.kept.values() ?? [].values()).map((kept) => kept.entry),
    findings: () => [...lists.values()].flatMap((list) => [...list.findings.values()]),
  }
}

function keep(room: Room, list: List, kept: Kept): boolean {
  if (room.entries >= room.maxEntries || room.size + kept.size > room.maxSize) return false
  list.kept.set(kept.entry.name, kept)
  room.entries += 1
  room.size += kept.size
  return true
}

function forget(room: Room, list: List, name: string): void {
  const kept = list.kept.get(name)
  if (!kept) return
  list.kept.delete(name)
  room.entries -= 1
  room.size -= kept.size
}

/** Remembers findings, the same one once, the newest thousand. */
function note({ findings }: List, found: readonly Finding[]): void {
  for (const finding of found) findings.set(`${finding.item} ${finding.problem}`, finding)
  for (const oldest of findings.keys()) {
    if (findings.size <= MAX_FINDINGS) return
    findings.delete(oldest)
  }
}
