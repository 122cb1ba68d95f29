import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'

const ENTRY = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/, 'a fingerprint has 64 hexadecimal digits'),
  reason: z.string().min(1).max(1_000),
  expires: z.iso.datetime({ offset: true }).or(z.iso.date()),
})
const BASELINE = z.strictObject({ accepted: z.array(ENTRY).max(100_000) })
const MAX_BYTES = 33_554_432

/** Which findings are accepted at a moment: fingerprints, each with the reason. */
export type Baseline = ReadonlyMap<string, string>

/**
 * Reads the findings that a project lives with. What has expired is not among them.
 *
 * @throws {CommandError} `configuration` for what is no baseline.
 */
export function readBaseline(
  { cwd }: Pick<Context, 'cwd'>,
  file: string | undefined,
  now: number,
): Baseline {
  if (file === undefined) return new Map()
  let value: unknown
  try {
    const text = readFileSync(resolve(cwd, file), 'utf8')
    if (text.length > MAX_BYTES) throw new RangeError('it is too long')
    value = JSON.parse(text)
  } catch (cause) {
    throw noBaseline(file, cause instanceof Error ? cause.message : 'it cannot be read')
  }
  const parsed = BASELINE.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw noBaseline(file, `${issue?.path.join('.')}: ${issue?.message}`)
  }
  const valid = parsed.data.accepted.filter(({ expires }) => Date.parse(expires) > now)
  return new Map(valid.map(({ fingerprint, reason }) => [fingerprint, reason]))
}

function noBaseline(file: string, why: string): CommandError {
  return new CommandError(`the baseline \`${file}\` cannot be used: ${why}`, {
    exit: 'configuration',
    fix: 'it is `{ "accepted": [{ "fingerprint": …, "reason": …, "expires": "2027-01-31" }] }`',
  })
}
