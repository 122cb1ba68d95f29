import type { ApprovalDesk } from '../../kernel/approval-desk.ts'
import { GatewayError } from '../../kernel/errors.ts'

const none = (): never => {
  throw new GatewayError('item_unknown', 'there is no such request for approval')
}

/** The desk of a gateway that asks nobody for approvals. */
export const NO_DESK: ApprovalDesk = {
  list: async () => ({ items: [] }),
  find: async () => undefined,
  pending: async () => 0,
  mayAnswer: () => ({ may: false, why: 'nothing is asked here' }),
  challenge: async () => none(),
  policyOf: async () => none(),
  answer: async () => none(),
  withdraw: async () => none(),
  patterns: async () => ({ items: [] }),
  revokePattern: async () => none(),
}
