const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})
const DAY_CLOCK = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const HALF_DAY = 12 * 3_600_000

/** A moment (ISO 8601) as a clock shows it; the day, too, where it is not about today. */
export function clockText(at: string, now: number): string {
  const moment = Date.parse(at)
  if (Number.isNaN(moment)) return at
  return (now - moment < HALF_DAY ? CLOCK : DAY_CLOCK).format(moment)
}
