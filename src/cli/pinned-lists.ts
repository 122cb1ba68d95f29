import type { createCatalog } from '../catalog/catalog.ts'
import { type ItemKind, readDefinitions } from '../catalog/definition.ts'
import type { Entry } from '../catalog/entry.ts'
import { pinDigest, seenDefinition } from '../catalog/pins/pin-digest.ts'
import type { Introducing, Introduction } from '../gateway/handshake.ts'
import type { Learning, ListedItems, Shown } from '../gateway/lists.ts'
import { spellings } from '../gateway/lossless.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import type { PinBook, PinKind, PinStatus, SeenDefinition } from '../kernel/pins.ts'

/** A definition in the form in which models may see it: the same object where nothing in it is hidden. */
export type Sanitize = <T extends Json>(definition: T) => T

interface PinnedOptions {
  readonly catalog: ReturnType<typeof createCatalog>
  readonly book: PinBook
  readonly sanitize: Sanitize
}

/** The pin of an item that is listed now. */
interface Pin {
  readonly digest: Digest
  /** Its form for models, where that is not the exact one. */
  readonly instead: JsonObject | undefined
}

/** A whole list that was learned last: most servers list the same again and again. */
interface LearnedList {
  readonly text: Digest | undefined
  /** What is kept of each item, at its place. */
  readonly entries: readonly (Entry | undefined)[]
  readonly seen: readonly SeenDefinition[]
}

/** Lists of servers, held against what people and policies approved of them. */
export interface PinnedLists extends Learning, Introducing {
  /** What counts of an item that is listed now; undefined for what is not listed. */
  standing(server: string, kind: ItemKind, name: string): PinStatus | undefined
  /** The same of what is kept of it. */
  standingOf(server: string, kind: ItemKind, entry: Entry): PinStatus
  /** The digest by which an item is pinned. */
  digestOf(entry: Entry): Digest
  edition(server: string, kind: ItemKind): object | undefined
  invalidate(server: string, kind: ItemKind): void
}

/** Makes it. One stored status says whether an item is shown and whether it may be used. */
export function pinnedLists({ catalog, book, sanitize }: PinnedOptions): PinnedLists {
  const lists = new Map<string, LearnedList>()
  const pins = new WeakMap<Entry, Pin>()
  const versions = new Map<string, Json>()
  const looks = new WeakMap<ListedItems, readonly SeenDefinition[]>()
  const inTurn = turns()
  const textOf = textDigests()

  const digestOf = (entry: Entry): Digest => pins.get(entry)?.digest ?? pinDigest(entry.definition)
  const standingOf = (server: string, kind: PinKind, entry: Entry): PinStatus =>
    book.status(server, kind, entry.name, digestOf(entry))
  const knownAs = (server: string, kind: ItemKind, list: ListedItems) => {
    const last = lists.get(keyOf(server, kind))
    return last?.text !== undefined && last.text === textOf(list) ? last : undefined
  }
  const look = (server: string, kind: ItemKind, list: ListedItems): readonly SeenDefinition[] => {
    const seen = looks.get(list) ?? knownAs(server, kind, list)?.seen ?? seenIn(server, kind, list)
    looks.set(list, seen)
    return seen
  }
  const shownAs = (server: string, kind: ItemKind, entry: Entry | undefined, exact: JsonObject) =>
    entry !== undefined && standingOf(server, kind, entry) === 'approved'
      ? (pins.get(entry)?.instead ?? exact)
      : undefined
  const takeIn = (server: string, kind: ItemKind, list: ListedItems): LearnedList => {
    const seen = look(server, kind, list)
    const digests = new Map(seen.map(({ definition, digest }) => [definition, digest]))
    const kept = new Map<Json, Entry>(
      catalog.replace(server, kind, list.items).entries.map((entry) => [entry.definition, entry]),
    )
    for (const entry of kept.values()) {
      const safe = sanitize(entry.definition)
      const digest = digests.get(entry.definition) ?? pinDigest(entry.definition)
      pins.set(entry, { digest, instead: safe === entry.definition ? undefined : safe })
    }
    const entries = list.items.map((item) => kept.get(item))
    return { text: textOf(list), entries, seen }
  }
  return {
    digestOf,
    standingOf,
    standing(server, kind, name) {
      const entry = catalog.entry(server, kind, name)
      return entry && standingOf(server, kind, entry)
    },
    edition: (server, kind) => lists.get(keyOf(server, kind)),
    invalidate(server, kind) {
      lists.delete(keyOf(server, kind))
      catalog.invalidate(server, kind)
    },
    see(server, kind, list) {
      const seen = look(server, kind, list)
      const note = (): Promise<void> | undefined => book.see(server, kind, seen, true)
      return knownAs(server, kind, list) === undefined ? inTurn(note) : note()
    },
    learn(server, kind, list) {
      const key = keyOf(server, kind)
      const edition = knownAs(server, kind, list) ?? takeIn(server, kind, list)
      lists.set(key, edition)
      const shown = (): Shown => {
        const exact = list.exact()
        return edition.entries.map((entry, at) => shownAs(server, kind, entry, exact[at] ?? {}))
      }
      return { edition, shown }
    },
    page: (server, kind, page) =>
      pageOf(catalog, server, kind, page, (entry, digest, exact) =>
        digest === digestOf(entry) ? shownAs(server, kind, entry, exact) : undefined,
      ),
    introduce: (server, said) => introduce({ book, sanitize, versions }, server, said),
  }
}

/** Digests of the texts of lists: long, and asked for several times at every look, so made once. */
function textDigests(): (list: ListedItems) => Digest | undefined {
  const made = new WeakMap<ListedItems, Digest>()
  return (list) => {
    if (list.text === undefined) return undefined
    const digest = made.get(list) ?? sha256(list.text)
    made.set(list, digest)
    return digest
  }
}

/**
 * What is new of one server is judged beside what counts of the others, so one waits for the other: of
 * two that resemble each other and come together, one at least is the later one.
 */
function turns(): (note: () => Promise<void> | undefined) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return (note) => {
    const noted = last.then(note)
    last = noted.catch(() => undefined)
    return noted
  }
}

/** What may be shown of a page: items that are, to the last member, those that are known. */
function pageOf(
  catalog: Pick<PinnedOptions['catalog'], 'entry'>,
  server: string,
  kind: ItemKind,
  { items, exact }: ListedItems,
  shownAs: (entry: Entry, digest: Digest, exact: JsonObject) => JsonObject | undefined,
): Shown {
  const { definitions } = readDefinitions(server, kind, items)
  const names = new Map<JsonObject, string>(definitions.map(({ json, name }) => [json, name]))
  return items.map((item, at) => {
    const entry = catalog.entry(server, kind, names.get(item) ?? '')
    const form = exact()[at] ?? {}
    return entry && shownAs(entry, exactDigest(item, form), form)
  })
}

function keyOf(server: string, kind: ItemKind): string {
  return `${kind} ${server}`
}

/** The items of a list that are fit to be shown, each with the digest that pins it. */
function seenIn(server: string, kind: ItemKind, list: ListedItems): readonly SeenDefinition[] {
  const exact = list.exact()
  const places = new Map(list.items.map((item, at) => [item, at]))
  return readDefinitions(server, kind, list.items).definitions.map(({ name, json }) => {
    const digest = exactDigest(json, exact[places.get(json) ?? -1])
    return { kind, name, digest, definition: json }
  })
}

/** The digest of an item as it is shown: two numbers that are one double are two spellings. */
function exactDigest(item: JsonObject, exact: JsonObject | undefined): Digest {
  const digest = pinDigest(item)
  const spelled = exact === undefined || exact === item ? [] : spellings(exact)
  return spelled.length === 0 ? digest : sha256(canonicalJson([digest, spelled.flat()]))
}

interface Introductions {
  readonly book: PinBook
  readonly sanitize: Sanitize
  /** The versions that were approved, by server. */
  readonly versions: Map<string, Json>
}

async function introduce(
  { book, sanitize, versions }: Introductions,
  server: string,
  { serverInfo, instructions }: Introduction,
): Promise<Introduction> {
  const approved = async (kind: PinKind, said: Json | undefined): Promise<boolean> => {
    const seen = said === undefined ? [] : [seenDefinition(kind, '', said)]
    await book.see(server, kind, seen, true)
    return seen.some(({ digest }) => book.status(server, kind, '', digest) === 'approved')
  }
  const known = await approved('serverInfo', serverInfo)
  if (known) versions.set(server, serverInfo['version'] ?? '0')
  const told = await approved('instructions', instructions)
  return {
    serverInfo: known
      ? sanitize(serverInfo)
      : { name: server, version: versions.get(server) ?? '0' },
    instructions: told && instructions !== undefined ? sanitize(instructions) : undefined,
  }
}
