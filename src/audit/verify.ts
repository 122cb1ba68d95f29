import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import { type ChainedRecord, chainHash, GENESIS, type Head } from './chain.ts'
import { readHead } from './head.ts'
import { type OpenCalls, pairing } from './pairing.ts'

/** Records read at a time: what bounds the memory. */
const PAGE = 500

/**
 * What is wrong at `seq`, the first bad place.
 * - `flipped`: the record is not what was recorded;
 * - `missing`: no record stands there, but later ones exist;
 * - `duplicate`: two records stand there;
 * - `reordered`: the record that belongs there stands elsewhere;
 * - `inserted`: a record stands where the chain has no place: before its first, after its head;
 * - `truncated`: the chain ends before a head that it once had;
 * - `head_mismatch`: the records agree with each other, but not with a head: one was rewritten;
 * - `intent_missing`: the outcome of a dispatched call has no intent before it.
 */
export interface Fault {
  readonly kind:
    | 'flipped'
    | 'missing'
    | 'duplicate'
    | 'reordered'
    | 'inserted'
    | 'truncated'
    | 'head_mismatch'
    | 'intent_missing'
  readonly seq: number
  readonly message: string
}

/** What `verifyRecords` found. The records are good when `fault` is undefined. */
export interface Verification {
  /** The last record of the good beginning: `seq` says how many are good. */
  readonly head: Head
  readonly fault: Fault | undefined
  /** The head kept outside the database, which the records were held against. */
  readonly kept: Head | undefined
  /** Intents without an outcome: calls in flight, or cut off by a crash. Not a fault. */
  readonly open: OpenCalls
}

/** Hears how far a look has come. */
export type OnPage = (good: number) => Promise<void>
const nothing: OnPage = async () => {}

/**
 * Recomputes the whole chain, in time linear in the number of records and in constant memory,
 * while others may go on recording. Stops at the first fault.
 *
 * @param onPage told how many records are good so far; the next page waits for it.
 */
export async function verifyRecords(
  db: Kysely<Schema>,
  kept: Head | undefined,
  onPage: OnPage = nothing,
): Promise<Verification> {
  const pairs = pairing(db)
  let head = GENESIS
  let fault: Fault | undefined
  for (let ended = false; fault === undefined && !ended; ) {
    const page = await nextPage(db, head)
    const checked = checkPage(page, head, kept)
    head = checked.head
    await onPage(head.seq)
    const unpaired = await pairs.check(page.slice(0, checked.good))
    fault = unpaired ?? (checked.fault && (await diagnose(db, checked.fault, head)))
    if (page.length > 0 || fault !== undefined) continue
    const end = await checkEnd(db, head, kept)
    fault = end.fault
    ended = end.ended
  }
  return { head, fault, kept, open: pairs.open() }
}

/** The records after `head`, and any other that claims its place or stands before the first. */
async function nextPage(db: Kysely<Schema>, head: Head): Promise<readonly ChainedRecord[]> {
  const all = db.selectFrom('record').selectAll().orderBy('seq')
  if (head.seq === 0) return await all.limit(PAGE).execute()
  const page = await all
    .where('seq', '>=', head.seq)
    .limit(PAGE + 1)
    .execute()
  const [first] = page
  return first?.seq === head.seq && first.hash === head.hash ? page.slice(1) : page
}

interface Checked {
  readonly head: Head
  /** How many records of the page are good. */
  readonly good: number
  readonly fault: Fault | undefined
}

function checkPage(page: readonly ChainedRecord[], start: Head, kept: Head | undefined): Checked {
  let head = start
  for (const [good, record] of page.entries()) {
    const fault = checkRecord(record, head, kept)
    if (fault !== undefined) return { head, good, fault }
    head = { seq: record.seq, hash: record.hash }
  }
  return { head, good: page.length, fault: undefined }
}

function checkRecord(record: ChainedRecord, head: Head, kept: Head | undefined): Fault | undefined {
  const { seq, hash } = record
  if (seq < 1) return fault('inserted', seq, 'a record stands before the first')
  if (seq <= head.seq) return fault('duplicate', seq, 'two records stand at one place')
  if (seq > head.seq + 1) return fault('missing', head.seq + 1, 'a record is missing')
  if (chainHash(record, seq, head.hash) !== hash)
    return fault('flipped', seq, 'the record was changed')
  if (kept?.seq === seq && kept.hash !== hash)
    return fault('head_mismatch', seq, 'the record is not the one that the kept head names')
  return undefined
}

interface End {
  readonly ended: boolean
  readonly fault: Fault | undefined
}

/** Holds the end of the records against both heads. Not ended when records came in meanwhile. */
async function checkEnd(db: Kysely<Schema>, last: Head, kept: Head | undefined): Promise<End> {
  const failed = (found: Fault): End => ({ ended: true, fault: found })
  // Records and head change together, so the head, read later, is never behind the records.
  const head = await readHead(db)
  if (head === undefined)
    return failed(fault('head_mismatch', last.seq, 'the head in the database is gone'))
  if (head.seq < last.seq)
    return failed(fault('inserted', head.seq + 1, 'a record stands after the head'))
  if (head.seq > last.seq)
    return (await nextPage(db, last)).length > 0
      ? { ended: false, fault: undefined }
      : failed(fault('truncated', last.seq + 1, 'the records end before the head'))
  if (head.hash !== last.hash)
    return failed(fault('head_mismatch', last.seq, 'the head names another record'))
  if (kept !== undefined && kept.seq > last.seq)
    return failed(fault('truncated', last.seq + 1, 'the records end before the kept head'))
  return { ended: true, fault: undefined }
}

/** Tells a moved record from a changed one: looks for the record that belongs at the bad place. */
async function diagnose(db: Kysely<Schema>, found: Fault, good: Head): Promise<Fault> {
  if (found.kind !== 'flipped') return found
  const { seq } = found
  let claimed: string | undefined
  for await (const record of recordsFrom(db, seq)) {
    claimed ??= record.hash
    const belongs = chainHash(record, seq, good.hash)
    // The hash may have moved with the record or stayed.
    if (record.seq !== seq && (belongs === record.hash || belongs === claimed))
      return fault('reordered', seq, `the record that belongs here stands at ${record.seq}`)
  }
  return found
}

async function* recordsFrom(db: Kysely<Schema>, first: number): AsyncGenerator<ChainedRecord> {
  const all = db.selectFrom('record').selectAll().orderBy('seq').limit(PAGE)
  for (let seq: number | undefined = first; seq !== undefined; ) {
    const page: readonly ChainedRecord[] = await all.where('seq', '>=', seq).execute()
    yield* page
    const last = page.at(-1)
    seq = last && last.seq + 1
  }
}

function fault(kind: Fault['kind'], seq: number, message: string): Fault {
  return { kind, seq, message }
}
