import { type Kysely, type RawBuilder, sql } from 'kysely'
import { sha256 } from '../kernel/hash.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Schema } from '../store/schema.ts'

/** How attempts under one key are slowed down. Times in milliseconds. */
export interface ThrottleRule {
  /** Attempts without any wait. */
  readonly free: number
  /** The wait after the first attempt that is not free; it doubles with each one. */
  readonly first: number
  /** The longest wait: nobody is locked out for longer, whoever tries. */
  readonly most: number
}

export interface ThrottleRules {
  /** Per login name. */
  readonly name: ThrottleRule
  /** Per address of the sender; many people may share one. */
  readonly address: ThrottleRule
}

export const THROTTLE: ThrottleRules = {
  name: { free: 5, first: 1_000, most: 15 * 60_000 },
  address: { free: 30, first: 1_000, most: 5 * 60_000 },
}

/** After so long without an attempt, counting starts anew. */
const FORGOTTEN = 60 * 60_000
/** How long an address that a login succeeded from is known as the person's. */
const KNOWN = 30 * 24 * 60 * 60_000

/** An attempt that may be made. It counts as failed until one of these says otherwise. */
export interface Attempt {
  /** It succeeded: the name starts anew. */
  succeeded(): Promise<void>
  /** It was never made. */
  undone(): Promise<void>
}

export interface Throttle {
  /**
   * Takes an attempt, or says how many milliseconds to wait. Attempts are counted before they are made,
   * in one statement, so that those made at the same time do not all pass.
   *
   * @param name absent when no name was claimed, or when it cannot be guessed at.
   */
  begin(address: string, name?: string): Promise<Attempt | { readonly retryAfter: number }>
  /** Removes what says nothing any more. */
  sweep(): Promise<void>
}

interface Taken {
  readonly key: string
  readonly failures: number
}

export function throttle(db: Kysely<Schema>, clock: Clock, rules: ThrottleRules): Throttle {
  const take = async (key: string, rule: ThrottleRule): Promise<Taken | number> => {
    const now = clock()
    const row = await count(db, key, rule, now)
    if (row !== undefined) return { key, failures: row.failures }
    const busy = await db
      .selectFrom('login_attempt')
      .select('until')
      .where('key', '=', key)
      .executeTakeFirst()
    return Math.max(1, (busy?.until ?? now) - now)
  }
  const giveBack = ({ key, failures }: Taken) => uncount(db, key, failures, clock())

  return {
    async begin(address, name) {
      const source = await take(keyOf('address', address), rules.address)
      if (typeof source === 'number') return { retryAfter: source }
      if (name === undefined)
        return { succeeded: () => giveBack(source), undone: () => giveBack(source) }
      const known = keyOf('known', address, name)
      const key = (await isKnown(db, known, clock()))
        ? keyOf('name', name, address)
        : keyOf('name', name)
      const named = await take(key, rules.name)
      if (typeof named === 'number') {
        await giveBack(source)
        return { retryAfter: named }
      }
      return {
        async succeeded() {
          await db.deleteFrom('login_attempt').where('key', '=', key).execute()
          await remember(db, known, clock() + KNOWN)
          await giveBack(source)
        },
        async undone() {
          await giveBack(named)
          await giveBack(source)
        },
      }
    },
    async sweep() {
      await db
        .deleteFrom('login_attempt')
        .where('until', '<=', clock() - FORGOTTEN)
        .execute()
    },
  }
}

/** What people type as a name may be their password: the key is a digest. */
function keyOf(kind: 'name' | 'address' | 'known', ...parts: readonly string[]): string {
  return `${kind}:${sha256(JSON.stringify(parts))}`
}

/** Counts an attempt if its time has come; otherwise undefined, and nothing is counted. */
async function count(db: Kysely<Schema>, key: string, rule: ThrottleRule, now: number) {
  const at = long(now)
  const forgotten = sql<boolean>`login_attempt.until <= ${long(now - FORGOTTEN)}`
  const failures = sql<number>`case when ${forgotten} then 1 else login_attempt.failures + 1 end`
  return await db
    .insertInto('login_attempt')
    .values({ key, failures: 1, until: now + waitAfter(1, rule) })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ failures, until: sql<number>`${at} + ${waitIn(failures, rule)}` })
        // Further away than any wait: the clock was set back.
        .where(
          sql<boolean>`login_attempt.until <= ${at} or login_attempt.until > ${long(now + rule.most)}`,
        ),
    )
    .returning('failures')
    .executeTakeFirst()
}

/** Takes back one attempt, and its wait unless another attempt came after it. */
async function uncount(
  db: Kysely<Schema>,
  key: string,
  failures: number,
  now: number,
): Promise<void> {
  await db
    .updateTable('login_attempt')
    .set({
      failures: sql<number>`failures - 1`,
      until: sql<number>`case when failures = ${sql.lit(failures)} then ${long(now)} else until end`,
    })
    .where('key', '=', key)
    .where('failures', '>', 0)
    .execute()
}

function waitAfter(failures: number, { free, first, most }: ThrottleRule): number {
  return failures <= free ? 0 : Math.min(most, first * 2 ** (failures - free - 1))
}

/** The same in SQL. */
function waitIn(failures: RawBuilder<number>, rule: ThrottleRule): RawBuilder<number> {
  const cases = [sql`when ${failures} <= ${sql.lit(rule.free)} then 0`]
  for (let at = rule.free + 1; waitAfter(at, rule) < rule.most; at += 1)
    cases.push(sql`when ${failures} = ${sql.lit(at)} then ${sql.lit(waitAfter(at, rule))}`)
  return sql<number>`case ${sql.join(cases, sql` `)} else ${sql.lit(rule.most)} end`
}

/**
 * Whoever tries passwords under somebody's name slows that name down. Who has logged in from an address
 * before is counted apart there, and so stays out of the reach of it.
 */
async function isKnown(db: Kysely<Schema>, key: string, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('login_attempt')
    .select('until')
    .where('key', '=', key)
    .executeTakeFirst()
  return row !== undefined && row.until > now
}

async function remember(db: Kysely<Schema>, key: string, until: number): Promise<void> {
  await db
    .insertInto('login_attempt')
    .values({ key, failures: 0, until })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ until }))
    .execute()
}

/** A parameter whose type PostgreSQL cannot infer. */
function long(value: number): RawBuilder<number> {
  return sql<number>`cast(${value} as bigint)`
}
