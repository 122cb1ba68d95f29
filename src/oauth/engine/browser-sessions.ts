import type { Revocation } from '../../kernel/authentication.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Seal } from '../../kernel/seal.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Settings } from './options.ts'

/** A session of a browser, as lists show it. Times are milliseconds since the epoch. */
export interface ListedSession {
  /** A digest: it opens nothing. */
  readonly id: string
  /** User id. */
  readonly user: string
  /** How they logged in (RFC 8176). */
  readonly methods: readonly string[]
  readonly begun: number
  readonly expires: number
}

/** What is done to sessions of browsers, besides logging in and out. */
export interface SessionAdministration {
  /** Those that are good now, by id, from the one after `after` on. @param query.limit 50 if not given. */
  list(query: {
    readonly user?: string
    readonly limit?: number
    readonly after?: string
  }): Promise<readonly ListedSession[]>
  find(id: string): Promise<ListedSession | undefined>
  /** Ends it and what its page has open. Witnessed before. False for one that is unknown or over. */
  end(id: string): Promise<boolean>
}

const MODEL = 'Session'
const DEFAULT_LIMIT = 50

/** The name under which a session is known outside the engine. */
export function sessionId(uid: string): string {
  return sha256(uid)
}

export function sessionAdministration(settings: Settings, seal: Seal): SessionAdministration {
  const { store, clock, witness, onRevoked } = settings
  const good = () =>
    store.db
      .selectFrom('oauth_object')
      .select(['id', 'uid', 'subject', 'payload', 'expires'])
      .where('model', '=', MODEL)
      .where('subject', 'is not', null)
      .where('uid', 'is not', null)
      .where('expires', '>', clock())
  const shown = (row: Awaited<ReturnType<ReturnType<typeof good>['executeTakeFirstOrThrow']>>) =>
    listed(row, seal.open(row.payload, [MODEL, row.id]))
  const find: SessionAdministration['find'] = async (id) => {
    const row = await good().where('uid', '=', id).executeTakeFirst()
    return row && shown(row)
  }
  return {
    find,
    async list({ user, limit = DEFAULT_LIMIT, after }) {
      let query = good().orderBy('uid').limit(limit)
      if (user !== undefined) query = query.where('subject', '=', user)
      if (after !== undefined) query = query.where('uid', '>', after)
      return (await query.execute()).map(shown)
    },
    async end(id) {
      const session = await find(id)
      if (session === undefined) return false
      const subject = `user:${session.user}`
      await witness({ event: 'session.ended', outcome: 'done', subject, target: id })
      const at = clock()
      const ended = await store.db.transaction().execute(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('oauth_object')
          .where('model', 'in', [MODEL, 'Interaction'])
          .where('uid', '=', id)
          .executeTakeFirst()
        // Whatever the session opened counts as opened with a grant of its name.
        await noteChanges(trx, [{ kind: 'grant', id, what: 'revoked' }], at)
        return numDeletedRows > 0n
      })
      onRevoked?.([{ kind: 'grant', id, at } satisfies Revocation])
      return ended
    },
  }
}

interface Row {
  readonly uid: string | null
  readonly subject: string | null
  readonly expires: number
}

function listed({ uid, subject, expires }: Row, payload: string): ListedSession {
  const { amr, loginTs } = JSON.parse(payload)
  return {
    id: String(uid),
    user: String(subject),
    methods: Array.isArray(amr) ? amr.map(String) : [],
    begun: Number(loginTs ?? 0) * 1_000,
    expires,
  }
}
