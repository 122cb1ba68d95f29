import type { Authenticator, Sender } from '../../kernel/authentication.ts'
import type { Oauth } from '../../oauth/oauth.ts'

/**
 * Tells the authorization server whom the resource server refused for want of scopes, so that a client
 * which then refreshes has its person asked instead. Clients that prove keys know better.
 */
export function withStepUp(
  { authenticate, challenge }: Authenticator,
  { consentWanted }: Pick<Oauth, 'consentWanted'>,
): Authenticator {
  return {
    authenticate,
    challenge(error, place, sender) {
      if (error.code === 'scope_insufficient' && sender !== undefined && canAsk(sender)) {
        const { grant, expires } = sender.authorization
        consentWanted(grant, expires)
      }
      return challenge(error, place, sender)
    },
  }
}

function canAsk({ subject, authorization }: Sender): boolean {
  return subject.kind === 'user' && subject.via === 'login' && !authorization.bound
}
