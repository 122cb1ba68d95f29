const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long until a moment, in words that people say. Both in milliseconds. */
export function timeLeft(until: number, now: number): string {
  const left = until - now
  if (left <= 0) return 'time is up'
  if (left < MINUTE) return `${Math.ceil(left / SECOND)} s left`
  if (left < 10 * MINUTE)
    return `${Math.floor(left / MINUTE)} min ${Math.floor((left % MINUTE) / SECOND)} s left`
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min left`
  const [hours, minutes] = [Math.floor(left / HOUR), Math.floor((left % HOUR) / MINUTE)]
  return minutes === 0 ? `${hours} h left` : `${hours} h ${minutes} min left`
}

/** The part of a span of time that is left, 0 to 1. */
export function partLeft(from: number, until: number, now: number): number {
  if (until <= from) return 0
  return Math.min(1, Math.max(0, (until - now) / (until - from)))
}

/** A span of time in words: `30 minutes`. */
export function spanInWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE)
  if (minutes < 1) return `${Math.max(1, Math.round(milliseconds / SECOND))} seconds`
  if (minutes % 60 === 0) return minutes === 60 ? '1 hour' : `${minutes / 60} hours`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
