import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds that a request may be old, or ahead of us. */
export const TOLERANCE = 5 * 60

const TIMESTAMP = /^[1-9]\d{0,11}$/
const SIGNATURE = /^v0=[0-9a-f]{64}$/

/** Headers by which a chat proves that it sends a request. */
export interface ChatProof {
  /** `X-Slack-Request-Timestamp`. */
  readonly timestamp: string
  /** `X-Slack-Signature`. */
  readonly signature: string
}

/**
 * The proof that comes with a request, if it can be good at this moment; undefined otherwise. To be asked
 * before the body is read.
 *
 * @param now milliseconds since the epoch.
 */
export function proofOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: number,
): ChatProof | undefined {
  const timestamp = headers['x-slack-request-timestamp']
  const signature = headers['x-slack-signature']
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return undefined
  if (typeof signature !== 'string' || !SIGNATURE.test(signature)) return undefined
  if (Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE) return undefined
  return { timestamp, signature }
}

/** Whether the chat signed exactly this body (Slack, "Verifying requests", version 0). Constant time. */
export function isSigned(
  body: Uint8Array,
  { timestamp, signature }: ChatProof,
  secret: string,
): boolean {
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest()
  return timingSafeEqual(mac, Buffer.from(signature.slice(3), 'hex'))
}
