import { type AnalysedItem, inspect } from './definition.ts'
import type { Peer } from './peers.ts'
import { PeerIndex } from './peers.ts'
import { verdictOf } from './verdict.ts'

type Item = AnalysedItem & { readonly peers: readonly Peer[] }

/** What the model sees of an item: for the script that trains it. */
export function featuresOfItem(item: Item): ReadonlySet<string> {
  return inspect(item, new PeerIndex(item.peers)).features
}

/** What rules alone say. */
export function rulesVerdict(item: Item): string {
  return verdictOf(inspect(item, new PeerIndex(item.peers)).findings)
}
