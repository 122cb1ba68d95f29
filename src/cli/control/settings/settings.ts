import type { DeliveryView, Settings } from '../../../admin/settings/ports.ts'
import type { ControlParts } from '../administration.ts'
import { healthOf } from './health.ts'
import { showConfig } from './show-config.ts'

type Parts = Pick<
  ControlParts,
  'config' | 'loaded' | 'store' | 'records' | 'policies' | 'links' | 'catalog'
>

/** Fills in the port of settings. */
export function settingsPort(parts: Parts): Settings {
  return {
    show: () => showConfig(parts.config, parts.loaded),
    health: () => healthOf(parts),
    deliveries: (part) => deliveries(parts, part),
  }
}

type Part = Parameters<Settings['deliveries']>[0]

/** Deliveries after the one with the id `after`, by the time at which they were made. */
async function deliveries(
  { store: { db } }: Parts,
  { limit, after, endpoint, state }: Part,
): Promise<readonly DeliveryView[]> {
  let rows = db
    .selectFrom('webhook_delivery')
    .select(['id', 'endpoint', 'event', 'state', 'attempts', 'due', 'created', 'status'])
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (endpoint !== undefined) rows = rows.where('endpoint', '=', endpoint)
  if (state !== undefined) rows = rows.where('state', '=', state)
  if (after !== undefined) {
    const last = await db
      .selectFrom('webhook_delivery')
      .select('created')
      .where('id', '=', after)
      .executeTakeFirst()
    if (last === undefined) return []
    rows = rows.where(({ or, and, eb }) =>
      or([
        eb('created', '<', last.created),
        and([eb('created', '=', last.created), eb('id', '<', after)]),
      ]),
    )
  }
  const found = await rows.execute()
  return found.map(({ status, ...row }) => ({ ...row, ...(status === null ? {} : { status }) }))
}
