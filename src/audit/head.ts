import type { Kysely } from 'kysely'
import { GatewayError } from '../kernel/errors.ts'
import type { Schema } from '../store/schema.ts'
import type { Head, MarkedDraft } from './chain.ts'

/**
 * Appends drafts to the chain, durably, all or none, and answers the new head. Not reentrant.
 * After a failure the drafts may or may not be in the chain; the chain is whole either way.
 */
export type Append = (drafts: readonly MarkedDraft[]) => Promise<Head>

/** The head that the database keeps; undefined when somebody removed it. */
export async function readHead(db: Kysely<Schema>): Promise<Head | undefined> {
  return await db.selectFrom('record_head').select(['seq', 'hash']).executeTakeFirst()
}

/**
 * Refuses to continue a chain that became shorter while this process looked: whatever was cut
 * must not be grown over.
 *
 * @throws GatewayError `audit_unavailable`
 */
export function requireGrown(head: Head | undefined, known: Head): Head {
  if (head !== undefined && (head.seq > known.seq || head.hash === known.hash)) return head
  throw new GatewayError('audit_unavailable', 'the records end before their last known head')
}
