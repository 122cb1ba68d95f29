import { z } from 'zod'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import { invalid, moment, text } from '../operation.ts'

/** Bytes of a value. */
const MOST_VALUE = 65_536
/** Of a body with a value, each byte of which JSON may write as six. */
export const VALUE_BYTES = 6 * MOST_VALUE + 16_384
const DAY = 86_400_000
/** Values shorter than this are found in other texts by chance. */
const SHORT = 6

/** Names of secrets: they stand in references. */
export const secretName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a name is a-z, 0-9, `.`, `_` and `-`, at most 64 of them')

/** What a value comes in. Goes in, and never out. */
export const valueMembers = {
  value: z.string().min(1).max(MOST_VALUE),
  /** The value has several lines, such as a key in PEM. */
  lines: z.boolean().optional(),
}

/** What is said of a secret besides its value. */
export const termMembers = {
  purpose: text(1_000),
  /** Servers that may be given it; nothing else gets it. */
  servers: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected the name of a server'))
    .min(1)
    .max(50),
  expires: moment.optional(),
  /** Days after which it is due to be changed. */
  rotateAfterDays: z.number().int().min(1).max(3_650).optional(),
}

/** Minutes for which the old value stays good beside the new one. */
export const overlapMinutes = z.number().int().min(0).max(43_200)

export function daysOf(days: number | undefined): number | undefined {
  return days === undefined ? undefined : days * DAY
}

/**
 * A value as it is kept. Nothing in the words says what it is.
 *
 * @throws GatewayError `params_invalid`.
 */
export function keptValue({
  value,
  lines = false,
}: {
  readonly value: string
  readonly lines?: boolean | undefined
}): string {
  if (!value.isWellFormed() || Buffer.byteLength(value) > MOST_VALUE)
    throw invalid(`\`value\`: a value is valid Unicode of at most ${MOST_VALUE} bytes`)
  // It becomes a header or a variable, in which a line break could begin another.
  const odd = lines ? /[^\P{Cc}\n\r\t]/u : /\p{Cc}/u
  if (odd.test(value))
    throw invalid(
      lines
        ? '`value`: a value has no control characters besides line breaks and tabs'
        : '`value`: a value is one line without control characters; say `lines` for one that has several',
    )
  return value
}

/** Refuses texts that are shown to others and hold the value, as happens when fields are mixed up. */
export function withoutValue(value: string, texts: readonly string[]): void {
  if (value.length >= SHORT && texts.some((one) => one.includes(value)))
    throw invalid('the value stands in a member that is shown')
}

/**
 * Does something with a value, and lets no failure tell it: neither to the caller, nor to the log.
 *
 * @throws GatewayError as `work`; `internal` in the stead of one whose words hold the value.
 */
export async function guarding<T>(value: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const error = toGatewayError(thrown)
    if (!tells(error, value)) throw error
    // biome-ignore lint/style/useErrorCause: the cause is what must not go on
    throw new GatewayError('internal', 'internal error', {
      detail: 'what the vault said held the value, and is not told',
    })
  }
}

/** Deeper causes than these are nobody's. */
const DEEPEST = 8

function tells(error: unknown, value: string, depth = 0): boolean {
  if (!(error instanceof Error)) return String(error).includes(value)
  const { message, stack = '', cause } = error
  const { detail = '', data = {} } = error as { detail?: string; data?: object }
  const words = [message, stack, detail, JSON.stringify(data)]
  const written = JSON.stringify(value).slice(1, -1)
  if (words.some((one) => one.includes(value) || one.includes(written))) return true
  return cause !== undefined && (depth >= DEEPEST || tells(cause, value, depth + 1))
}
