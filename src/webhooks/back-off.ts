const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds from one failed attempt to the next: ten attempts in a little less than a day. */
const WAITS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
] as const

/** How often a delivery is attempted before it is given up. */
export const MOST_ATTEMPTS = WAITS.length + 1

/**
 * Milliseconds to wait after so many failed attempts, up to a fifth more or less, so that receivers that
 * come back are not met by all senders at once; undefined when there were enough.
 *
 * @param random from 0 to 1.
 */
export function waitAfter(attempts: number, random: number): number | undefined {
  const wait = WAITS[attempts - 1]
  return wait === undefined ? undefined : Math.round(wait * (0.8 + 0.4 * random))
}
