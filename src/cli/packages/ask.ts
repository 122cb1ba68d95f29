import { createInterface } from 'node:readline/promises'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'

/**
 * Asks the person at the terminal.
 *
 * @param yes `--yes`: whoever wrote that has been asked.
 * @throws {CommandError} `usage` when nobody is there to ask.
 */
export async function agrees(context: Context, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true
  const { stdin, stderr, signal } = context
  if ((stdin as { isTTY?: boolean }).isTTY !== true)
    throw new CommandError(`${question}: nobody is here to answer`, {
      exit: 'usage',
      fix: 'read what is shown, and say `--yes` if you mean it',
    })
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const typed = await lines.question(`${question}? [y/N] `, { signal })
    return /^y(?:es)?$/i.test(typed.trim())
  } finally {
    lines.close()
  }
}
