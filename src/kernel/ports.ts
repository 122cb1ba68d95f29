/** Milliseconds since the Unix epoch. Injected, so that tests own the time. */
export type Clock = () => number

/** A new unguessable id (at least 128 random bits, URL-safe). Injected, so that tests own chance. */
export type RandomId = () => string
