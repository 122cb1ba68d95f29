import { GatewayError } from '../../kernel/errors.ts'
import { KeeperRefusal } from '../logins/call-json.ts'
import { ReferenceProblem, unavailable } from './source.ts'

/**
 * Asks somebody who keeps secrets, and says of the reference what went wrong.
 *
 * @param missing tells from a refusal that there is no such secret.
 * @throws GatewayError `credential_unavailable`.
 */
export async function askKeeper<T>(
  ask: () => Promise<T>,
  missing = ({ status }: KeeperRefusal): boolean => status === 404,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ReferenceProblem) throw error
    if (error instanceof KeeperRefusal && missing(error))
      throw unavailable(
        'refers to nothing: its keeper has no such secret, or hides it from us',
        error,
      )
    if (error instanceof GatewayError) throw unavailable(`cannot be read: ${error.message}`, error)
    throw unavailable('cannot be read: its keeper cannot be reached', error)
  }
}

/** The address with parts of a path behind it, each by itself. */
export function below(address: string, ...parts: readonly string[]): string {
  return [address.replace(/\/$/, ''), ...parts.map(encodeURIComponent)].join('/')
}
