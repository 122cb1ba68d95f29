import { CommandError } from './command-error.ts'

/** The times that `--since` and `--before` gave, for a query. @throws {CommandError} `usage` */
export function timesOf({
  since,
  before,
}: {
  readonly since?: string | undefined
  readonly before?: string | undefined
}): { readonly since?: number; readonly before?: number } {
  return {
    ...(since === undefined ? {} : { since: timeOf('--since', since) }),
    ...(before === undefined ? {} : { before: timeOf('--before', before) }),
  }
}

/**
 * Reads a time that was given on the command line, in milliseconds since the epoch.
 *
 * @throws {CommandError} `usage`
 */
export function timeOf(option: string, text: string): number {
  const time = Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new CommandError(`\`${option}\` takes a time such as \`2026-11-21T10:00:00Z\``, {
    exit: 'usage',
  })
}
