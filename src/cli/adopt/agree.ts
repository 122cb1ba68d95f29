import { createInterface } from 'node:readline/promises'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'

/**
 * Asks the person at the terminal whether to go on.
 *
 * @param yes `--yes`: whoever wrote that has been asked.
 * @throws {CommandError} `usage` when nobody is there to ask, or the answer is no.
 */
export async function agree(context: Context, question: string, yes: boolean): Promise<void> {
  if (yes) return
  const { stdin, stderr, signal } = context
  if ((stdin as { isTTY?: boolean }).isTTY !== true)
    throw new CommandError('nobody is here to be asked', {
      exit: 'usage',
      fix: 'look at it with `--dry-run`, and say `--yes` if you mean it',
    })
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const typed = await lines.question(`${question} [y/N] `, { signal })
    if (!/^y(es)?$/i.test(typed.trim()))
      throw new CommandError('nothing was done', { exit: 'usage' })
  } finally {
    lines.close()
  }
}
