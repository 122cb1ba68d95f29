import { sql } from 'kysely'
import type { ShownConnection } from '../../admin/vault/views.ts'
import type { Store } from '../../store/store.ts'

/** Connections as the store has them; of what is sealed, no more is read than whether it is there. */
export async function readConnections({ db }: Store): Promise<readonly ShownConnection[]> {
  const rows = await db
    .selectFrom('vault_connection')
    .select(['server', 'owner', 'kind', 'status', 'issuer', 'resource', 'client', 'scopes'])
    .select(['wanted', 'created', 'refreshed', 'used', 'expires', 'reason'])
    .select([
      sql<number>`case when refresh = '' then 0 else 1 end`.as('refreshable'),
      sql<number>`case when proof = '' then 0 else 1 end`.as('bound'),
    ])
    .orderBy('server')
    .orderBy('owner')
    .execute()
  return rows.map(({ created, refreshed, used, expires, reason, ...row }) => ({
    ...row,
    kind: row.kind as ShownConnection['kind'],
    status: row.status as ShownConnection['status'],
    scopes: JSON.parse(row.scopes),
    wanted: JSON.parse(row.wanted),
    refreshable: Number(row.refreshable) === 1,
    bound: Number(row.bound) === 1,
    created: timeOf(created),
    ...(reason === null ? {} : { reason }),
    ...known({ refreshed, used, expires }),
  }))
}

/** Some engines give large numbers as texts. */
function timeOf(at: number | string): string {
  return new Date(Number(at)).toISOString()
}

function known(times: Readonly<Record<string, number | null>>): Record<string, string> {
  const there = Object.entries(times).filter(([, at]) => at !== null)
  return Object.fromEntries(there.map(([name, at]) => [name, timeOf(Number(at))]))
}
