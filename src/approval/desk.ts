import type { ApprovalDesk, ApprovalRequest, ApprovalSummary } from '../kernel/approval-desk.ts'
import { GatewayError } from '../kernel/errors.ts'
import { type Actor, witnessBy } from '../kernel/event.ts'
import { answer, REFUSED_WORDS, requireOpen, requireRow } from './answer.ts'
import { end } from './end.ts'
import { passkeyOptions } from './evidence.ts'
import { listApprovals, listPatterns } from './lists.ts'
import { type Parts, witnessedTry } from './parts.ts'
import { mayBeFree, previewOf, requireAllowed } from './patterns.ts'
import { currentSummary, findRow, openCall, type Row, stateAt, summaryOf, votesOf } from './rows.ts'
import { similarTo } from './similar.ts'
import { standingOf } from './standing.ts'
import { standingNow } from './vote.ts'

/** The desk at which people answer. */
export function approvalDesk(parts: Parts): ApprovalDesk {
  const { store, clock } = parts
  return {
    list: (query) => listApprovals(parts, query),
    async find(id) {
      const row = await findRow(store.db, id)
      return row && (await requestOf(parts, row))
    },
    async pending() {
      const { waiting } = await store.db
        .selectFrom('approval')
        .select((select) => select.fn.countAll().as('waiting'))
        .where('state', '=', 'pending')
        .where('expires', '>', clock())
        .executeTakeFirstOrThrow()
      return Number(waiting)
    },
    mayAnswer(request, user) {
      if (request.state !== 'pending' || request.expires <= clock())
        return { may: false, why: 'this request is over' }
      const standing = standingOf(request, user)
      return 'words' in standing
        ? { may: true }
        : { may: false, why: REFUSED_WORDS[standing.refused] }
    },
    async challenge(id, user, pattern) {
      const row = await requireRow(parts, id)
      const standing = await standingNow(parts, row, user.id)
      if ('refused' in standing)
        throw new GatewayError('approver_refused', REFUSED_WORDS[standing.refused])
      await requireOpen(parts, row)
      if (pattern !== undefined) requireAllowed(requireCall(parts, row), pattern)
      return await passkeyOptions(parts, { row, user: user.id, pattern })
    },
    policyOf: async (id, pattern) => previewOf(parts, await requireRow(parts, id), pattern),
    answer: (id, ballot) => answer(parts, id, ballot),
    withdraw: (id, by) => parts.inTurn(id, () => withdraw(parts, id, by)),
    patterns: (query) => listPatterns(parts, query),
    revokePattern: (id, by) => revokePattern(parts, id, by),
  }
}

async function requestOf(parts: Parts, row: Row): Promise<ApprovalRequest> {
  const votes = await votesOf(parts.store.db, [row.id])
  const call = openCall(parts, row)
  return {
    ...summaryOf(row, votes.get(row.id) ?? [], parts.clock()),
    call: call?.call ?? '',
    ...(call === undefined ? {} : { access: call.access, denial: call.denial }),
    ...(call?.definition === undefined ? {} : { definition: call.definition }),
    policies: call?.policies ?? '',
    ...(call?.forwarded === undefined ? {} : { forwarded: call.forwarded }),
    similar: await similarTo(parts, row),
    mayBeFree: call === undefined ? [] : mayBeFree(call),
  }
}

function requireCall(parts: Parts, row: Row) {
  const call = openCall(parts, row)
  if (call === undefined) throw new GatewayError('approval_over', 'the call is no longer kept')
  return call
}

async function withdraw(parts: Parts, id: string, by: Actor): Promise<ApprovalSummary> {
  const row = await requireRow(parts, id)
  if (!(await end(parts, row, 'withdrawn', { by }))) {
    const state = stateAt((await findRow(parts.store.db, id)) ?? row, parts.clock())
    throw new GatewayError('approval_over', `this request is over: it is ${state}`)
  }
  return await currentSummary(parts, row)
}

async function revokePattern(parts: Parts, id: string, by: Actor): Promise<void> {
  const { db } = parts.store
  const row = await db
    .selectFrom('approval_pattern')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new GatewayError('item_unknown', 'there is no such pattern')
  if (row.revoked !== null) return
  const event = {
    event: 'pattern.revoked',
    subject: row.subject,
    client: row.client,
    target: `pattern:${id}`,
    detail: { digest: row.digest, approval: row.approval },
  } as const
  await witnessedTry(witnessBy(parts.witness, by), event, async () => {
    await db
      .updateTable('approval_pattern')
      .set({ revoked: parts.clock() })
      .where('id', '=', id)
      .where('revoked', 'is', null)
      .execute()
    return true
  })
}
