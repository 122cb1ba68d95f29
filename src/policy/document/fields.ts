import { z } from 'zod'
import { isNumber } from '../guards/amount.ts'

const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])
const BYTES: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1_000],
  ['KiB', 1_024],
  ['MB', 1_000_000],
  ['MiB', 1_048_576],
  ['GB', 1_000_000_000],
  ['GiB', 1_073_741_824],
])
const MOST_ENTRIES = 1_000

/** Milliseconds of a duration such as `10m`; undefined when it is none, or more than a year. */
export function parseMilliseconds(text: string): number | undefined {
  const [, count = '', unit = ''] = /^([1-9]\d{0,10})(ms|s|m|h|d)$/.exec(text) ?? []
  const milliseconds = Number(count) * (MILLISECONDS.get(unit) ?? Number.NaN)
  return milliseconds <= 366 * 86_400_000 ? milliseconds : undefined
}

/** The name of a guard or a limit: as the id of a policy. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export const word = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => text.isWellFormed(), { error: 'is not Unicode' })
export const words = z.array(word).max(MOST_ENTRIES)
export const someWords = z.array(word).min(1).max(MOST_ENTRIES)
export const count = z.int().min(1).max(1_000_000_000_000)

export const duration = z.string().transform((text, context) => {
  const milliseconds = parseMilliseconds(text)
  if (milliseconds !== undefined) return milliseconds
  context.addIssue({
    code: 'custom',
    message: 'expected a duration such as `30s`, `10m`, `2h` or `1d`',
  })
  return z.NEVER
})

export const bytes = z.union([z.number(), z.string()]).transform((size, context) => {
  const [, count = '', unit = 'B'] =
    /^(\d{1,15})(B|kB|KiB|MB|MiB|GB|GiB)?$/.exec(String(size)) ?? []
  const all = Number(count) * (BYTES.get(unit) ?? Number.NaN)
  if (count !== '' && all > 0 && Number.isSafeInteger(all)) return all
  context.addIssue({ code: 'custom', message: 'expected a size such as `512`, `64KiB` or `4MiB`' })
  return z.NEVER
})

/** A decimal number as text: a YAML number has no last digit. */
export const decimal = z
  .string({ error: 'expected a number in quotes, such as `"100.00"`' })
  .refine(isNumber, { error: 'expected a number in quotes, such as `"100.00"`' })

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

export const currency = z.string().refine((code) => CURRENCIES.has(code), {
  error: 'expected a currency of ISO 4217, such as `EUR`',
})
