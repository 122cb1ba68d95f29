import type { Store } from '../../store/store.ts'

/** What of an access token of ours can be revoked. */
export interface RevocableToken {
  readonly id: string
  readonly kind: 'user' | 'agent'
  readonly subject: string
  readonly actors: readonly string[]
  readonly client: string
  readonly grant: string
  /** Milliseconds since the epoch. */
  readonly issued: number
}

/**
 * Whether the database says that a token is void before its time: its grant is over, or it, its client,
 * its subject or whoever acts was revoked since. Asks the database itself, and not what this process
 * heard of, since a token that is made of another must not begin after that one's end.
 */
export function voidInStore(
  { db }: Store,
  clock: () => number,
): (token: RevocableToken) => Promise<boolean> {
  return async ({ id, kind, subject, actors, client, grant, issued }) => {
    const living = await db
      .selectFrom('oauth_grant')
      .select('id')
      .where('id', '=', grant)
      .where('revoked', 'is', null)
      .where('expires', '>', clock())
      .executeTakeFirst()
    if (living === undefined) return true
    const revoked = await db
      .selectFrom('change')
      .select('seq')
      .where('what', '=', 'revoked')
      .where(({ and, eb, or }) =>
        or([
          and([eb('kind', '=', 'token'), eb('id', '=', id)]),
          // Times of issue are whole seconds, rounded down.
          and([
            eb('at', '>=', issued),
            or([
              and([eb('kind', '=', 'client'), eb('id', '=', client)]),
              and([eb('kind', '=', kind), eb('id', '=', subject)]),
              ...actors.map((actor) => and([eb('kind', '=', 'agent'), eb('id', '=', actor)])),
            ]),
          ]),
        ]),
      )
      .executeTakeFirst()
    return revoked !== undefined
  }
}
