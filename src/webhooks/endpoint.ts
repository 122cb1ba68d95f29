import type { Clock } from '../kernel/ports.ts'
import type { PostAnswer, PostDocument } from '../kernel/post-document.ts'
import type { Endpoint } from './options.ts'
import { type Outcome, type Receiver, TIMEOUT } from './sender.ts'
import { keyOf, signedHeaders } from './signature.ts'

/** Bytes of an answer that are read: only its status counts. */
const MOST_ANSWER = 4_096

/**
 * A receiver of webhooks.
 *
 * @throws RangeError for a secret that is none.
 */
export function webhookReceiver(
  { name, url, secrets }: Pick<Endpoint, 'name' | 'url' | 'secrets'>,
  { post, clock }: { readonly post: PostDocument; readonly clock: Clock },
): Receiver {
  const keys = secrets.map(keyOf)
  if (keys.length === 0) throw new RangeError('a webhook needs a secret')
  return {
    name,
    shown: name,
    async attempt({ id, payload }) {
      const headers = signedHeaders(keys, id, clock(), payload)
      const document = { type: 'application/json', body: payload, headers } as const
      return outcomeOf(await post(url, document, { maxBytes: MOST_ANSWER, timeout: TIMEOUT }))
    },
  }
}

/** 410 means that no more is wanted (Standard Webhooks 1.0, "Responding to webhooks"). */
export function outcomeOf({ status, retryAfter }: PostAnswer): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent', status }
  const why = `it answers with status ${status}`
  if (status === 410) return { kind: 'never', status, why }
  return { kind: 'later', status, why, ...(retryAfter === undefined ? {} : { retryAfter }) }
}
