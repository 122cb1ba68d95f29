import { z } from 'zod'
import { CLIENT_TRUSTS } from '../kernel/subject.ts'
import {
  found,
  given,
  id,
  moment,
  operation,
  pageById,
  pageOf,
  paging,
  publicKey,
  status,
  text,
  texts,
  time,
  timeOf,
  times,
} from './operation.ts'
import type { Client } from './ports.ts'

const clientView = z.object({
  id: z.string(),
  name: z.string(),
  trust: z.enum(CLIENT_TRUSTS),
  status,
  redirects: z.array(z.string()),
  grantTypes: z.array(z.string()),
  method: z.string(),
  /** Addresses that it may ask tokens for; absent: all. */
  resources: z.array(z.string()).optional(),
  /** The most that it may be granted; absent: not bounded. */
  scopes: z.array(z.string()).optional(),
  mayIntrospect: z.boolean(),
  created: time,
  used: time.optional(),
  expires: time.optional(),
})
export type ClientView = z.output<typeof clientView>

function showClient({ created, used, expires, ...client }: Client): z.input<typeof clientView> {
  const { redirects, grantTypes, resources, scopes } = client
  return {
    ...client,
    redirects: [...redirects],
    grantTypes: [...grantTypes],
    resources: resources && [...resources],
    scopes: scopes && [...scopes],
    created: timeOf(created),
    ...times({ used, expires }),
  }
}

const one = z.strictObject({ id })
const answer = z.object({ client: clientView })

export const CLIENTS = [
  operation('clients.list', 'GET /clients', {
    needs: 'identity.read',
    summary: 'List clients by id, also those that named or registered themselves',
    input: z.strictObject({
      ...paging,
      trust: z.enum(CLIENT_TRUSTS).optional(),
      unusedSince: moment.optional(),
    }),
    output: pageOf(clientView),
    run: async ({ clients }, { trust, unusedSince, ...page }) => {
      const { items, next } = await pageById(given(page), (part) =>
        clients.list(given({ ...part, trust, unusedSince })),
      )
      return { items: items.map(showClient), ...given({ next }) }
    },
  }),
  operation('clients.register', 'POST /clients', {
    needs: 'identity.write',
    summary: 'Register a client with its exact redirect addresses; a secret is shown once',
    status: 201,
    input: z.strictObject({
      id: text(64),
      name: text().optional(),
      method: z
        .enum(['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post'])
        .default('none'),
      redirects: z.array(text(2_048)).max(20).default([]),
      grantTypes: texts(10).optional(),
      keys: z.array(publicKey).max(10).optional(),
      resources: z.array(text(2_048)).max(100).optional(),
      scopes: texts().optional(),
      bound: z.boolean().optional(),
      mayIntrospect: z.boolean().optional(),
    }),
    output: z.object({ client: clientView, secret: z.string().optional() }),
    run: async ({ clients }, { name, ...client }) => {
      const wanted = given({ ...client, name: name ?? client.id })
      const { client: made, secret } = await clients.register(wanted as never)
      return { client: showClient(made), ...given({ secret }) }
    },
  }),
  operation('clients.show', 'GET /clients/{id}', {
    needs: 'identity.read',
    summary: 'Show a client',
    input: one,
    output: answer,
    run: async ({ clients }, { id: client }) => ({
      client: showClient(found('client', await clients.find(client))),
    }),
  }),
  operation('clients.disable', 'POST /clients/{id}/disable', {
    needs: 'identity.write',
    summary: 'Disable a client: its tokens are void, and it gets none',
    input: one,
    output: answer,
    run: async ({ clients }, { id: client }) => {
      if (!(await clients.disable(client))) found('client', undefined)
      return { client: showClient(found('client', await clients.find(client))) }
    },
  }),
  operation('clients.enable', 'POST /clients/{id}/enable', {
    needs: 'identity.write',
    summary: 'Let a disabled client in again',
    input: one,
    output: answer,
    run: async ({ clients }, { id: client }) => {
      if (!(await clients.enable(client))) found('client', undefined)
      return { client: showClient(found('client', await clients.find(client))) }
    },
  }),
  operation('clients.remove', 'DELETE /clients/{id}', {
    needs: 'identity.write',
    summary: 'Forget a client, and end its grants',
    input: one,
    output: z.object({ removed: z.literal(true) }),
    run: async ({ clients }, { id: client }) => {
      if (!(await clients.remove(client))) found('client', undefined)
      return { removed: true as const }
    },
  }),
  operation('clients.renewSecret', 'POST /clients/{id}/secret', {
    needs: 'identity.write',
    summary: 'Give a client a new secret, which is shown once; the old one is no good any more',
    status: 201,
    input: one,
    output: z.object({ secret: z.string() }),
    run: async ({ clients }, { id: client }) => {
      found('client', await clients.find(client))
      return { secret: await clients.renewSecret(client) }
    },
  }),
  operation('clients.revoke', 'POST /clients/{id}/revoke', {
    needs: 'identity.write',
    summary: 'End all grants of a client; it may ask for new ones',
    input: one,
    output: z.object({ ended: z.number() }),
    run: async ({ clients, grants }, { id: client }) => {
      found('client', await clients.find(client))
      return { ended: await grants.revokeClient(client, 'administrator') }
    },
  }),
] as const
