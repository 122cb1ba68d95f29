/** Bounds of the listener. Each one keeps a single client from using up what belongs to all. */
export interface Limits {
  /** Largest request body, bytes. More: 413, and the connection is closed. */
  readonly maxBody: number
  /** Largest request head (request line and headers together), bytes. More: 431. */
  readonly maxHeader: number
  /** Milliseconds in which a whole request must have arrived. More: 408. */
  readonly bodyTimeout: number
  /** TCP connections open at once. More are dropped on arrival. */
  readonly maxConnections: number
  /** Requests and streams that one subject may have open at once. More: 429. */
  readonly maxStreams: number
  /** Legacy sessions of one subject. More end its longest idle one, or are refused with 429. */
  readonly maxSessions: number
  /** Milliseconds after which a session without open streams and running requests ends. */
  readonly sessionIdleMs: number
  /** Events that a session keeps for resumption. Older ones are forgotten first. */
  readonly replayEvents: number
  /** Bytes of events that a session keeps for resumption. */
  readonly replayBytes: number
  /** Bytes that may wait in a stream for a slow reader before the stream is cut. */
  readonly maxBacklog: number
  /** Milliseconds of silence after which a call becomes a stream, and between its comments. */
  readonly silenceMs: number
}

/** Bounds that fit one process for a team. */
export const DEFAULT_LIMITS: Limits = {
  maxBody: 4 * 1024 * 1024,
  maxHeader: 16 * 1024,
  bodyTimeout: 30_000,
  maxConnections: 10_000,
  maxStreams: 1_000,
  maxSessions: 200,
  sessionIdleMs: 30 * 60_000,
  replayEvents: 256,
  replayBytes: 256 * 1024,
  maxBacklog: 1024 * 1024,
  silenceMs: 10_000,
}
