import { SELF } from '../lift.ts'
import type { Policy } from '../load-policy.ts'
import { concerns } from './concerns.ts'
import type { LintRule } from './finding.ts'

/** What is done once and for all. */
const FOR_GOOD = ['delete', 'pay', 'admin'] as const

/** One tired click, or one stolen session, of the person whose agent asks. */
export const selfApproval: LintRule = {
  id: 'self-approval',
  severity: 'warning',
  about:
    'a `forbid` of what cannot be undone (`delete`, `pay`, `admin`) that only the user whom the call is for lifts, without a passkey',
  fix: 'name somebody else in `@approvers`, or ask for `@assurance("passkey")`',
  check: ({ set, tools }) =>
    set.policies.filter(isByOneself).flatMap((policy) => {
      const found = FOR_GOOD.filter((effect) => concerns(policy, effect, tools))
      if (found.length === 0) return []
      const listed = found.map((effect) => `\`${effect}\``).join(', ')
      const message = `lets the user whom the call is for approve ${listed}, by a click`
      return [{ policy, message, token: '@approvers' }]
    }),
}

function isByOneself({ lift }: Policy): boolean {
  return lift?.approvers.every((name) => name === SELF) === true && lift.assurance !== 'passkey'
}
