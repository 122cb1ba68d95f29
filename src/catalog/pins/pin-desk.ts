import { GatewayError } from '../../kernel/errors.ts'
import { type Actor, witnessBy } from '../../kernel/event.ts'
import type { Digest } from '../../kernel/hash.ts'
import type { PinDesk, PinKind, PinVersion } from '../../kernel/pins.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import type { DefinitionPinTable } from '../../store/integrity-schema.ts'
import { definitionDiff } from './diff/definition-diff.ts'
import type { Book } from './pin-book.ts'
import { canonicalForm, pinId } from './pin-digest.ts'
import type { PinList } from './pin-mirror.ts'
import { type KnownRow, versionOf } from './pin-rows.ts'
import { advance, pull, putAll, updatePins } from './pin-tables.ts'

/** Approved items that left a list, of which one may be the former self of a new one. */
const MAX_FORMER = 200
const MAX_REASON = 1_000

/** Opens the desk on a book. */
export function pinDesk(book: Book): PinDesk {
  const { db } = book.store
  const rowOf = (id: string): Promise<DefinitionPinTable | undefined> =>
    db.selectFrom('definition_pin').selectAll().where('id', '=', id).executeTakeFirst()
  return {
    async list({ server, kind, status, history }) {
      let query = db.selectFrom('definition_pin').selectAll()
      if (server !== undefined) query = query.where('server', '=', server)
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (status !== undefined) query = query.where('status', '=', status)
      else if (history !== true) query = query.where('status', 'in', ['approved', 'quarantined'])
      const rows = await query
        .orderBy('server')
        .orderBy('kind')
        .orderBy('name')
        .orderBy('seen', 'desc')
        .orderBy('listed', 'desc')
        .orderBy('revision', 'desc')
        .execute()
      return rows.map(versionOf)
    },
    async diff(server, kind, name, digest) {
      const row = await rowOf(pinId(server, kind, name, digest))
      if (row === undefined) return undefined
      const before = await beforeOf(book, row, rowOf)
      return definitionDiff(before && versionOf(before), versionOf(row))
    },
    async decide(by, about, status, reason) {
      const row = await rowOf(pinId(about.server, about.kind, about.name, about.digest))
      if (row === undefined) throw new GatewayError('item_unknown', 'no such definition was seen')
      if (row.version !== about.version) throw overtaken()
      if (status === 'approved' && !canBeApproved(row)) throw formless()
      const decision = { status, by: by.subject, reason: reason.slice(0, MAX_REASON) }
      const list = book.mirror.list(about.server, about.kind)
      return await list.writing(() => carryOut(book, list, row, by, decision))
    },
  }
}

async function carryOut(
  book: Book,
  list: PinList,
  row: DefinitionPinTable,
  by: Actor,
  decision: Decision,
): Promise<PinVersion> {
  const { kind, digest, replaces } = row
  const event = {
    event: decision.status === 'approved' ? 'definition.approved' : 'definition.rejected',
    target: row.name === '' ? row.server : `${row.server}:${spellOut(row.name, 100)}`,
    detail: { kind, digest, replaces, before: row.status, reason: decision.reason },
  } as const
  const rows = await witnessed(witnessBy(book.witness, by), event, () => write(book, row, decision))
  // Counts here even when the database does not answer again.
  putAll(book.mirror, list, rows)
  book.changed(list)
  await pull(book.store.db, book.mirror, list).catch((cause: unknown) =>
    book.log('pins of definitions cannot be read again', cause),
  )
  return versionOf(rows.find(({ id }) => id === row.id) ?? row)
}

/** What was approved before it; where nothing of its name was, what it may have been called. */
async function beforeOf(
  { store: { db }, mirror }: Book,
  row: DefinitionPinTable,
  rowOf: (id: string) => Promise<DefinitionPinTable | undefined>,
): Promise<DefinitionPinTable | undefined> {
  const { server, name } = row
  const kind = row.kind as PinKind
  const approved = mirror.list(server, kind).items.get(name)?.approved
  const waits = row.status === 'quarantined' && approved !== undefined
  const before = waits ? approved : (row.replaces as Digest | null)
  if (before !== null && before !== row.digest) return rowOf(pinId(server, kind, name, before))
  if (row.cause !== 'added') return undefined
  const former = await db
    .selectFrom('definition_pin')
    .selectAll()
    .where('server', '=', server)
    .where('kind', '=', kind)
    .where('status', '=', 'approved')
    .where('listed', '=', 0)
    .where('name', '<>', name)
    .limit(MAX_FORMER)
    .execute()
  const self = withoutName(versionOf(row))
  return self === undefined ? undefined : former.find((one) => withoutName(versionOf(one)) === self)
}

const NAMES: Readonly<Partial<Record<PinKind, string>>> = {
  tools: 'name',
  prompts: 'name',
  resources: 'uri',
  resourceTemplates: 'uriTemplate',
}

function withoutName({ kind, definition }: PinVersion): string | undefined {
  const key = NAMES[kind]
  if (key === undefined || typeof definition !== 'object' || definition === null) return undefined
  return canonicalForm({ ...definition, [key]: null })
}

interface Decision {
  readonly status: 'approved' | 'rejected'
  readonly by: string
  readonly reason: string
}

/** Writes a decision, and what follows from it for others of the name. Returns what has changed. */
function write(
  { store, clock }: Book,
  row: DefinitionPinTable,
  decision: Decision,
): Promise<readonly DefinitionPinTable[]> {
  const list = { server: row.server, kind: row.kind as PinKind }
  const now = clock()
  return store.db.transaction().execute(async (trx) => {
    const revision = await advance(trx, list, undefined, now)
    // The row of the list is held from here on: nobody else decides on any of it.
    const all = await trx
      .selectFrom('definition_pin')
      .select(['id', 'status', 'listed', 'version'])
      .where('server', '=', list.server)
      .where('kind', '=', list.kind)
      .where('name', '=', row.name)
      .execute()
    const mine = all.find(({ id }) => id === row.id)
    if (revision === undefined || mine?.version !== row.version) throw overtaken()
    await updatePins(trx, [row.id], { ...decision, decided: now, revision }, 'decides')
    const others = decision.status === 'approved' ? all.filter((one) => isOver(one, row.id)) : []
    const ids = others.map(({ id }) => id)
    await updatePins(trx, ids, { status: 'superseded', revision }, 'decides')
    return await trx
      .selectFrom('definition_pin')
      .selectAll()
      .where('id', 'in', [row.id, ...ids])
      .execute()
  })
}

/** What an approval of another version replaces: what was approved, and what waited and is gone. */
function isOver(one: Pick<KnownRow, 'id' | 'status' | 'listed'>, approved: string): boolean {
  if (one.id === approved) return false
  return one.status === 'approved' || (one.status === 'quarantined' && one.listed === 0)
}

/** What has no canonical form has none after it was stored either. */
function canBeApproved(row: DefinitionPinTable): boolean {
  return canonicalForm(versionOf(row).definition) !== undefined
}

function overtaken(): GatewayError {
  return new GatewayError('version_conflict', 'somebody else decided on this meanwhile; look again')
}

function formless(): GatewayError {
  return new GatewayError(
    'definition_unsupported',
    'this definition has no canonical form: nobody can tell it from what it becomes',
  )
}
