import type { PatternChoice } from '../kernel/approval-desk.ts'
import type { EventName } from '../kernel/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import { told } from './end.ts'
import { type Db, type Parts, witnessedTry } from './parts.ts'
import { agreed, type PatternRow, patternOf } from './patterns.ts'
import {
  eventOf,
  findRow,
  holdRow,
  isOpen,
  liftOf,
  openCall,
  type Row,
  type VoteRow,
  votesOf,
} from './rows.ts'
import { type Assignment, assignmentOf } from './standing.ts'
import { standingNow } from './vote.ts'

/** How often votes may come in between. */
const ROUNDS = 5

/** What the votes have come to. */
type Outcome =
  | { readonly state: 'declined' }
  | {
      readonly state: 'approved'
      readonly assignment: Assignment
      readonly pattern: PatternRow | undefined
    }

/** Brings a request to the state that its votes have come to, once, on all replicas together. */
export async function settle(parts: Parts, id: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const row = await findRow(parts.store.db, id)
    if (row?.state !== 'pending' || !isOpen(row, parts.clock())) return
    const votes = (await votesOf(parts.store.db, [id])).get(id) ?? []
    const outcome = await outcomeOf(parts, row, votes)
    if (outcome === undefined || (await conclude(parts, row, votes, outcome))) return
  }
}

async function outcomeOf(
  parts: Parts,
  row: Row,
  votes: readonly VoteRow[],
): Promise<Outcome | undefined> {
  if (votes.some(({ verdict }) => verdict === 'decline')) return { state: 'declined' }
  const people = new Map<string, readonly string[]>()
  // Who was put out of a group since the vote stands for it no more.
  for (const { user } of votes) {
    const standing = await standingNow(parts, row, user)
    if ('words' in standing) people.set(user, standing.words)
  }
  const assignment = assignmentOf(liftOf(row), people)
  if (assignment === undefined) return undefined
  const counted = votes.filter(({ user }) => assignment.has(user))
  return { state: 'approved', assignment, pattern: patternIn(parts, row, counted) }
}

/** The pattern that everybody who counts has agreed to. */
function patternIn(parts: Parts, row: Row, votes: readonly VoteRow[]): PatternRow | undefined {
  const choice = agreed(
    votes.map(({ pattern }) =>
      pattern === null ? undefined : (JSON.parse(pattern) as PatternChoice),
    ),
  )
  const call = choice && openCall(parts, row)
  return call && patternOf(parts, row, call, choice)
}

/** Witnesses the outcome and makes it so; false if the votes have changed meanwhile. */
async function conclude(
  parts: Parts,
  row: Row,
  votes: readonly VoteRow[],
  outcome: Outcome,
): Promise<boolean> {
  const event = outcome.state === 'approved' ? 'approval.granted' : 'approval.declined'
  const done = await witnessedTry(
    parts.witness,
    eventOf(row, event, { detail: detailOf(votes, outcome) }),
    () => witnessedPattern(parts, row, outcome, () => write(parts, row, votes, outcome)),
  )
  if (done === true) await told(parts, row, outcome.state)
  return done === true
}

async function witnessedPattern<T>(
  { witness }: Parts,
  row: Row,
  outcome: Outcome,
  act: () => Promise<T>,
): Promise<T> {
  if (outcome.state !== 'approved' || outcome.pattern === undefined) return await act()
  const { id, digest, free, expires, server, target } = outcome.pattern
  const event = {
    event: 'pattern.granted' satisfies EventName,
    subject: row.subject,
    client: row.client,
    target: `pattern:${id}`,
    detail: { approval: row.id, digest, server, target, free: JSON.parse(free), expires },
  } as const
  return await witnessedTry(witness, event, act)
}

function detailOf(votes: readonly VoteRow[], outcome: Outcome): JsonObject {
  if (outcome.state === 'approved') return { by: Object.fromEntries(outcome.assignment) }
  return { by: votes.filter(({ verdict }) => verdict === 'decline').map(({ user }) => user) }
}

async function write(
  { store, clock }: Parts,
  row: Row,
  before: readonly VoteRow[],
  outcome: Outcome,
): Promise<true | undefined> {
  return await store.db.transaction().execute(async (trx) => {
    const held = await holdRow(trx, store, row.id)
    const now = clock()
    if (held?.state !== 'pending' || !isOpen(held, now)) return undefined
    const votes = (await votesOf(trx, [row.id])).get(row.id) ?? []
    if (said(votes) !== said(before)) return undefined
    const expires = outcome.state === 'approved' ? now + liftOf(row).maxAge : held.expires
    await trx
      .updateTable('approval')
      .set({ state: outcome.state, decided: now, expires })
      .where('id', '=', row.id)
      .execute()
    if (outcome.state === 'approved') await writeGrant(trx, row, outcome)
    return true
  })
}

async function writeGrant(
  trx: Db,
  { id }: Row,
  { assignment, pattern }: Extract<Outcome, { state: 'approved' }>,
): Promise<void> {
  for (const [user, word] of assignment)
    await trx
      .updateTable('approval_vote')
      .set({ stands_for: word })
      .where('approval', '=', id)
      .where('user', '=', user)
      .execute()
  if (pattern !== undefined) await trx.insertInto('approval_pattern').values(pattern).execute()
}

function said(votes: readonly VoteRow[]): string {
  return JSON.stringify(votes.map(({ user, verdict, pattern }) => [user, verdict, pattern]))
}
