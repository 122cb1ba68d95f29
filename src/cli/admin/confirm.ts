import { createInterface } from 'node:readline/promises'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'

/**
 * Asks the person at the terminal to type a name before something is done that cannot be undone.
 *
 * @param yes `--yes`: whoever wrote that has been asked.
 * @throws {CommandError} `usage` when nobody is there to ask, or something else is typed.
 */
export async function confirm(
  context: Context,
  what: string,
  name: string,
  yes: boolean,
): Promise<void> {
  if (yes) return
  const { stdin, stderr, signal } = context
  if ((stdin as { isTTY?: boolean }).isTTY !== true)
    throw new CommandError(`${what}: this cannot be undone`, {
      exit: 'usage',
      fix: 'say `--yes` if you mean it',
    })
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const typed = await lines.question(`${what}: this cannot be undone. Type ${name} to go on: `, {
      signal,
    })
    if (typed.trim() !== name) throw new CommandError('nothing was done', { exit: 'usage' })
  } finally {
    lines.close()
  }
}
