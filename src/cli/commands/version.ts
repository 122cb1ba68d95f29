import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { show } from '../terminal.ts'
import { packageVersion } from '../version.ts'

/** `bailiwick version`. */
export async function version(context: Context): Promise<Exit> {
  const found = packageVersion()
  const { node } = process.versions
  await show(context, { bailiwick: found, node }, () => [`bailiwick ${found} (Node ${node})`])
  return 'ok'
}
