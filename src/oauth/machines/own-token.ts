import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { ESTABLISHED_BY, type EstablishedBy, type SubjectId } from '../../kernel/subject.ts'
import type { Resources } from '../parts.ts'
import { JwtRefusal, verifyJwt } from './verify-jwt.ts'

/** An access token of ours (RFC 9068), verified. */
export interface OwnToken {
  readonly id: string
  readonly kind: 'user' | 'agent'
  readonly subject: SubjectId
  /** The resource that it is for, as it was asked for. */
  readonly audience: string
  /** Who acts already, outermost first. */
  readonly actors: readonly SubjectId[]
  readonly client: string
  readonly grant: string
  readonly scopes: readonly string[]
  readonly via: EstablishedBy
  readonly methods: readonly string[]
  /** Thumbprint of the key that it is bound to. */
  readonly thumbprint: string | undefined
  /** The one party that may act for the subject (RFC 8693 section 4.4), if the token names one. */
  readonly mayAct: JsonObject | undefined
  /** Milliseconds since the epoch. */
  readonly issued: number
  readonly expires: number
}

export interface OwnTokenRules {
  readonly issuer: string
  readonly ownKeys: () => Promise<readonly JsonObject[]>
  readonly resources: Pick<Resources, 'find'>
  readonly now: number
}

/** Deeper chains of actors are not read. */
const MAX_ACTORS = 8

/**
 * Verifies that a token is an access token of ours which has not expired. Whether it was revoked is for
 * the caller to ask.
 *
 * @throws JwtRefusal
 */
export async function readOwnToken(
  token: string,
  { issuer, ownKeys, resources, now }: OwnTokenRules,
): Promise<OwnToken> {
  const { claims, ...verified } = await verifyJwt(token, {
    types: ['at+jwt'],
    algorithms: ['ES256'],
    issuer,
    audiences: { has: (audience) => resources.find(audience) !== undefined },
    keys: ownKeys,
    now,
  })
  // Our own clock says when our own tokens end.
  if (verified.expires * 1_000 <= now) throw new JwtRefusal('expired')
  const { kind, via, may_act: mayAct, cnf } = claims
  if (kind !== 'user' && kind !== 'agent') throw new JwtRefusal('of no kind of subject')
  if (mayAct !== undefined && !isObject(mayAct)) throw new JwtRefusal('unreadable `may_act`')
  return {
    id: text(claims, 'jti'),
    kind,
    subject: verified.subject as SubjectId,
    audience: verified.audience,
    actors: actorsOf(claims['act']),
    client: text(claims, 'client_id'),
    grant: text(claims, 'gid'),
    scopes: text(claims, 'scope').split(' '),
    via: establishedBy(via),
    methods: methodsOf(claims['amr']),
    thumbprint: thumbprintOf(cnf),
    mayAct,
    issued: verified.issued * 1_000,
    expires: verified.expires * 1_000,
  }
}

function text(claims: JsonObject, name: string): string {
  const value = claims[name]
  if (typeof value !== 'string' || value === '') throw new JwtRefusal(`no \`${name}\``)
  return value
}

function establishedBy(via: unknown): EstablishedBy {
  const found = ESTABLISHED_BY.find((one) => one === via)
  if (found === undefined) throw new JwtRefusal('unreadable `via`')
  return found
}

function methodsOf(amr: unknown): readonly string[] {
  if (amr === undefined) return []
  if (!Array.isArray(amr) || !amr.every((one) => typeof one === 'string'))
    throw new JwtRefusal('unreadable `amr`')
  return amr
}

/** A binding that is not understood is no reason to treat the token as unbound. */
function thumbprintOf(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined
  const jkt: unknown = isObject(cnf) && Object.keys(cnf).length === 1 ? cnf['jkt'] : undefined
  if (typeof jkt !== 'string') throw new JwtRefusal('unreadable `cnf`')
  return jkt
}

function actorsOf(act: Json | undefined): readonly SubjectId[] {
  const actors: SubjectId[] = []
  for (let next = act; next !== undefined; ) {
    if (!isObject(next) || actors.length === MAX_ACTORS) throw new JwtRefusal('unreadable `act`')
    actors.push(text(next, 'sub') as SubjectId)
    next = next['act']
  }
  return actors
}
