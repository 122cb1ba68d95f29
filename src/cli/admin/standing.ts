import type { Config } from '../../config/config.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Triaged } from '../definition-text.ts'
import { findRunning } from '../run-file.ts'
import { printable, talk } from '../terminal.ts'
import { withAdmin } from './admin-client.ts'
import { allOf, waitingOf } from './waiting.ts'

/** What of a server needs somebody. */
export interface Standing {
  /** Definitions that wait for a decision. */
  readonly waiting: number
  /** Findings that nobody accepted. */
  readonly findings: number
}

/** How the servers stand, by name; undefined where the gateway does not run or does not say. */
export async function standings(
  context: Context,
  { dataDir }: Config,
): Promise<((server: string) => Standing) | undefined> {
  if (findRunning(dataDir) === undefined) return undefined
  const counts = new Map<string, Standing>()
  const none = { waiting: 0, findings: 0 }
  const count = (server: string, what: keyof Standing): void => {
    const known = counts.get(server) ?? none
    counts.set(server, { ...known, [what]: known[what] + 1 })
  }
  try {
    await withAdmin(context, {}, async ({ ask }) => {
      for (const { server } of await waitingOf(ask)) count(server, 'waiting')
      const findings = await allOf<Triaged>(ask, 'findings.list', {})
      for (const { server, state } of findings) if (state !== 'accepted') count(server, 'findings')
      return 'ok'
    })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    talk(context, `the gateway does not say what waits: ${printable(error.message)}`)
    return undefined
  }
  return (server) => counts.get(server) ?? none
}
