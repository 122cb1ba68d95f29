const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const BYTES = {
  B: 1,
  kB: 1_000,
  KiB: 1_024,
  MB: 1_000_000,
  MiB: 1_048_576,
  GB: 1_000_000_000,
  GiB: 1_073_741_824,
} as const

/** How a duration is written: a whole number and its unit. */
export const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/
/** How a size is written: a whole number, and its unit unless it is in bytes. */
export const SIZE = /^(\d{1,15})(B|kB|KiB|MB|MiB|GB|GiB)?$/

/** Reads a duration such as `30s` into milliseconds; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? []
  if (count === undefined || unit === undefined) return undefined
  return Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS]
}

/** Reads a size such as `4MiB` into bytes; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const [, count, unit = 'B'] = SIZE.exec(text) ?? []
  if (count === undefined) return undefined
  const bytes = Number(count) * BYTES[unit as keyof typeof BYTES]
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
