import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'

/**
 * Asks the person at the terminal for a line, and shows nothing of it while it is typed.
 *
 * @throws {CommandError} `usage` when they break it off.
 */
export async function hiddenLine(context: Context, question: string): Promise<string> {
  const { stdin, stderr, signal } = context
  stderr.write(question)
  // As a terminal it takes the keys one by one, without their echo; what it would show goes nowhere.
  const output = new Writable({ write: (_part, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 })
  const { promise: broken, reject } = Promise.withResolvers<never>()
  const end = (): void => reject(new CommandError('nothing was done', { exit: 'usage' }))
  lines.on('SIGINT', end).on('close', end)
  try {
    return await Promise.race([lines.question('', { signal }), broken])
  } finally {
    lines.close()
    stderr.write('\n')
  }
}
