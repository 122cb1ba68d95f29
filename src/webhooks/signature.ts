import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
/** Bytes of a key (Standard Webhooks 1.0, "Signature scheme"). */
const LENGTH = { least: 24, most: 64 }

/**
 * The key in a secret, which is written `whsec_` and base64.
 *
 * @throws RangeError for every other text; the message does not hold it.
 */
export function keyOf(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : ''
  const key = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (key.length < LENGTH.least || key.length > LENGTH.most)
    throw new RangeError('a secret of a webhook is `whsec_` and base64 of 24 to 64 random bytes')
  return key
}

/**
 * Headers that prove who sends a message and when (Standard Webhooks 1.0): one signature for each key,
 * so that a receiver may know any one of them.
 *
 * @param at milliseconds since the epoch, of this attempt.
 */
export function signedHeaders(
  keys: readonly Uint8Array[],
  id: string,
  at: number,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000))
  const signatures = keys.map((key) => {
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    return `v1,${mac}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
