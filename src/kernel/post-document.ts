import type { FetchLimits } from './fetch-document.ts'

/** What is sent. */
export interface PostedDocument {
  readonly type: 'application/json'
  readonly body: string
  /** Besides those that go with every request. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface PostAnswer {
  readonly status: number
  /** Of an answer with a status from 200 to 299; empty where it is too long, encoded or not UTF-8. */
  readonly text: string
  /** Milliseconds after which to come back (RFC 9110 section 10.2.3); absent when it does not say. */
  readonly retryAfter?: number
}

/**
 * Sends a document to another host without trusting its address: the name is resolved once, what is
 * dialled is what was checked, redirects are not followed. Hosts that the operator named may be on
 * private networks, and may be spoken to in plain HTTP where that does not leave this machine.
 *
 * @throws GatewayError `fetch_refused` for an address that is not allowed: nothing was sent;
 *   `fetch_failed` when there is no answer within the limits: it may have arrived.
 */
export type PostDocument = (
  url: string,
  document: PostedDocument,
  limits: FetchLimits,
) => Promise<PostAnswer>
