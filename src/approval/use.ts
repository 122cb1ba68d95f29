import type { CallApproval } from '../kernel/access.ts'
import type { LiftableCall } from '../kernel/approval.ts'
import { digestOf, keysOf } from './binding.ts'
import { end, told } from './end.ts'
import { type Parts, witnessedTry } from './parts.ts'
import { coversNow, type PatternRow } from './patterns.ts'
import { eventOf, findRow, isOpen, type Row } from './rows.ts'

/** See `Approvals.use`. */
export async function use(
  parts: Parts,
  call: LiftableCall,
  approval: CallApproval,
): Promise<boolean> {
  return approval.kind === 'pattern'
    ? await usePattern(parts, call, approval)
    : await parts.inTurn(approval.id, () => useOnce(parts, call, approval))
}

async function useOnce(parts: Parts, call: LiftableCall, approval: CallApproval): Promise<boolean> {
  const { db } = parts.store
  const row = await findRow(db, approval.id)
  if (row === undefined) return false
  const fault = await faultOf(parts, call, approval, row)
  if (fault !== undefined) {
    await refuse(parts, row, call, fault)
    return false
  }
  const event = eventOf(row, 'approval.used', { detail: { call: call.call } })
  const used = await witnessedTry(parts.witness, event, async () => {
    const { numUpdatedRows } = await db
      .updateTable('approval')
      .set({ state: 'used', used_by: call.call })
      .where('id', '=', row.id)
      .where('digest', '=', row.digest)
      .where('state', '=', 'approved')
      .where('expires', '>', parts.clock())
      .executeTakeFirst()
    return numUpdatedRows === 1n ? true : undefined
  })
  if (used === true) await told(parts, row, 'used')
  return used === true
}

/** Why an approval is not for this call now. Ends it if what surrounds the call has changed. */
async function faultOf(
  parts: Parts,
  call: LiftableCall,
  approval: CallApproval,
  row: Row,
): Promise<string | undefined> {
  const { holder, callKey } = keysOf(call)
  if (row.holder !== holder) return 'not whom it is for'
  if (row.call_key !== callKey) return 'another call'
  if (approval.digest !== row.digest) return 'another digest'
  if (row.state === 'used') return 'used already'
  if (row.state !== 'approved' || !isOpen(row, parts.clock())) return 'over'
  if (digestOf(call, row.id, row.deadline) === row.digest) return undefined
  await end(parts, row, 'void', { detail: { why: 'what it is bound to has changed' } })
  return 'what it is bound to has changed'
}

async function usePattern(
  parts: Parts,
  call: LiftableCall,
  approval: CallApproval,
): Promise<boolean> {
  const find = () =>
    parts.store.db
      .selectFrom('approval_pattern')
      .selectAll()
      .where('id', '=', approval.id)
      .executeTakeFirst()
  const keys = keysOf(call)
  const fits = (row: PatternRow) =>
    row.digest === approval.digest && coversNow(parts, row, call, keys)
  const row = await find()
  if (row === undefined) return false
  const event = {
    event: 'approval.used',
    subject: row.subject,
    client: row.client,
    target: `pattern:${row.id}`,
    detail: { digest: row.digest, server: row.server, target: row.target, call: call.call },
  } as const
  if (!fits(row)) {
    const detail = { ...event.detail, why: 'not covered' }
    await parts.witness({ ...event, event: 'approval.refused', outcome: 'refused', detail })
    return false
  }
  // Looked at again afterwards: what was revoked while the record was written is not used any more.
  const used = await witnessedTry(parts.witness, event, async () => {
    const now = await find()
    return now !== undefined && fits(now) ? true : undefined
  })
  return used === true
}

async function refuse(parts: Parts, row: Row, call: LiftableCall, why: string): Promise<void> {
  await parts.witness({
    ...eventOf(row, 'approval.refused', { detail: { why, call: call.call } }),
    outcome: 'refused',
  })
}
