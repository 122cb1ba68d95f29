import { z } from 'zod'
import type { CredentialOwner } from '../../kernel/credential.ts'
import { CONNECTION_STATUSES } from '../../kernel/vault.ts'
import { pageOfList } from '../definitions/page-of-list.ts'
import { found, given, operation, pageOf, paging, text } from '../operation.ts'
import { requireOver, vaultOf } from './rights.ts'
import { connectionView, showConnection } from './views.ts'

/** Whose a credential is. */
export const ownerName = text(600)
  .regex(/^(?:shared|(?:user|agent):\P{Cc}+)$/u, 'expected `shared`, `user:ID` or `agent:ID`')
  .transform((owner) => owner as CredentialOwner)

/** Connections of all to servers. */
export const CONNECTIONS = [
  operation('connections.list', 'GET /connections', {
    needs: 'identity.read',
    summary: 'List connections of all: whose they are, to what, and how they fare',
    input: z.strictObject({
      ...paging,
      server: text(64).optional(),
      owner: ownerName.optional(),
      status: z.enum(CONNECTION_STATUSES).optional(),
    }),
    output: pageOf(connectionView),
    run: async (site, { server, owner, status, ...page }) => {
      const all = await vaultOf(site).connections.list(owner)
      const wanted = all.filter(
        (each) =>
          (server === undefined || each.server === server) &&
          (owner === undefined || each.owner === owner) &&
          (status === undefined || each.status === status),
      )
      const keyOf = (each: (typeof all)[number]) => `${each.server} ${each.owner}`
      const sorted = wanted.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      const { items, next } = pageOfList(sorted, given(page), keyOf)
      return { items: items.map(showConnection), ...given({ next }) }
    },
  }),
  operation('connections.disconnect', 'POST /connections/{server}/disconnect', {
    needs: 'servers.write',
    summary: 'End a connection of somebody, or of all; one of a person takes an owner',
    input: z.strictObject({ server: text(64), owner: ownerName }),
    output: z.object({ disconnected: z.literal(true) }),
    run: async (site, { server, owner }) => {
      requireOver(site, owner)
      const { connections } = vaultOf(site)
      const known = (await connections.list(owner)).find(
        (each) => each.server === server && each.owner === owner,
      )
      found('connection', known)
      await connections.disconnect({ server, owner }, site.caller.actor)
      return { disconnected: true as const }
    },
  }),
] as const
