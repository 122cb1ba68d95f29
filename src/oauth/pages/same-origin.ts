import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../../kernel/errors.ts'

/**
 * Refuses a form that another site's page sends. With `Referrer-Policy: no-referrer` browsers send
 * `Origin: null` for our own forms too (Fetch section 3.2), so `null` passes if the browser itself says
 * that the page was ours.
 *
 * @throws GatewayError `origin_refused`
 */
export function requireSameOrigin(request: IncomingMessage, publicOrigin: string): void {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refused()
  if (origin === undefined || origin === publicOrigin) return
  if (origin !== 'null' || site !== 'same-origin') throw refused()
}

function refused(): GatewayError {
  return new GatewayError('origin_refused', 'the form came from another site')
}
