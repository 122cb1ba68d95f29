import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyProvider } from '../../kernel/vault.ts'
import { refused } from '../logins/refused.ts'

/**
 * Wraps and unwraps a key that nobody uses. It must come back, and only for what it was wrapped for.
 *
 * @throws GatewayError `credential_unavailable`.
 */
export async function prove(keys: Pick<KeyProvider, 'wrap' | 'unwrap'>): Promise<void> {
  const dataKey = randomBytes(32)
  const wrapped = await keys.wrap(Uint8Array.from(dataKey), 'bailiwick check')
  const back = await keys.unwrap(wrapped, 'bailiwick check')
  if (back.byteLength !== 32 || !timingSafeEqual(back, dataKey))
    throw refused('the key provider gave another key back than it was given')
  const moved = await keys.unwrap(wrapped, 'bailiwick check, elsewhere').then(
    () => true,
    () => false,
  )
  if (moved) throw refused('the key provider does not bind a key to what it is for')
}
