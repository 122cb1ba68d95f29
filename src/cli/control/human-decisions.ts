import { type OpenedApprovals, openApprovals } from '../../approval/approval.ts'
import type { Config } from '../../config/config.ts'
import type { Directory } from '../../directory/directory.ts'
import type { ApprovalOptions } from '../../gateway/gateway.ts'
import type { ApprovalNews } from '../../kernel/approval-desk.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import { storedOnce } from '../../store/once.ts'
import type { Store } from '../../store/store.ts'
import { randomIds } from '../random-id.ts'

/** Who can answer, and where: known once the listener has its address. */
export interface Around {
  readonly issuer: string
  readonly directory: Pick<Directory, 'accounts' | 'signatures'>
}

export interface HumanDecisions extends Pick<OpenedApprovals, 'desk' | 'close'> {
  /** What the gateway asks. */
  readonly asked: ApprovalOptions
  /** Nobody is asked before this. */
  meet(around: Around): void
}

interface HumanParts {
  readonly config: Pick<Config['approvals'], 'patience' | 'hold' | 'flood' | 'retention'>
  readonly store: Store
  readonly witness: Witness
  readonly sealKey: Uint8Array
  readonly tell: (news: ApprovalNews) => void
}

/** Opens approvals. The gateway needs them before it is known under which address people answer. */
export function humanDecisions({
  config: { patience, hold, flood, retention },
  store,
  witness,
  sealKey,
  tell,
}: HumanParts): HumanDecisions {
  let met: Around | undefined
  const around = (): Around => {
    if (met === undefined) throw new GatewayError('store_unavailable', 'the gateway is starting')
    return met
  }
  const { approvals, desk, close } = openApprovals({
    store,
    clock: Date.now,
    randomId: randomIds(),
    witness,
    sealKey,
    principals: {
      user: async (id) => around().directory.accounts.user(id),
      agent: async (id) => around().directory.accounts.agent(id),
    },
    signatures: {
      options: async (...asked) => around().directory.signatures.options(...asked),
      verify: async (...asked) => around().directory.signatures.verify(...asked),
    },
    once: storedOnce(store, Date.now),
    settings: { patience, flood, retention },
    onNews: tell,
  })
  return {
    asked: { approvals, approvalUrl: (id) => `${around().issuer}/console/approvals/${id}`, hold },
    desk,
    close,
    meet: (found) => {
      met = found
    },
  }
}
