const UNITS = [
  ['day', 24 * 60 * 60_000],
  ['hour', 60 * 60_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** Milliseconds in words, in the largest unit that fits, rounded down: `14 days`. */
export function inWords(duration: number): string {
  const [unit, size] = UNITS.find(([, least]) => duration >= least) ?? (['second', 1_000] as const)
  const count = Math.floor(duration / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
