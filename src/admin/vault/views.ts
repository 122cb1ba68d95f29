import { z } from 'zod'
import { CREDENTIAL_KINDS } from '../../kernel/credential.ts'
import {
  CONNECTION_STATUSES,
  type ConnectionView,
  type ConnectOffer,
  SECRET_STATES,
  type SecretView,
} from '../../kernel/vault.ts'
import { time, timeOf, times } from '../operation.ts'

/** Where a credential can have been seen. */
export const EXPOSED_IN = ['result', 'argument', 'log', 'host-file', 'reported'] as const

export const connectionView = z.object({
  server: z.string(),
  /** `shared`, `user:ID` or `agent:ID`. */
  owner: z.string(),
  kind: z.enum(CREDENTIAL_KINDS),
  status: z.enum(CONNECTION_STATUSES),
  issuer: z.string(),
  resource: z.string(),
  client: z.string(),
  scopes: z.array(z.string()),
  /** Scopes that a call needed and that were not granted. */
  wanted: z.array(z.string()),
  /** Whether what it holds is bound to a key of the gateway (RFC 9449). */
  bound: z.boolean(),
  created: time,
  refreshed: time.optional(),
  used: time.optional(),
  expires: time.optional(),
  refreshable: z.boolean(),
  /** Why it is not good any more. */
  reason: z.string().optional(),
})
export type ShownConnection = z.output<typeof connectionView>

export const offerView = z.object({
  server: z.string(),
  /** Where the server is. */
  address: z.string(),
  issuer: z.string(),
  /** The host that the browser goes to: to begin takes this word. */
  host: z.string(),
  scopes: z.array(z.string()),
  /** Those of them that the connection has not got. */
  added: z.array(z.string()),
  client: z.enum(['registered', 'metadata', 'dynamic']),
  /** Whether what comes of it is used by everybody. */
  shared: z.boolean(),
  status: z.enum([...CONNECTION_STATUSES, 'none']),
})

export const secretView = z.object({
  name: z.string(),
  owner: z.string(),
  purpose: z.string(),
  servers: z.array(z.string()),
  version: z.number(),
  /** Whether the version before it still is accepted. */
  overlaps: z.boolean(),
  created: time,
  changed: time,
  used: time.optional(),
  expires: time.optional(),
  due: time.optional(),
  state: z.enum(SECRET_STATES),
  exposures: z.array(z.object({ at: time, place: z.enum(EXPOSED_IN), where: z.string() })),
})

/** Members of a view that hold moments, as they leave. */
function at<K extends string>(view: Readonly<Record<K, number | undefined>>, ...names: K[]) {
  return times(Object.fromEntries(names.map((name) => [name, view[name]])) as Record<K, number>)
}

export function showConnection(one: ConnectionView): z.input<typeof connectionView> {
  const { server, owner, kind, status, issuer, resource, client, scopes, wanted } = one
  const { bound, refreshable, reason } = one
  return {
    ...{ server, owner, kind, status, issuer, resource, client, bound, refreshable },
    ...{ scopes: [...scopes], wanted: [...wanted] },
    ...(reason === undefined ? {} : { reason }),
    created: timeOf(one.created),
    ...at(one, 'refreshed', 'used', 'expires'),
  }
}

export function showOffer(one: ConnectOffer): z.input<typeof offerView> {
  return { ...one, scopes: [...one.scopes], added: [...one.added] }
}

export function showSecret(one: SecretView): z.input<typeof secretView> {
  const { name, owner, purpose, servers, version, overlaps, state, exposures } = one
  return {
    ...{ name, owner, purpose, servers: [...servers], version, overlaps, state },
    created: timeOf(one.created),
    changed: timeOf(one.changed),
    ...at(one, 'used', 'expires', 'due'),
    exposures: exposures.map(({ at: seen, place, where }) => ({
      at: timeOf(seen),
      place,
      where,
    })),
  }
}
