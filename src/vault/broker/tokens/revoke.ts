import { tokenRevocation } from 'openid-client'
import { registered } from '../client/clients.ts'
import { configured } from '../grants/ask.ts'
import type { Parts } from '../parts.ts'
import { tokenFailure } from '../protocol/failure.ts'
import type { BrokerServer } from '../settings.ts'
import { type ConnectionRow, placeOf } from './connection-rows.ts'

/** What became of it: as told in the evidence. */
export type Revocation = 'revoked' | 'not_offered' | 'failed'

const TRIES = 2

/**
 * Revokes tokens of a row where they are from (RFC 7009), as far as that can be: the refresh token first,
 * with which most authorization servers end the whole grant. Never rejects.
 *
 * @param server absent where the configuration has it no more.
 */
export async function revoke(
  parts: Parts,
  server: BrokerServer | undefined,
  row: ConnectionRow,
  which: readonly ('refresh' | 'access')[],
): Promise<Revocation> {
  if (server === undefined || row.issuer === '' || row.wrapped === '') return 'not_offered'
  try {
    const { owner } = placeOf(row)
    const known = server.settings?.client
    const issuer = await parts.discovery.issuer(row.issuer, server)
    const client =
      known?.id === row.client
        ? registered(known)
        : await parts.clients.byId(row.client, issuer, known)
    if (issuer.revocation === undefined || client === undefined) return 'not_offered'
    const configuration = await configured(parts, { server: issuer, client, owner })
    for (const field of which) {
      const token = await parts.rows.open(row, field)
      if (token === '') continue
      await again(() =>
        tokenRevocation(configuration, token, { token_type_hint: `${field}_token` }),
      )
    }
    return 'revoked'
  } catch (error) {
    parts.log(`tokens of ${row.server} could not be revoked: ${tokenFailure(error).message}`, error)
    return 'failed'
  }
}

async function again(act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act()
    } catch (error) {
      if (attempt >= TRIES) throw error
    }
  }
}
