import type { Clients } from './clients/clients.ts'
import type { GrantAdministration } from './engine/grants.ts'
import type { GrantView, MyGrants } from './pages/ports.ts'

/** What people see of the grants that they gave, and how they take them back. */
export function myGrants(
  grants: GrantAdministration,
  { source, administration }: Pick<Clients, 'source' | 'administration'>,
): MyGrants {
  const viewOf = async (id: string): Promise<GrantView['client']> => {
    const known = await administration.find(id)
    const metadata = (await source.find(id).catch(() => undefined)) ?? {}
    const { name, trust, host } = source.view(id, metadata)
    return { name: known?.name ?? name, trust, ...(host === undefined ? {} : { host }) }
  }
  return {
    async list(user) {
      const own = await grants.list({ subject: { kind: 'user', id: user } })
      const newest = own.toSorted((a, b) => b.created - a.created)
      return Promise.all(
        newest.map(async ({ used, ...grant }) => ({
          ...grant,
          client: await viewOf(grant.client),
          ...(used === undefined ? {} : { used }),
        })),
      )
    },
    async revoke(user, id) {
      const grant = await grants.find(id)
      if (grant?.kind !== 'user' || grant.subject !== user) return false
      return grants.revoke(id, 'user')
    },
  }
}
