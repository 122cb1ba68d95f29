import type { WorkloadTrust } from '../../kernel/accounts.ts'
import { CommandError } from '../command-error.ts'

const MEMBERS = ['issuer', 'subject', 'audience'] as const

/**
 * Reads `issuer=…,subject=…,audience=…`, in any order. A comma begins the next member only before one
 * of these names, since subjects may hold commas.
 *
 * @throws {CommandError} `usage`.
 */
export function workloadOf(text: string): WorkloadTrust {
  const parts = text.split(/,(?=(?:issuer|subject|audience)=)/)
  const pairs = parts.map((part) => {
    const at = part.indexOf('=')
    return [part.slice(0, at), part.slice(at + 1)] as const
  })
  const read = Object.fromEntries(pairs)
  const complete = pairs.length === 3 && MEMBERS.every((name) => (read[name] ?? '') !== '')
  if (!complete)
    throw new CommandError('`--workload` takes `issuer=…,subject=…,audience=…`', { exit: 'usage' })
  return {
    issuer: read['issuer'] ?? '',
    subject: read['subject'] ?? '',
    audience: read['audience'] ?? '',
  }
}
