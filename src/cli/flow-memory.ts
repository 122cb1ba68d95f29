import { unmasked } from '../analysis/text/confusables.ts'
import { views } from '../analysis/text/decode.ts'
import { revealed, withoutHidden } from '../analysis/text/hidden.ts'
import { type Decode, openFlow } from '../flow/flow.ts'
import type { Witness } from '../kernel/event.ts'
import type { FlowBook } from '../kernel/flow.ts'
import { createSeal } from '../kernel/seal.ts'
import type { Store } from '../store/store.ts'
import { randomIds } from './random-id.ts'

/** Readings of one text: more of them are noise, and the text itself is known anyway. */
const MOST_READINGS = 64

/** Other readings of a text: what is encoded, unseen or in letters that look alike, and what is left without it. */
export const readings: Decode = (text) => {
  const found = new Set<string>()
  for (const { text: read, via } of views(text)) {
    if (via.length > 0) found.add(read)
    if (found.size >= MOST_READINGS) break
  }
  for (const read of [withoutHidden(text), ...revealed(text)]) found.add(read)
  const seen = unmasked(text)
  if (seen) found.add(seen.text)
  found.delete(text)
  return [...found]
}

interface FlowMemoryOptions {
  readonly store: Pick<Store, 'db'>
  /** The 32 bytes of the installation. */
  readonly sealKey: Uint8Array
  readonly witness: Witness
  readonly log: (message: string, cause?: unknown) => void
}

/** The memory of what agents read, shared by all processes on the store. */
export function openFlowMemory({
  store,
  sealKey,
  witness,
  log,
}: FlowMemoryOptions): Promise<FlowBook> {
  return openFlow({
    db: store.db,
    seal: createSeal(sealKey, 'flow'),
    now: Date.now,
    randomId: randomIds(),
    decode: readings,
    record: witness,
    log,
  })
}
