/** A document that another host serves. */
export interface FetchedDocument {
  readonly status: number
  /** Media type in lower case, without parameters; empty when there is none. */
  readonly type: string
  readonly text: string
  /** Seconds that it may be kept for (RFC 9111 section 5.2.2.1); undefined when it does not say. */
  readonly maxAge: number | undefined
}

/** How far a fetch may go. */
export interface FetchLimits {
  /** Bytes of the body. */
  readonly maxBytes: number
  /** Milliseconds from the look-up of the name to the last byte. */
  readonly timeout: number
}

/**
 * Fetches a public document over HTTPS without trusting its address: the name is resolved once, no
 * address that is not public is dialled, redirects are not followed, nothing of ours is sent along.
 *
 * @throws GatewayError `fetch_refused` for an address that is not allowed, `fetch_failed` for one that
 *   does not answer within the limits.
 */
export type FetchDocument = (url: string, limits: FetchLimits) => Promise<FetchedDocument>
