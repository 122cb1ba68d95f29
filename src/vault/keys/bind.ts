import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { refused } from '../logins/refused.ts'

const DATA_KEY = 32

/**
 * A data key with what it is for, for providers that do not bind it themselves.
 *
 * @param secret where the provider has one that wrapping needs: nobody else can then make a binding.
 */
export function bound(dataKey: Uint8Array, context: string, secret?: Uint8Array): Buffer {
  if (dataKey.byteLength !== DATA_KEY) throw new RangeError('a data key has 32 bytes')
  return Buffer.concat([dataKey, mark(dataKey, context, secret)])
}

/**
 * The data key of a binding; the bytes of the binding are overwritten.
 *
 * @throws GatewayError `credential_unavailable` when it is for something else.
 */
export function unbound(bytes: Uint8Array, context: string, secret?: Uint8Array): Uint8Array {
  try {
    const key = Buffer.from(bytes.subarray(0, DATA_KEY))
    const given = bytes.subarray(DATA_KEY)
    if (given.byteLength === 32 && timingSafeEqual(given, mark(key, context, secret))) return key
    key.fill(0)
    throw refused('the data key belongs to another credential, or was changed')
  } finally {
    bytes.fill(0)
  }
}

function mark(dataKey: Uint8Array, context: string, secret?: Uint8Array): Buffer {
  // Over the digest of the context: the two parts cannot be cut differently.
  const of = createHash('sha256').update(context).digest()
  if (secret === undefined) return of
  return createHmac('sha256', secret).update(of).update(dataKey).digest()
}
