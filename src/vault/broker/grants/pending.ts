import { GatewayError } from '../../../kernel/errors.ts'
import { sha256 } from '../../../kernel/hash.ts'
import type { Connecting } from '../../../kernel/vault.ts'
import { statePlace } from '../../seal/places.ts'
import type { AuthorizationServer } from '../discovery/authorization-server.ts'
import type { Parts, TokenPlace } from '../parts.ts'
import { randomText } from '../protocol/digest.ts'

/** What the exchange of a code needs, as it was when the person was sent away. */
export interface Pending {
  readonly place: TokenPlace
  readonly server: AuthorizationServer
  readonly client: string
  readonly verifier: string
  readonly resource: string
  readonly scopes: readonly string[]
  /** Private JWK; empty for tokens that are bound to none. */
  readonly proof: string
  readonly mustBind: boolean
}

/** Milliseconds that a person has. */
const LASTS = 10 * 60_000
/** People who are on their way at one time, for one of them. */
const MOST = 50

type Who = Pick<Connecting, 'user' | 'session'>

/** Keeps what is needed when the person comes back, and gives the `state` to send along: only its digest is kept. */
export async function keepPending(parts: Parts, who: Who, pending: Pending): Promise<string> {
  const { store, sealer, tenant, clock } = parts
  const now = clock()
  await store.db.deleteFrom('vault_state').where('expires', '<', now).execute()
  const { count } = await store.db
    .selectFrom('vault_state')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('user', '=', who.user)
    .executeTakeFirstOrThrow()
  if (Number(count) >= MOST)
    throw new GatewayError('too_many_requests', 'too many connections were begun and not finished')
  const state = randomText()
  const digest = sha256(state)
  const { server, owner } = pending.place
  const place = statePlace({ digest, server, owner }, tenant)
  const { keyId, wrapped, fields } = await sealer.seal(place, { pending: JSON.stringify(pending) })
  await store.db
    .insertInto('vault_state')
    .values({
      digest,
      server,
      owner,
      user: who.user,
      session: sha256(who.session),
      issuer: pending.server.issuer,
      key_id: keyId,
      wrapped,
      sealed: fields['pending'] ?? '',
      expires: now + LASTS,
    })
    .execute()
  return state
}

/**
 * Takes what was kept for a `state`: once, and only for the person and login session that it was given to.
 *
 * @throws GatewayError `interaction_unknown`.
 */
export async function takePending(parts: Parts, who: Who, state: string): Promise<Pending> {
  const { store, sealer, tenant, clock } = parts
  const row = await store.db
    .deleteFrom('vault_state')
    .where('digest', '=', sha256(state))
    .where('user', '=', who.user)
    .where('session', '=', sha256(who.session))
    .where('expires', '>=', clock())
    .returningAll()
    .executeTakeFirst()
  if (row === undefined)
    throw new GatewayError(
      'interaction_unknown',
      'this connection was not begun here, or too long ago',
    )
  const sealed = { keyId: row.key_id, wrapped: row.wrapped, fields: { pending: row.sealed } }
  const text = await sealer.open(statePlace(row, tenant), sealed, 'pending')
  return JSON.parse(text) as Pending
}
