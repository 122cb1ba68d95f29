import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { Revocation } from '../../kernel/authentication.ts'
import { isObject } from '../../kernel/json.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Engine } from './engine.ts'
import { type RevocableToken, voidInStore } from './void-in-store.ts'

/** An access token of ours, verified, as far as this file looks at it. */
export interface SignedToken extends RevocableToken {
  readonly payload: JWTPayload
}

/** Longer chains are none of ours. */
const MAX_ACTORS = 8

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
    const { jti, gid, client_id: client, kind, sub, iat } = payload
    const actors = actorsOf(payload['act'])
    if (actors === undefined || iat === undefined) return undefined
    if (typeof jti !== 'string' || typeof gid !== 'string' || typeof client !== 'string')
      return undefined
    if (typeof sub !== 'string' || (kind !== 'user' && kind !== 'agent')) return undefined
    const issued = iat * 1_000
    return { id: jti, grant: gid, client, kind, subject: sub, actors, issued, payload }
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

/** Asked of the database: a resource server elsewhere hears of nothing else. */
async function isGood({ settings }: Engine, token: SignedToken): Promise<boolean> {
  const { principals, store, clock } = settings
  const { kind, subject, actors } = token
  const agents = kind === 'agent' ? [subject, ...actors] : actors
  const standing = await Promise.all([
    kind === 'user' ? principals.user(subject as SubjectId) : undefined,
    ...agents.map((agent) => principals.agent(agent as SubjectId)),
  ])
  const parties = kind === 'user' ? standing : standing.slice(1)
  const active = parties.every(
    (party) =>
      party?.status === 'active' &&
      !('expires' in party && party.expires !== undefined && party.expires <= clock()),
  )
  return active && !(await voidInStore(store, clock)(token))
}

/** Who acts, outermost first (RFC 8693 section 4.1); undefined for what cannot be read. */
function actorsOf(act: unknown): readonly string[] | undefined {
  const actors: string[] = []
  for (let next = act; next !== undefined; ) {
    if (!isObject(next) || typeof next['sub'] !== 'string' || actors.length === MAX_ACTORS)
      return undefined
    actors.push(next['sub'])
    next = next['act']
  }
  return actors
}
