const SECOND = 1_000
const STEPS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const
const WORDS = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' })

/** How far a moment is from now, in the largest unit that fits. Both in milliseconds. */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.trunc((at - now) / SECOND)
  if (Math.abs(seconds) < 5) return 'now'
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ['second', 1]
  return WORDS.format(Math.trunc(seconds / size), unit)
}
