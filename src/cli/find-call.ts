import type { CallRecords, Records } from '../audit/audit.ts'
import { type CallView, callView } from './call-view.ts'
import { CommandError } from './command-error.ts'

/**
 * The records of the call that a command names, and its view.
 *
 * @throws {CommandError} `usage` when there is no such call
 */
export async function findCall(
  records: Records,
  id: string,
): Promise<{ readonly found: CallRecords; readonly view: CallView }> {
  const found = await records.call(id)
  const view = found && callView(found)
  if (found !== undefined && view !== undefined) return { found, view }
  throw new CommandError(`there is no call \`${id.slice(0, 100)}\``, {
    exit: 'usage',
    fix: '`bailiwick calls ls` lists the calls',
  })
}
