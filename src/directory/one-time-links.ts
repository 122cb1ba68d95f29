import { randomBytes } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { LinkPurpose, OneTimeLink } from '../kernel/accounts.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { Schema } from '../store/schema.ts'
import { findUser } from './users.ts'

const SECRET_BYTES = 32
const SECRET = /^[A-Za-z0-9_-]{43}$/
const PURPOSES: readonly string[] = ['setup', 'invite', 'reset'] satisfies readonly LinkPurpose[]

/** How long a link opens, in milliseconds. */
export const LINK_LIFETIME: Readonly<Record<LinkPurpose, number>> = {
  setup: 24 * 60 * 60_000,
  invite: 7 * 24 * 60 * 60_000,
  reset: 60 * 60_000,
}

/** A link that was found, and the digest that it is kept under. */
export interface FoundLink extends OneTimeLink {
  readonly digest: Digest
}

/** A new secret, and the digest that the database keeps: 256 random bits need no salt and no slow hash. */
export function newSecret(): { readonly secret: string; readonly digest: Digest } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return { secret, digest: sha256(secret) }
}

/** Keeps a link. Older ones for the same user and purpose open nothing any more. Hold the user's row. */
export async function keepLink(
  trx: Transaction<Schema>,
  link: { readonly digest: Digest; readonly purpose: LinkPurpose; readonly user: string },
  expires: number,
): Promise<void> {
  await trx
    .deleteFrom('one_time_link')
    .where('user', '=', link.user)
    .where('purpose', '=', link.purpose)
    .execute()
  await trx
    .insertInto('one_time_link')
    .values({ ...link, expires, used: null })
    .execute()
}

/** The link that a secret opens; undefined if it is unknown, used or over, or its user disabled. */
export async function findLink(
  db: Kysely<Schema>,
  secret: string,
  now: number,
): Promise<FoundLink | undefined> {
  if (!SECRET.test(secret)) return undefined
  const digest = sha256(secret)
  const row = await db
    .selectFrom('one_time_link')
    .select(['purpose', 'user'])
    .where('digest', '=', digest)
    .where('used', 'is', null)
    .where('expires', '>', now)
    .executeTakeFirst()
  const user = row && (await findUser(db, row.user))
  if (row === undefined || user?.status !== 'active' || !PURPOSES.includes(row.purpose))
    return undefined
  return { purpose: row.purpose as LinkPurpose, user, digest }
}

/** Uses a link up. True for one caller, whoever asks and however many at once. */
export async function consumeLink(
  trx: Transaction<Schema>,
  digest: Digest,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('one_time_link')
    .set({ used: now })
    .where('digest', '=', digest)
    .where('used', 'is', null)
    .where('expires', '>', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Voids every link of a user. */
export async function dropLinks(db: Kysely<Schema>, user: string): Promise<void> {
  await db.deleteFrom('one_time_link').where('user', '=', user).execute()
}

export async function sweepLinks(db: Kysely<Schema>, now: number): Promise<void> {
  await db.deleteFrom('one_time_link').where('expires', '<=', now).execute()
}
