import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { Revocation } from '../../kernel/authentication.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Engine } from './engine.ts'

/** An access token of ours, verified, as far as this file looks at it. */
export interface SignedToken {
  readonly id: string
  readonly grant: string
  readonly client: string
  readonly kind: 'user' | 'agent'
  readonly subject: string
  readonly payload: JWTPayload
}

/** Reads an access token of ours; undefined for any other text, and for one that is over. */
export async function readSignedToken(
  { settings, keys }: Engine,
  token: string,
): Promise<SignedToken | undefined> {
  const jwks = createLocalJWKSet({ keys: keys().published.map(({ jwk }) => jwk) as never })
  try {
    const { payload } = await jwtVerify(token, jwks, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: settings.publicOrigin,
      currentDate: new Date(settings.clock()),
    })
    const { jti, gid, client_id: client, kind, sub } = payload
    if (typeof jti !== 'string' || typeof gid !== 'string' || typeof client !== 'string')
      return undefined
    if (typeof sub !== 'string' || (kind !== 'user' && kind !== 'agent')) return undefined
    return { id: jti, grant: gid, client, kind, subject: sub, payload }
  } catch {
    return undefined
  }
}

/** Makes one access token void before its time (RFC 7009). Its grant stays. */
export async function revokeSignedToken({ settings }: Engine, token: SignedToken): Promise<void> {
  await settings.witness({
    event: 'grant.revoked',
    outcome: 'done',
    subject: `${token.kind}:${token.subject}`,
    client: token.client,
    target: token.grant,
    detail: { reason: 'client', token: token.id },
  })
  const at = settings.clock()
  await noteChanges(settings.store.db, [{ kind: 'token', id: token.id, what: 'revoked' }], at)
  settings.onRevoked?.([{ kind: 'token', id: token.id, at } satisfies Revocation])
}

/** What a resource server is told of a token that is good at this moment (RFC 7662 section 2.2). */
export async function introspectSignedToken(
  engine: Engine,
  token: SignedToken | undefined,
): Promise<object> {
  if (token === undefined || !(await isGood(engine, token))) return { active: false }
  const { payload } = token
  return {
    active: true,
    ...payload,
    token_type: (payload as { cnf?: object }).cnf === undefined ? 'Bearer' : 'DPoP',
  }
}

async function isGood({ settings, grants }: Engine, token: SignedToken): Promise<boolean> {
  if ((await grants.live(token.grant)) === undefined) return false
  const { principals, store } = settings
  const account =
    token.kind === 'user'
      ? await principals.user(token.subject as SubjectId)
      : await principals.agent(token.subject as SubjectId)
  if (account?.status !== 'active') return false
  const revoked = await store.db
    .selectFrom('change')
    .select('seq')
    .where('kind', '=', 'token')
    .where('id', '=', token.id)
    .executeTakeFirst()
  return revoked === undefined
}
