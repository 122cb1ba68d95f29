import type { RecipientFact } from '../../kernel/facts.ts'
import type { Check } from './misfit.ts'
import { hostMatches } from './url.ts'

export interface RecipientRule {
  /** `example.com` is that domain alone, `*.example.com` any domain beneath it. */
  readonly domains: readonly string[]
  /** Whole addresses. The local part counts letter by letter (RFC 5321 §2.4). */
  readonly addresses: readonly string[]
  readonly maxCount: number | undefined
}

/** Every recipient is at an allowed domain or has an allowed address, and there are not too many. */
export function recipientCheck({
  domains,
  addresses,
  maxCount,
}: RecipientRule): Check<RecipientFact> {
  return (recipients) => {
    const strangers = recipients.filter(
      ({ address, domain }) =>
        !addresses.includes(address) && !domains.some((pattern) => hostMatches(pattern, domain)),
    )
    const many = maxCount !== undefined && recipients.length > maxCount
    return [
      ...strangers.map(({ at }) => ({ at, why: 'has a recipient that the guard does not allow' })),
      ...(many ? [{ at: '', why: `more than ${maxCount} recipients` }] : []),
    ]
  }
}
