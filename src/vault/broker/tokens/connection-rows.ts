import type { CredentialKind } from '../../../kernel/credential.ts'
import type { Clock } from '../../../kernel/ports.ts'
import type { Sealed, Sealer } from '../../../kernel/vault.ts'
import { noteChanges } from '../../../store/note-change.ts'
import type { Store } from '../../../store/store.ts'
import type { VaultConnectionTable } from '../../../store/vault-schema.ts'
import { connectionPlace } from '../../seal/places.ts'
import type { TokenPlace } from '../parts.ts'
import type { Granted } from '../protocol/granted.ts'

export type ConnectionRow = VaultConnectionTable

/** What stands beside the tokens of a connection. */
export interface ConnectionFacts {
  readonly kind: CredentialKind
  readonly issuer: string
  readonly resource: string
  readonly client: string
  readonly wanted: readonly string[]
  readonly reason: string | null
}

type TokenField = 'access' | 'refresh' | 'proof'

/** The rows of connections: tokens go in and come out of the seal here. */
export interface ConnectionRows {
  read(place: TokenPlace): Promise<ConnectionRow | undefined>
  list(owner?: string): Promise<readonly ConnectionRow[]>
  /** Issuers that a client has tokens of for a server. */
  issuersOf(server: string, client: string): Promise<readonly string[]>
  /** Opens a token; empty where there is none. @throws GatewayError `credential_unavailable`. */
  open(row: ConnectionRow, field: TokenField): Promise<string>
  /** Puts what was granted in the place of whatever was there. */
  replace(place: TokenPlace, facts: ConnectionFacts, granted: Granted): Promise<ConnectionRow>
  /** Makes the row of a grant that needs no person, before its first token. */
  prepare(place: TokenPlace, kind: CredentialKind): Promise<void>
  /** The next version of a row; undefined where somebody else made one, or took it away. */
  renew(
    row: ConnectionRow,
    facts: ConnectionFacts,
    granted: Granted,
  ): Promise<ConnectionRow | undefined>
  /** Takes the lease of a row: who has it asks for tokens. Undefined where somebody else has. */
  lease(row: ConnectionRow, holder: string, until: number): Promise<ConnectionRow | undefined>
  /** Gives it back; until then nobody asks again. */
  release(row: ConnectionRow, holder: string, until: number | null): Promise<void>
  /** Its tokens are no good any more, and are destroyed. False where another version is there. */
  lose(row: ConnectionRow, reason: string): Promise<boolean>
  /** Scopes that were needed and not granted. */
  want(row: ConnectionRow, wanted: readonly string[]): Promise<void>
  touch(row: ConnectionRow): Promise<void>
  /** Takes the row away, and with it the only key that opens its tokens. */
  remove(row: ConnectionRow): Promise<boolean>
}

/** Versions of rows that are made anew: what was sealed in one that is gone opens in no later one. */
const EPOCH = Date.UTC(2_024, 0, 1)

interface RowsOptions {
  readonly store: Store
  readonly sealer: Sealer
  readonly tenant: string
  readonly clock: Clock
}

/** Opens them. */
export function connectionRows(options: RowsOptions): ConnectionRows {
  const { store, sealer, tenant, clock } = options
  const { db } = store
  const one = ({ server, owner }: TokenPlace) =>
    db
      .selectFrom('vault_connection')
      .selectAll()
      .where('server', '=', server)
      .where('owner', '=', owner)
  const read = (place: TokenPlace) => one(place).executeTakeFirst()
  const sealedRow = (place: TokenPlace, version: number, facts: ConnectionFacts, got: Granted) =>
    sealRow(options, place, version, facts, got)

  return {
    ...marks(options),
    read,
    list: (owner) => {
      const all = db.selectFrom('vault_connection').selectAll().orderBy('server').orderBy('owner')
      return (owner === undefined ? all : all.where('owner', '=', owner)).execute()
    },
    issuersOf: async (server, client) => {
      const found = await db
        .selectFrom('vault_connection')
        .select('issuer')
        .distinct()
        .where('server', '=', server)
        .where('client', '=', client)
        .execute()
      return found.map((row) => row.issuer)
    },
    open: async (row, field) => {
      if (row[field] === '') return ''
      const fields = { access: row.access, refresh: row.refresh, proof: row.proof }
      const sealed: Sealed = { keyId: row.key_id, wrapped: row.wrapped, fields }
      return sealer.open(connectionPlace(row, tenant), sealed, field)
    },
    async replace(place, facts, granted) {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const before = await read(place)
        const version = Math.max((before?.version ?? 0) + 1, firstVersion(clock))
        const row = await sealedRow(place, version, facts, granted)
        if (await put(options, before, row)) return row
      }
      throw new Error('a connection is changed all the time')
    },
    async prepare(place, kind) {
      const facts = { kind, issuer: '', resource: '', client: '', wanted: [], reason: null }
      const none = { access: '', refresh: '', proof: '', expires: 0, scopes: [] }
      const row = await sealedRow(place, firstVersion(clock), facts, none)
      await db
        .insertInto('vault_connection')
        .values({ ...row, refreshed: null })
        .onConflict((conflict) => conflict.columns(['server', 'owner']).doNothing())
        .execute()
    },
    async renew(row, facts, granted) {
      const { created, used } = row
      const place = placeOf(row)
      const next = await sealedRow(place, row.version + 1, facts, granted)
      const renewed = { ...next, created, used }
      return (await put(options, row, renewed)) ? renewed : undefined
    },
  }
}

type Marks = Pick<ConnectionRows, 'lease' | 'release' | 'lose' | 'want' | 'touch' | 'remove'>

/** Changes of a row that leave its tokens as they are, or destroy them. */
function marks({ store, clock }: RowsOptions): Marks {
  const { db } = store
  const change = (row: ConnectionRow) =>
    db
      .updateTable('vault_connection')
      .where('server', '=', row.server)
      .where('owner', '=', row.owner)
      .where('version', '=', row.version)
  return {
    lease: (row, holder, until) =>
      change(row)
        .set({ lease: until, holder })
        .where((is) => is.or([is('lease', 'is', null), is('lease', '<', clock())]))
        .returningAll()
        .executeTakeFirst(),
    async release(row, holder, until) {
      await change(row).set({ lease: until, holder: null }).where('holder', '=', holder).execute()
    },
    lose: (row, reason) =>
      db.transaction().execute(async (tx) => {
        const done = await tx
          .updateTable('vault_connection')
          .set({
            status: 'reauth_required',
            reason,
            access: '',
            refresh: '',
            proof: '',
            key_id: '',
            wrapped: '',
            expires: null,
            lease: null,
            holder: null,
            version: row.version + 1,
          })
          .where('server', '=', row.server)
          .where('owner', '=', row.owner)
          .where('version', '=', row.version)
          .executeTakeFirst()
        const changed = done.numUpdatedRows > 0n
        if (changed) await noteChanges(tx, [changeOf(row)], clock())
        return changed
      }),
    async want(row, wanted) {
      await change(row)
        .set({ wanted: JSON.stringify(wanted) })
        .execute()
    },
    async touch(row) {
      await change(row).set({ used: clock() }).execute()
    },
    remove: (row) =>
      db.transaction().execute(async (tx) => {
        const done = await tx
          .deleteFrom('vault_connection')
          .where('server', '=', row.server)
          .where('owner', '=', row.owner)
          .executeTakeFirst()
        await noteChanges(tx, [changeOf(row)], clock())
        return done.numDeletedRows > 0n
      }),
  }
}

/** Writes a row in the place of another, or of none, if that still is so. */
function put(
  { store, clock }: RowsOptions,
  before: ConnectionRow | undefined,
  row: ConnectionRow,
): Promise<boolean> {
  return store.db.transaction().execute(async (tx) => {
    let done: boolean
    if (before === undefined) {
      const inserted = await tx
        .insertInto('vault_connection')
        .values(row)
        .onConflict((conflict) => conflict.columns(['server', 'owner']).doNothing())
        .executeTakeFirst()
      done = (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n
    } else {
      const updated = await tx
        .updateTable('vault_connection')
        .set(row)
        .where('server', '=', before.server)
        .where('owner', '=', before.owner)
        .where('version', '=', before.version)
        .executeTakeFirst()
      done = updated.numUpdatedRows > 0n
    }
    if (done) await noteChanges(tx, [changeOf(row)], clock())
    return done
  })
}

async function sealRow(
  { sealer, tenant, clock }: RowsOptions,
  place: TokenPlace,
  version: number,
  facts: ConnectionFacts,
  granted: Granted,
): Promise<ConnectionRow> {
  const { access, refresh, proof } = granted
  const given = Object.entries({ access, refresh, proof }).filter(([, value]) => value !== '')
  const sealed = await sealer.seal(
    connectionPlace({ ...place, version }, tenant),
    Object.fromEntries(given),
  )
  return {
    server: place.server,
    owner: place.owner,
    kind: facts.kind,
    status: 'connected',
    issuer: facts.issuer,
    resource: facts.resource,
    client: facts.client,
    scopes: JSON.stringify(granted.scopes),
    wanted: JSON.stringify(facts.wanted),
    version,
    key_id: sealed.keyId,
    wrapped: sealed.wrapped,
    access: sealed.fields['access'] ?? '',
    refresh: sealed.fields['refresh'] ?? '',
    proof: sealed.fields['proof'] ?? '',
    expires: granted.expires,
    created: clock(),
    refreshed: clock(),
    used: null,
    lease: null,
    holder: null,
    reason: facts.reason,
  }
}

/** Whose row it is. */
export function placeOf({ server, owner }: Pick<ConnectionRow, 'server' | 'owner'>): TokenPlace {
  return { server, owner: owner as TokenPlace['owner'] }
}

/** The id of a change of the row, for other processes to hear. */
export function changeId({ server, owner }: Pick<ConnectionRow, 'server' | 'owner'>): string {
  return `${server} ${owner}`
}

/** Names of scopes in a column. */
export function scopesIn(column: string): readonly string[] {
  return JSON.parse(column) as readonly string[]
}

function changeOf(row: ConnectionRow) {
  return { kind: 'credential', id: changeId(row), what: 'changed' } as const
}

function firstVersion(clock: Clock): number {
  return Math.max(1, Math.floor((clock() - EPOCH) / 1_000))
}
