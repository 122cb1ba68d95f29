import Provider, { type Adapter, errors } from 'oidc-provider'
import type { Objects } from './objects.ts'

const MODEL = 'Session'

type Found = Awaited<ReturnType<Adapter['find']>>

/**
 * Sessions of browsers. The library reads one when a request begins, and writes it back when the request
 * ends, under another id after a login: what somebody ended in the meantime must not come back by that.
 */
export function sessionAdapter(objects: Objects, others: Adapter): Adapter {
  /** The session of a person that a request began in, by the request. */
  const begun = new WeakMap<object, string>()
  return {
    ...others,
    find: async (id) => {
      const payload = await objects.find(MODEL, id)
      const ctx = Provider.ctx
      if (ctx !== undefined && payload?.['accountId'] !== undefined) begun.set(ctx, id)
      return payload as Found
    },
    findByUid: async (uid) => (await objects.findByUid(MODEL, uid)) as Found,
    upsert: async (id, payload, ttl = 0) => {
      const ctx = Provider.ctx
      const before = ctx === undefined ? undefined : begun.get(ctx)
      if (ctx === undefined || before === undefined)
        return objects.put(MODEL, id, { ...payload }, ttl)
      if (await objects.replace(MODEL, before, id, { ...payload }, ttl)) {
        begun.set(ctx, id)
        return
      }
      throw new errors.SessionNotFound('the session is over')
    },
    destroy: async (id) => {
      const ctx = Provider.ctx
      const { oldId } = (ctx?.oidc.session ?? {}) as { readonly oldId?: string }
      // What takes its place takes its row.
      if (ctx !== undefined && oldId === id && begun.get(ctx) === id) return
      await objects.remove(MODEL, id)
    },
  }
}
