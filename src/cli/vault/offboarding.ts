import type { CredentialOwner } from '../../kernel/credential.ts'
import type { Actor, SecurityEvent } from '../../kernel/event.ts'
import type { OpenVault } from './open-vault.ts'

/** Where nobody is named who did it, as with limits of age. */
const NOBODY: Actor = { subject: '', client: 'bailiwick', grant: '' }

/**
 * Disconnects from servers whoever may not come in any more: what others granted for them is given back.
 *
 * @returns what hears of events.
 */
export function offboarding(
  { offboard }: Pick<OpenVault, 'offboard'>,
  log: (message: string, cause?: unknown) => void,
): (event: SecurityEvent) => void {
  return ({ event, outcome, subject, by }) => {
    if (event !== 'user.disabled' && event !== 'agent.disabled') return
    if (outcome !== 'done' || subject === undefined) return
    offboard(subject as CredentialOwner, by ?? NOBODY).catch((cause: unknown) =>
      log(`not everything that \`${subject}\` connected could be disconnected`, cause),
    )
  }
}
