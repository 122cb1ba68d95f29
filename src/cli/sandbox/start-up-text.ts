import { createSecretFinder } from '../../analysis/content/secrets/secrets.ts'
import { packageWishOf } from '../../sandbox/command/package-wish.ts'
import { type CommandFinding, reviewCommand } from '../../sandbox/command/review.ts'
import type { Context } from '../context.ts'
import { paint, printable } from '../terminal.ts'

/** What stands out in a start-up command. */
export function reviewOf(command: readonly string[]): readonly CommandFinding[] {
  const secrets = createSecretFinder()
  const found = reviewCommand(command, (value) => secrets.find(value).length > 0)
  // What would be fetched at each start is installed once, and run from there.
  const installed = packageWishOf(command) !== undefined
  return installed ? found.filter(({ kind }) => kind !== 'fetches') : found
}

/** A start-up command in full, each word as it is passed, and below it what stands out. */
export function startUpText(context: Context, command: readonly string[]): readonly string[] {
  const found = reviewOf(command)
  return [
    `start: ${printable(commandText(command))}`,
    ...found.map(({ risk, text }) => {
      const word = paint(context, risk === 'high' ? 'red' : 'yellow', risk)
      return `  ${word}  ${printable(text)}`
    }),
  ]
}

/** The words of a command, so that one with a space in it does not look like two. */
export function commandText(command: readonly string[]): string {
  return command.map(quoted).join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)
}
