import { z } from 'zod'
import type { ConfigText } from '../kernel/secret-reference.ts'
import { DURATION, parseDuration, parseSize, SIZE } from './quantity.ts'
import { parseText } from './secret.ts'

/** A duration such as `30s`, in milliseconds once read. */
export function duration(least: string, most: string) {
  const [from = 0, to = 0] = [parseDuration(least), parseDuration(most)]
  return z
    .string({ error: 'expected a duration such as `30s`' })
    .regex(DURATION, { error: 'expected a duration such as `500ms`, `30s`, `10m`, `2h` or `7d`' })
    .transform((text, context) => {
      const value = parseDuration(text) ?? Number.NaN
      if (value >= from && value <= to) return value
      context.addIssue({ code: 'custom', message: `expected ${least} to ${most}` })
      return z.NEVER
    })
    .meta({ title: `duration, ${least} to ${most}` })
}

/** A size such as `4MiB`, in bytes once read. */
export function size(least: string, most: string) {
  const [from = 0, to = 0] = [parseSize(least), parseSize(most)]
  const error = 'expected a size such as `512`, `64KiB` or `4MiB`'
  return z
    .union([z.int().nonnegative(), z.string().regex(SIZE, { error })], { error })
    .transform((text, context) => {
      const value = parseSize(String(text)) ?? Number.NaN
      if (value >= from && value <= to) return value
      context.addIssue({ code: 'custom', message: `expected ${least} to ${most}` })
      return z.NEVER
    })
    .meta({ title: `size, ${least} to ${most}` })
}

/** How many there may be: at least one. */
export function count(most: number) {
  return z.int().min(1).max(most)
}

/** A text that may be, or end in, a secret reference. */
export function textOrSecret() {
  return z
    .string()
    .max(8_192)
    .transform((text, context): ConfigText => {
      const parsed = parseText(text)
      if (!('wrong' in parsed)) return parsed
      context.addIssue({ code: 'custom', message: parsed.wrong })
      return z.NEVER
    })
    .meta({ title: 'text, or a reference to a secret' })
}

/** The path of a file or folder; relative ones count from the configuration's folder. */
export function path() {
  return z
    .string()
    .min(1)
    .max(4_096)
    .regex(/^[^\0]*$/, { error: 'a path holds no zero byte' })
    .meta({ title: 'path' })
}

/** An `http` or `https` address. Secrets in it are found by the checks of the whole file. */
export function address() {
  return z
    .string()
    .max(2_048)
    .refine(isAddress, { error: 'expected an address such as `https://example.com/mcp`' })
    .meta({ title: 'http or https address' })
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
