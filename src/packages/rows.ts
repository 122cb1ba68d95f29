import type { Selectable } from 'kysely'
import type { InstalledPackage, PackageProvenance } from '../kernel/packages.ts'
import type { PackageTable } from '../store/package-schema.ts'
import type { Store } from '../store/store.ts'

export type PackageState = PackageTable['state']

/** An artifact that was installed for a server, and what was decided on it. */
export interface PackageEntry extends InstalledPackage {
  readonly id: string
  readonly state: PackageState
  /** The version as it was asked for; undefined when none was named. */
  readonly wanted: string | undefined
  /** Whether its install scripts ran. */
  readonly scripts: boolean
  /** What is new in it, in words; empty for what was installed first. */
  readonly changes: readonly string[]
  /** Milliseconds since the epoch. */
  readonly installed: number
  readonly decided: number | undefined
  /** Who decided; undefined for what nobody had to decide. */
  readonly by: string | undefined
  readonly reason: string | undefined
}

/** A decision on an artifact. */
export interface Decision {
  readonly state: 'approved' | 'rejected'
  readonly at: number
  readonly by: string | undefined
  readonly reason: string | undefined
}

/** The rows of packages. Every method rejects when the database does not answer. */
export interface PackageRows {
  /** Of one server or of all, oldest first. */
  list(server?: string): Promise<readonly PackageEntry[]>
  /** Those of a name and version, for any server. */
  versions(
    one: Pick<PackageEntry, 'ecosystem' | 'name' | 'version'>,
  ): Promise<readonly PackageEntry[]>
  /** Adds one, with the lockfile it was installed by; false when it is there already. */
  add(entry: Omit<PackageEntry, 'folder'>, folder: string, lockText: string): Promise<boolean>
  decide(server: string, id: string, decision: Decision): Promise<void>
  /** Notes that another wish means the same artifact. */
  want(server: string, id: string, wanted: string | undefined): Promise<void>
  /** Whether any server has an artifact in this folder that may run. */
  uses(folder: string): Promise<boolean>
  /** The lockfile of a digest. */
  lock(digest: string): Promise<string | undefined>
}

/** @param at Absolute path of an artifact, by the name of its folder. */
export function packageRows(
  { db }: Store,
  at: (ecosystem: PackageEntry['ecosystem'], folder: string) => string,
): PackageRows {
  const entries = (rows: readonly Selectable<PackageTable>[]) => rows.map((row) => entryOf(row, at))
  return {
    async list(server) {
      let query = db.selectFrom('package').selectAll().orderBy('installed').orderBy('id')
      if (server !== undefined) query = query.where('server', '=', server)
      return entries(await query.execute())
    },
    async versions({ ecosystem, name, version }) {
      const query = db.selectFrom('package').selectAll().where('name', '=', name)
      const found = query.where('version', '=', version).where('ecosystem', '=', ecosystem)
      return entries(await found.execute())
    },
    add: (entry, folder, lockText) =>
      db.transaction().execute(async (trx) => {
        await trx
          .insertInto('package_lock')
          .values({ digest: entry.lock, body: lockText })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const { numInsertedOrUpdatedRows = 0n } = await trx
          .insertInto('package')
          .values(rowOf(entry, folder))
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
        return numInsertedOrUpdatedRows > 0n
      }),
    async decide(server, id, { state, at: decided, by, reason }) {
      await db
        .updateTable('package')
        .set({ state, decided, by: by ?? null, reason: reason ?? null })
        .where('server', '=', server)
        .where('id', '=', id)
        .execute()
    },
    async want(server, id, wanted) {
      const set = db.updateTable('package').set({ wanted: wanted ?? null })
      await set.where('server', '=', server).where('id', '=', id).execute()
    },
    async uses(folder) {
      const query = db.selectFrom('package').select('id').where('folder', '=', folder)
      return (await query.where('state', '<>', 'rejected').limit(1).execute()).length > 0
    },
    async lock(digest) {
      const query = db.selectFrom('package_lock').select('body').where('digest', '=', digest)
      return (await query.executeTakeFirst())?.body
    },
  }
}

function entryOf(
  row: Selectable<PackageTable>,
  at: (ecosystem: PackageEntry['ecosystem'], folder: string) => string,
): PackageEntry {
  const { server, id, name, version, integrity, lock, tree, dependencies, state, installed } = row
  const ecosystem = row.ecosystem === 'pypi' ? 'pypi' : 'npm'
  return {
    ...{ server, id, ecosystem, name, version, integrity, lock, tree, dependencies },
    ...{ state, installed },
    folder: at(ecosystem, row.folder),
    wanted: row.wanted ?? undefined,
    scripts: row.scripts === 1,
    scripted: JSON.parse(row.scripted) as readonly string[],
    provenance: JSON.parse(row.provenance) as PackageProvenance,
    changes: JSON.parse(row.changes) as readonly string[],
    decided: row.decided ?? undefined,
    by: row.by ?? undefined,
    reason: row.reason ?? undefined,
  }
}

function rowOf(entry: Omit<PackageEntry, 'folder'>, folder: string): Selectable<PackageTable> {
  const { wanted, scripts, scripted, provenance, changes, decided, by, reason, ...plain } = entry
  return {
    ...plain,
    folder,
    wanted: wanted ?? null,
    scripts: scripts ? 1 : 0,
    scripted: JSON.stringify(scripted),
    provenance: JSON.stringify(provenance),
    changes: JSON.stringify(changes),
    decided: decided ?? null,
    by: by ?? null,
    reason: reason ?? null,
  }
}
