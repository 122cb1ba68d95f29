/** Remembers what may happen once: nonces, assertions, proofs. */
export interface Once {
  /**
   * True for the first caller of a key, on all replicas together; false for all later ones until
   * `until` (milliseconds since the epoch). Keys of any length; they are kept as digests.
   *
   * @throws GatewayError `store_unavailable`: nobody knows, so the caller must refuse.
   */
  first(key: string, until: number): Promise<boolean>
}
