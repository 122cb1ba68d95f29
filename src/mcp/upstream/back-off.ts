/** How fast something that keeps failing may be tried again. Milliseconds. */
export interface BackOffOptions {
  /** Pause after the first failure; it doubles with each further one. */
  readonly first: number
  readonly longest: number
}

/**
 * The pause after `failures` failures in a row: exponential, and between half and all of it by
 * chance, so that many do not come back at once.
 *
 * @param random - in [0, 1).
 */
export function pauseAfter(failures: number, options: BackOffOptions, random: number): number {
  if (failures <= 0) return 0
  const full = Math.min(options.longest, options.first * 2 ** Math.min(failures - 1, 30))
  return full * (0.5 + random / 2)
}
