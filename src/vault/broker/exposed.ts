import type { Parts, TokenPlace } from './parts.ts'
import { changeId } from './tokens/connection-rows.ts'
import { tell } from './tokens/renew.ts'
import { revoke } from './tokens/revoke.ts'
import type { TokenSource } from './tokens/token-source.ts'

/**
 * A token was seen where it must not be. The old one is revoked after there is a new one; where there is
 * none without the person, the connection ends.
 *
 * @throws GatewayError where it could not be had just now; the old one is revoked all the same.
 */
export async function exposedToken(
  parts: Parts,
  source: TokenSource,
  place: TokenPlace,
): Promise<void> {
  const row = await parts.rows.read(place)
  if (row === undefined || row.access === '') return
  const server = parts.servers.get(place.server)
  source.forget(changeId(place))
  if (row.kind === 'authorization-code' && row.refresh === '') {
    await revoke(parts, server, row, ['access'])
    if (await parts.rows.lose(row, 'exposed'))
      await tell(parts, row, 'connection.lost', 'refused', 'exposed')
    return
  }
  try {
    await source.current({ place, subject: undefined, rejected: row.version })
  } finally {
    await revoke(parts, server, row, ['access'])
  }
}
