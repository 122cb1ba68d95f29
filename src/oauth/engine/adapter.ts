import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Grants, RevocationReason } from './grants.ts'
import type { Objects, Payload } from './objects.ts'
import type { Settings } from './options.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import { sessionAdapter } from './session-adapter.ts'

/** What the adapters stand on. */
export interface Kept {
  readonly settings: Settings
  readonly objects: Objects
  readonly grants: Grants
  readonly refreshTokens: RefreshTokens
}

/**
 * The library's storage. Whatever may happen once happens by one statement that one caller wins; the
 * loser's request fails here, since the library does not look at the outcome.
 */
export function createAdapters(kept: Kept): (model: string) => Adapter {
  return (model) => {
    switch (model) {
      case 'Client':
        return clientAdapter(kept)
      case 'Grant':
        return grantAdapter(kept)
      case 'AuthorizationCode':
        return codeAdapter(kept)
      case 'RefreshToken':
        return refreshTokenAdapter(kept)
      case 'Session':
        return sessionAdapter(kept.objects, NOTHING)
      case 'Interaction':
      case 'PushedAuthorizationRequest':
        return objectAdapter(kept, model)
      default:
        return NOTHING
    }
  }
}

/** For models that are never stored: access tokens are signed, the rest is switched off. */
const NOTHING: Adapter = {
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  upsert: async () => {
    throw new errors.InvalidRequest('not supported')
  },
  consume: async () => {},
  destroy: async () => {},
  // The grant's own removal takes everything along.
  revokeByGrantId: async () => {},
}

function objectAdapter({ objects }: Kept, model: string): Adapter {
  return {
    ...NOTHING,
    find: async (id) => payloadOf(await objects.find(model, id)),
    findByUid: async (uid) => payloadOf(await objects.findByUid(model, uid)),
    upsert: (id, payload, ttl) => objects.put(model, id, { ...payload }, ttl ?? 0),
    consume: async (id) => {
      if (!(await objects.consume(model, id)))
        throw new errors.InvalidRequestUri('request_uri was already used')
    },
    destroy: async (id) => {
      // Two browsers' tabs that go on from one interaction must not both get a code.
      if (!(await objects.remove(model, id)) && model === 'Interaction')
        throw new errors.SessionNotFound('the authorization request is over')
    },
  }
}

function codeAdapter(kept: Kept): Adapter {
  const { objects, grants } = kept
  const model = 'AuthorizationCode'
  return {
    ...objectAdapter(kept, model),
    consume: async (id) => {
      if (await objects.consume(model, id)) return
      const grant = await objects.grantOf(model, id)
      await witnessReplay(kept, 'code.replayed', grant)
      if (grant !== undefined) await grants.revoke(grant, 'code-replayed')
      throw new errors.InvalidGrant('authorization code already consumed')
    },
  }
}

function refreshTokenAdapter(kept: Kept): Adapter {
  const { refreshTokens } = kept
  return {
    ...NOTHING,
    find: async (token) => payloadOf(await refreshTokens.find(token)),
    upsert: async (token, payload, ttl) => {
      if (payload.rotations !== 0) await witnessRefresh(kept, payload)
      if (!(await refreshTokens.put(token, { ...payload }, ttl ?? 0)))
        await refuseReuse(kept, payload)
    },
    // The successor's `upsert` uses the token up, in the same statement that makes it the newest.
    consume: async () => {},
    destroy: (token) => refreshTokens.remove(token),
  }
}

async function witnessRefresh({ settings }: Kept, payload: AdapterPayload): Promise<void> {
  const { accountId, clientId, grantId } = payload
  await settings.witness({
    event: 'grant.refreshed',
    outcome: 'done',
    subject: `user:${accountId}`,
    client: String(clientId),
    target: String(grantId),
  })
}

async function refuseReuse(kept: Kept, payload: AdapterPayload): Promise<never> {
  const grant = String(payload.grantId)
  await witnessReplay(kept, 'refresh.reused', grant)
  await kept.grants.revoke(grant, 'refresh-reused')
  throw new errors.InvalidGrant('refresh token already used')
}

/** Says of whom and of which client something was used twice: the grant ends with this. */
async function witnessReplay(
  { settings, grants }: Kept,
  event: 'code.replayed' | 'refresh.reused',
  id: string | undefined,
): Promise<void> {
  const grant = id === undefined ? undefined : await grants.find(id)
  await settings.witness({
    event,
    outcome: 'refused',
    ...(grant === undefined
      ? {}
      : { subject: `${grant.kind}:${grant.subject}`, client: grant.client }),
    ...(id === undefined ? {} : { target: id }),
  })
}

function grantAdapter(kept: Kept): Adapter {
  const { grants } = kept
  return {
    ...NOTHING,
    find: async (id) => {
      const grant = await grants.live(id)
      if (grant === undefined || grant.via !== 'login') return undefined
      return payloadOf({
        jti: grant.id,
        kind: 'Grant',
        iat: Math.floor(grant.created / 1_000),
        exp: Math.floor(grant.expires / 1_000),
        accountId: grant.subject,
        clientId: grant.client,
        resources: { [grant.resource]: grant.scopes.join(' ') },
      })
    },
    destroy: async (id) => {
      const reason = reasonOf(Provider.ctx)
      if (reason === 'code-replayed') await witnessReplay(kept, 'code.replayed', id)
      if (reason === 'refresh-reused') await witnessReplay(kept, 'refresh.reused', id)
      await grants.revoke(id, reason)
    },
  }
}

/** The library ends grants in three places, each known by its endpoint. */
function reasonOf(ctx: typeof Provider.ctx): RevocationReason {
  if (ctx?.oidc.route !== 'token') return 'client'
  return ctx.oidc.params?.['grant_type'] === 'refresh_token' ? 'refresh-reused' : 'code-replayed'
}

function clientAdapter({ settings: { clients, agents } }: Kept): Adapter {
  return {
    ...NOTHING,
    find: async (id) => payloadOf((await clients.find(id)) ?? (await agents?.find(id))),
  }
}

function payloadOf(payload: Payload | object | undefined): AdapterPayload | undefined {
  return payload as AdapterPayload | undefined
}
