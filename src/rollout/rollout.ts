import { GatewayError } from '../kernel/errors.ts'
import { type Actor, type Witness, witnessBy } from '../kernel/event.ts'
import type { Digest } from '../kernel/hash.ts'
import type { Clock } from '../kernel/ports.ts'
import { witnessed } from '../kernel/witnessed.ts'
import type { PolicyRolloutTable } from '../store/control-schema.ts'
import type { Store } from '../store/store.ts'

/** How a version is in force. */
export type RolloutMode = 'observe' | 'enforce'

/** A version without its files. Times are milliseconds since the epoch. */
export interface VersionHead {
  readonly version: number
  /** SHA-256 over its files. */
  readonly hash: Digest
  /** `user:id`. */
  readonly author: string
  readonly comment: string
  readonly created: number
}

export interface PolicyVersion extends VersionHead {
  /** Texts by the names of their files. */
  readonly files: Readonly<Record<string, string>>
}

/** What was put in force, and by whom. */
export interface Rollout {
  /** Counts up by one; 0 before there was any. */
  readonly seq: number
  /** 0: none. */
  readonly version: number
  readonly mode: RolloutMode
  readonly by: string
  readonly at: number
}

/** What a column of integers holds on every engine. */
const MOST = 2_147_483_647
const SAVED = 'somebody else saved a version meanwhile; look at it first'
const OVERTAKEN = 'another version was put in force meanwhile; look at it first'

/** Before anything was put in force. */
export const NO_ROLLOUT: Rollout = { seq: 0, version: 0, mode: 'enforce', by: '', at: 0 }

export interface Rollouts {
  /** The last one. */
  current(): Promise<Rollout>
  /** All of them, newest first. */
  history(part: Part): Promise<readonly Rollout[]>
  /** Versions, newest first. */
  versions(part: Part): Promise<readonly VersionHead[]>
  version(number: number): Promise<PolicyVersion | undefined>
  /**
   * Keeps files as a new version; it is not in force by that.
   *
   * @param about `base`: number of the newest version that the author saw, 0 for none.
   * @throws GatewayError `version_conflict`
   */
  save(
    by: Actor,
    files: Readonly<Record<string, string>>,
    about: { readonly hash: Digest; readonly comment: string; readonly base: number },
  ): Promise<VersionHead>
  /**
   * Puts a version in force, 0 for none.
   *
   * @param seen the `seq` of the rollout that the caller goes out from.
   * @param policies hash of the whole policy set that results, for the record.
   * @throws GatewayError `version_conflict`; `item_unknown` for a version that does not exist.
   */
  activate(by: Actor, wanted: Wanted, seen: number, policies: string): Promise<Rollout>
}

export interface Wanted {
  readonly version: number
  readonly mode: RolloutMode
}

export interface Part {
  readonly limit: number
  /** Only what stands before this number. */
  readonly before?: number
}

export interface RolloutOptions {
  readonly store: Store
  readonly witness: Witness
  readonly clock: Clock
}

/** Opens the versions of a database. All its methods throw as the database does. */
export function openRollouts(options: RolloutOptions): Rollouts {
  return { ...keptVersions(options), ...putInForce(options) }
}

function keptVersions({
  store: { db },
  witness,
  clock,
}: RolloutOptions): Pick<Rollouts, 'versions' | 'version' | 'save'> {
  return {
    async versions({ limit, before = MOST }) {
      const rows = await db
        .selectFrom('policy_version')
        .select(['version', 'hash', 'author', 'comment', 'created'])
        .where('version', '<', fitting(before))
        .orderBy('version', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...row, hash: row.hash as Digest }))
    },
    async version(number) {
      const row = await db
        .selectFrom('policy_version')
        .selectAll()
        .where('version', '=', fitting(number))
        .executeTakeFirst()
      if (row === undefined) return undefined
      return { ...row, hash: row.hash as Digest, files: JSON.parse(row.files) }
    },
    async save(by, files, { hash, comment, base }) {
      const last = await db
        .selectFrom('policy_version')
        .select(({ fn }) => fn.max('version').as('version'))
        .executeTakeFirst()
      if (Number(last?.version ?? 0) !== base) throw conflict(SAVED)
      const version = base + 1
      const row = { version, hash, author: by.subject, comment, created: clock() }
      const event = {
        event: 'policy.saved',
        target: String(version),
        detail: { hash, files: Object.keys(files) },
      } as const
      await witnessed(witnessBy(witness, by), event, async () => {
        const made = await db
          .insertInto('policy_version')
          .values({ ...row, files: JSON.stringify(files) })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
        if (Number(made.numInsertedOrUpdatedRows ?? 0) === 0) throw conflict(SAVED)
      })
      return row
    },
  }
}

function putInForce({
  store: { db },
  witness,
  clock,
}: RolloutOptions): Pick<Rollouts, 'current' | 'history' | 'activate'> {
  const history: Rollouts['history'] = async ({ limit, before = MOST }) => {
    const rows = await db
      .selectFrom('policy_rollout')
      .selectAll()
      .where('seq', '<', fitting(before))
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute()
    return rows.map(rolloutOf)
  }
  const current = async (): Promise<Rollout> => (await history({ limit: 1 }))[0] ?? NO_ROLLOUT
  const hashOf = async (version: number): Promise<string | null> => {
    if (version === 0) return null
    const found = await db
      .selectFrom('policy_version')
      .select('hash')
      .where('version', '=', fitting(version))
      .executeTakeFirst()
    if (found === undefined) throw new GatewayError('item_unknown', 'there is no such version')
    return found.hash
  }
  return {
    current,
    history,
    async activate(by, { version, mode }, seen, policies) {
      const last = await current()
      if (last.seq !== seen) throw conflict(OVERTAKEN)
      const hash = await hashOf(version)
      const row = { seq: seen + 1, version, mode, by: by.subject, at: clock() }
      const before = { version: last.version, mode: last.mode }
      const event = {
        event: 'policy.activated',
        target: String(version),
        detail: { mode, hash, policies, before },
      } as const
      await witnessed(witnessBy(witness, by), event, async () => {
        const made = await db
          .insertInto('policy_rollout')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
        if (Number(made.numInsertedOrUpdatedRows ?? 0) === 0) throw conflict(OVERTAKEN)
      })
      return row
    },
  }
}

function fitting(number: number): number {
  return Math.min(number, MOST)
}

/** A mode that this program does not know is the strict one. */
function rolloutOf(row: PolicyRolloutTable): Rollout {
  return { ...row, mode: row.mode === 'observe' ? 'observe' : 'enforce' }
}

function conflict(message: string): GatewayError {
  return new GatewayError('version_conflict', message)
}
