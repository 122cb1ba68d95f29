import { CommandError } from '../command-error.ts'

/** What one check of `bailiwick doctor` found. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly message: string
  readonly fix?: string
}

/** The finding that a check failed, in the words of its error. */
export function findingOf(check: string, error: unknown, otherwise: string): Finding {
  const message = error instanceof Error ? error.message : String(error)
  const fix = error instanceof CommandError ? (error.fix ?? otherwise) : otherwise
  return { check, state: 'fail', message, fix }
}
