import type { SecurityEvent } from '../../kernel/event.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { FirstSight, PinStatus } from '../../kernel/pins.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import type { DefinitionPinTable } from '../../store/integrity-schema.ts'
import { type Judged, NO_FORM } from './judging.ts'
import type { Known, PinList } from './pin-mirror.ts'
import type { Fresh, Sighting } from './sighting.ts'

type Told = Omit<SecurityEvent, 'outcome'>

/** Items that one event names, and characters of a name. */
const NAMED = 20
const MAX_NAME = 100

/** Rows for what is new. Only what the first sight of a list trusts is approved. */
export function rowsOf(
  list: PinList,
  fresh: readonly Fresh[],
  judged: ReadonlyMap<string, Judged>,
  policy: FirstSight,
  now: number,
): readonly DefinitionPinTable[] {
  return fresh.map((one) => {
    const found = one.sound ? (judged.get(one.id) ?? NO_FORM) : NO_FORM
    const status = statusOf(one, found, policy)
    const pinned = status === 'approved'
    return {
      ...{ id: one.id, server: list.server, kind: list.kind, name: one.seen.name },
      ...{ digest: one.seen.digest, definition: one.text, size: one.text.length },
      ...{ status, listed: 1, cause: one.cause, replaces: one.replaces ?? null },
      judgement: JSON.stringify(found.judgement),
      ...{ seen: now, decided: pinned ? now : null, by: pinned ? 'first-sight' : null },
      ...{ reason: pinned ? policy : null, version: 1, revision: list.head + 1 },
    }
  })
}

function statusOf({ cause }: Fresh, found: Judged, policy: FirstSight): PinStatus {
  // What the analysis could not judge waits, whatever the policy: nothing is known of it.
  if (cause !== 'first' || !found.sound) return 'quarantined'
  if (policy === 'trust') return 'approved'
  return policy === 'clean' && found.judgement.verdict !== 'poisoned' ? 'approved' : 'quarantined'
}

/** What is told of a look: few events, however much is new. */
export function eventsOf(
  list: PinList,
  { back, left }: Sighting,
  rows: readonly DefinitionPinTable[],
  policy: FirstSight,
): readonly Told[] {
  const pinned = rows.filter(({ status }) => status === 'approved')
  const waiting = rows.filter(({ status }) => status === 'quarantined')
  const returned = back.map(({ name, digest, id }) => ({ id, name, digest, cause: 'returned' }))
  const byCause = Map.groupBy([...waiting, ...returned], ({ cause }) => cause)
  const events = [...byCause].map(([cause, items]) => quarantined(list, cause, items))
  if (left.length > 0) events.push(quarantined(list, 'no-room', left))
  if (pinned.length === 0) return events
  const detail = { policy, waiting: waiting.length, ...named(list, pinned) }
  return [{ event: 'definition.pinned', target: list.server, detail }, ...events]
}

type Named = Pick<Known, 'name'> & { readonly digest: string; readonly replaces?: string | null }

function quarantined(list: PinList, cause: string, items: readonly Named[]): Told {
  const [only, ...others] = items
  const target =
    only === undefined || others.length > 0 || only.name === ''
      ? list.server
      : `${list.server}:${spellOut(only.name, MAX_NAME)}`
  return { event: 'definition.quarantined', target, detail: { cause, ...named(list, items) } }
}

function named({ kind }: PinList, items: readonly Named[]): JsonObject {
  const lines = items.map(({ name, digest }) => `${digest} ${JSON.stringify(name)}`)
  return {
    kind,
    count: items.length,
    // All of them, those that are not named as well.
    digest: sha256(lines.sort().join('\n')),
    items: items.slice(0, NAMED).map(({ name, digest, replaces }) => ({
      ...{ name: spellOut(name, MAX_NAME), digest },
      ...(typeof replaces === 'string' ? { replaces } : {}),
    })),
  }
}
