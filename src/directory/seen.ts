import type { Kysely } from 'kysely'
import type { Clock } from '../kernel/ports.ts'
import type { Schema } from '../store/schema.ts'

type Kind = 'user' | 'agent'

/** Milliseconds between two notes about one subject, and until a note is written. */
const EVERY = 60_000
const SOON = 1_000
/** Subjects that are remembered; beyond them the oldest are forgotten, and may be written early. */
const MAX_SUBJECTS = 10_000
const CHUNK = 500

export interface Seen {
  /** Notes that a subject is in use. Never waits, never fails. */
  note(kind: Kind, id: string): void
  /** Writes what is noted. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Notes of use: one write a minute for each subject, many subjects in one statement. */
export function seenSubjects(db: Kysely<Schema>, clock: Clock): Seen {
  const noted = new Map<string, number>()
  let waiting: Readonly<Record<Kind, Set<string>>> = { user: new Set(), agent: new Set() }
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let closed = false

  const write = async (): Promise<void> => {
    const batch = waiting
    waiting = { user: new Set(), agent: new Set() }
    for (const kind of ['user', 'agent'] as const)
      for (let rest = [...batch[kind]]; rest.length > 0; rest = rest.slice(CHUNK))
        await writeSeen(db, kind, rest.slice(0, CHUNK), clock())
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    // A note that is lost is made again a minute later; nothing is decided by it.
    running = running.then(write).catch(() => {})
    return running
  }
  return {
    note(kind, id) {
      const key = `${kind}:${id}`
      const now = clock()
      const last = noted.get(key)
      if (closed || (last !== undefined && now - last < EVERY && now >= last)) return
      noted.delete(key)
      noted.set(key, now)
      const [oldest] = noted.keys()
      if (noted.size > MAX_SUBJECTS && oldest !== undefined) noted.delete(oldest)
      if (waiting[kind].size < MAX_SUBJECTS) waiting[kind].add(id)
      timer ??= setTimeout(() => void flush(), SOON).unref()
    },
    flush,
    async close() {
      closed = true
      await flush()
    },
  }
}

async function writeSeen(
  db: Kysely<Schema>,
  kind: Kind,
  ids: readonly string[],
  now: number,
): Promise<void> {
  await db
    .updateTable(kind === 'user' ? 'user_account' : 'agent')
    .set({ seen: now })
    .where('id', 'in', [...ids])
    // Another replica may have written it.
    .where((eb) => eb.or([eb('seen', 'is', null), eb('seen', '<=', now - EVERY)]))
    .execute()
}
