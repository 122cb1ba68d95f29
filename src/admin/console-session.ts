import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Sender } from '../kernel/authentication.ts'
import { GatewayError } from '../kernel/errors.ts'

/** The console, as records know it. */
export const CONSOLE_CLIENT = 'bailiwick-console'

/** Where people log in; `return_to` says which page of the console they want. */
const LOGIN = '/oauth/account/login?return_to=%2Fconsole%2F'

/** How the console of the person in front of a browser is known. */
export interface ConsoleDoor {
  /** Scheme and authority under which the console is served, and nothing else is taken. */
  readonly publicOrigin: string
  /** Who is logged in with the browser at this moment; undefined for nobody. */
  readonly session: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<Sender | undefined>
}

/** Whether a request says that it is the console's: whatever shows a token is a program's. */
export function isOfConsole({ headers }: IncomingMessage): boolean {
  return headers.authorization === undefined && headers['x-bailiwick-console'] !== undefined
}

/**
 * Who sends a request of the console, by the login session of the browser. The cookie goes with whatever
 * page asks, so the request must be one that only our own page can send: with a header of its own, which
 * no form sets and no foreign script may (Fetch section 4.9), and from our origin as the browser says.
 *
 * @throws GatewayError `origin_refused`; `login_required`; `store_unavailable`.
 */
export async function senderOfSession(
  { publicOrigin, session }: ConsoleDoor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Sender> {
  requireOwnPage(request, publicOrigin)
  const sender = await session(request, response)
  if (sender === undefined)
    throw new GatewayError('login_required', 'nobody is logged in with this browser', {
      data: { login: LOGIN },
    })
  return sender
}

function requireOwnPage({ headers }: IncomingMessage, publicOrigin: string): void {
  const { host, origin } = headers
  const site = headers['sec-fetch-site']
  const own =
    headers['x-bailiwick-console'] === '1' &&
    host?.toLowerCase() === new URL(publicOrigin).host &&
    (site === undefined || site === 'same-origin') &&
    (origin === undefined || origin === publicOrigin) &&
    // An old browser says neither with some requests: those are not taken.
    (site ?? origin) !== undefined
  if (!own) throw new GatewayError('origin_refused', 'the request is not of a page of ours')
}
