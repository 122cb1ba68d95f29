import { z } from 'zod'
import { ASSURANCES, type Lift } from '../../kernel/access.ts'
import { parseMilliseconds } from '../document/fields.ts'
import { durationText, EACH, liftAnnotations } from '../lift.ts'

const NONE = 'none'
const time = z.string().refine((text) => text === NONE || parseMilliseconds(text) !== undefined, {
  error: 'expected a duration such as `10m`, or `none`',
})

/** Who is asked, and how: what of it a test wants to be so. */
export const liftSchema = z.strictObject({
  approvers: z.array(z.string()).min(1).optional().describe('All who may approve, in any order.'),
  quorum: z
    .union([z.int(), z.literal(EACH)])
    .optional()
    .describe('How many people must approve, or `each`.'),
  assurance: z.enum(ASSURANCES).optional().describe('The least that must be known of who answers.'),
  pattern: time
    .optional()
    .describe('For how long calls like it may be approved together, or `none`.'),
  maxAge: time.optional().describe('For how long an approval may be used.'),
})
export type LiftExpectation = z.output<typeof liftSchema>

/** What of a lift is not as a test wants it, a line each. */
export function liftDifferences(
  { approvers, quorum, ...others }: LiftExpectation,
  lift: Lift,
): readonly string[] {
  const is = liftAnnotations(lift)
  const wanted: Readonly<Record<string, string | undefined>> = {
    approvers: approvers?.toSorted().join(' '),
    quorum: quorum === undefined ? undefined : String(quorum),
    assurance: others.assurance,
    pattern: plain(others.pattern),
    maxAge: plain(others.maxAge),
  }
  return Object.entries(wanted).flatMap(([name, value]) => {
    const actual = is[name] ?? NONE
    if (value === undefined || value === actual) return []
    return [`expected \`${name}\` to be \`${value}\`, and it is \`${actual}\``]
  })
}

/** `1800s` is `30m`. */
function plain(text: string | undefined): string | undefined {
  const milliseconds = text === undefined ? undefined : parseMilliseconds(text)
  return milliseconds === undefined ? text : durationText(milliseconds)
}
