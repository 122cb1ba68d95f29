import { skeletonOfName } from '../text/confusables.ts'
import { snake } from './parameters.ts'

/** A tool, prompt or other item that the same gateway shows. */
export interface Peer {
  readonly server: string
  readonly name: string
  readonly description?: string
}

/** What an item resembles. */
export interface Resemblance {
  readonly peer: Peer
  /** Whether its description says nearly the same. */
  readonly sameText: boolean
  /** Whether the name is the same to the character. */
  readonly sameName: boolean
}

/** Words of names that say nothing of what a tool does: versions, praise, fillers. */
const FILLERS =
  /^(?:v?\d+|a|an|the|new|pro|plus|secure|safe|enhanced|improved|better|best|official|fixed|latest|copy|tool|real|original|verified|advanced|fast|quick|smart|simple|extended|updated|custom|my|our|ultra|super|turbo|max|lite|premium|enterprise|stable|final|improve|modern|reliable|trusted|native|clone|legacy|alt|beta|x)$/
const MOST_CANDIDATES = 16
const COMPARED = 600
const ALIKE = 0.6
/** Shorter texts are like everything. */
const LEAST_RUNS = 8

/** Items by what their names look like. Built once for all of them, in time linear in their number. */
export class PeerIndex {
  private readonly byLook = new Map<
    string,
    { readonly peer: Peer; readonly runs: ReadonlySet<string> }[]
  >()
  private readonly byName = new Map<string, Set<string>>()

  constructor(peers: Iterable<Peer>) {
    for (const peer of peers) {
      const key = lookOf(peer.name)
      const alike = this.byLook.get(key) ?? []
      if (alike.length === 0) this.byLook.set(key, alike)
      if (alike.length < MOST_CANDIDATES) alike.push({ peer, runs: runsOf(peer.description ?? '') })
      if (!isDistinctive(peer.name)) continue
      const servers = this.byName.get(peer.name) ?? new Set()
      this.byName.set(peer.name, servers.add(peer.server))
    }
  }

  /** Items of other servers whose names look like this one. */
  resembling({ server, name, description }: Peer): readonly Resemblance[] {
    const alike = (this.byLook.get(lookOf(name)) ?? []).filter(({ peer }) => peer.server !== server)
    if (alike.length === 0) return []
    const own = runsOf(description ?? '')
    return alike.map(({ peer, runs }) => ({
      peer,
      sameName: peer.name === name,
      sameText: shared(own, runs) >= ALIKE || (description ?? '') === peer.description,
    }))
  }

  /** The servers that have a tool of this distinctive name, unless the own one has it too. */
  foreign(name: string, server: string): readonly string[] {
    const servers = this.byName.get(name)
    return servers === undefined || servers.has(server) ? [] : [...servers]
  }
}

/** A name that nobody writes by accident: of two words at least. */
export function isDistinctive(name: string): boolean {
  return name.length >= 7 && name.length <= 128 && snake(name).includes('_')
}

/** What is left of a name when its look-alike letters, fillers and order are taken away. */
export function lookOf(name: string): string {
  const words = snake(name)
    .split(/[^\p{L}\p{M}\p{N}\p{Default_Ignorable_Code_Point}]+/u)
    .filter((word) => word !== '' && !FILLERS.test(word))
  if (words.length === 0) return skeletonOfName(name)
  // In the order of what they look like: a letter that is another one would sort them otherwise.
  return words.map(skeletonOfName).sort().join(' ')
}

/**
 * How much of the shorter text is in the longer one, by runs of three letters: 0 to 1. What is only put
 * before or behind a copied text changes nothing.
 */
export function similarity(one: string, other: string): number {
  return one === other && one !== '' ? 1 : shared(runsOf(one), runsOf(other))
}

function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [short, long] = one.size < other.size ? [one, other] : [other, one]
  if (short.size < LEAST_RUNS) return 0
  let count = 0
  for (const run of short) if (long.has(run)) count += 1
  return count / short.size
}

function runsOf(text: string): ReadonlySet<string> {
  const plain = text
    .slice(0, COMPARED)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
  const runs = new Set<string>()
  for (let at = 0; at + 3 <= plain.length; at += 1) runs.add(plain.slice(at, at + 3))
  return runs
}
