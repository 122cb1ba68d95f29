import type { Fault, Verification } from '../../audit/audit.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { withRecords } from '../open-records.ts'
import { paint, show, talk } from '../terminal.ts'

/** `bailiwick verify`: recomputes the chain of records; `findings` when anything was changed. */
export function verify(context: Context): Promise<Exit> {
  return withRecords(context, async (records) => {
    const { head, fault, kept, open } = await records.verify()
    const value = { ok: fault === undefined, head, fault: fault ?? null, kept: kept ?? null, open }
    await show(context, value, () => wordsFor(context, head, fault))
    if (open.count > 0)
      talk(context, `${open.count} calls without an outcome: in flight, or cut off by a crash`)
    return fault === undefined ? 'ok' : 'findings'
  })
}

function wordsFor(
  context: Context,
  head: Verification['head'],
  fault: Fault | undefined,
): readonly string[] {
  if (fault === undefined)
    return [`${paint(context, 'green', 'ok')}  ${head.seq} records, head ${head.hash}`]
  return [
    `${paint(context, 'red', fault.kind)}  at record ${fault.seq}: ${fault.message}`,
    `good before it: ${head.seq === 0 ? 'no record' : `records 1 to ${head.seq}`}`,
  ]
}
