import type { Accounts, Principals } from '../../kernel/accounts.ts'
import type { Witness } from '../../kernel/event.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Once } from '../../kernel/once.ts'
import type { AgentClients, ClientSource, MachineGrant } from '../engine/ports.ts'
import type { Resources } from '../parts.ts'
import { agentAssertions } from './agent-assertions.ts'
import { agentClients } from './agent-clients.ts'
import { clientCredentials } from './client-credentials.ts'
import { makeGuard } from './guard.ts'
import { type AssertionIssuer, identityAssertion } from './identity-assertion.ts'
import { keySets } from './key-sets.ts'
import type { OwnToken } from './own-token.ts'
import { tokenExchange } from './token-exchange.ts'
import { SIGNATURES } from './verify-jwt.ts'
import { makeVoucher } from './voucher.ts'
import { type Platform, workloadTokens } from './workload-tokens.ts'

export interface MachineOptions {
  /** The issuer identifier of this server, which is its public origin. */
  readonly issuer: string
  readonly principals: Principals
  /** Makes users whom a trusted issuer asserts; without it none are made. */
  readonly federate?: Accounts['federate']
  /** What bounds registered clients. */
  readonly clients: Pick<ClientSource, 'ceiling'>
  readonly resources: Resources
  readonly once: Once
  readonly witness: Witness
  /** Our own public keys (RFC 7517), with those that signed a token that may still live. */
  readonly ownKeys: () => Promise<readonly JsonObject[]>
  /** Whether something about one of our tokens was revoked after it was issued; see `engine/void-in-store.ts`. */
  readonly isVoid: (token: OwnToken) => boolean | Promise<boolean>
  readonly assertionIssuers: readonly AssertionIssuer[]
  readonly platforms: readonly Platform[]
  readonly fetchDocument: FetchDocument
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Machines at the token endpoint: how they prove who they are, and what they can ask for. */
export interface Machines {
  readonly agents: AgentClients
  readonly grants: readonly MachineGrant[]
}

/** @throws TypeError for settings that say nothing or too much. */
export function machines(options: MachineOptions): Machines {
  const { witness, now, once, platforms } = options
  const guard = makeGuard({ witness, now })
  const keys = keySets(options)
  const workloads = workloadTokens({ platforms, keySets: keys, once, now })
  const assertions = agentAssertions(options)
  const voucher = makeVoucher({ ...options, assertions, workloads, guard })
  const grants = [
    clientCredentials(options),
    tokenExchange(options),
    identityAssertion({
      ...options,
      issuers: options.assertionIssuers.map(checked),
      federate: options.federate,
      keySets: keys,
    }),
  ]
  return {
    agents: agentClients({ ...options, voucher }),
    grants: grants.map((grant) => ({
      ...grant,
      handle: (request, issuer) =>
        guard(
          {
            client: request.client.id,
            proven: request.client.method !== 'none',
            from: request.from,
            grantType: grant.grantType,
          },
          () => grant.handle(request, issuer),
        ),
    })),
  }
}

function checked(trusted: AssertionIssuer): AssertionIssuer {
  const { provider, algorithms } = trusted
  // Users are `provider|sub`: a bar in the name could say another provider's user.
  if (provider === '' || provider.includes('|'))
    throw new TypeError(`\`${provider}\` cannot name a provider`)
  const unknown = algorithms.find((algorithm) => !Object.hasOwn(SIGNATURES, algorithm))
  if (algorithms.length === 0 || unknown !== undefined)
    throw new TypeError(`\`${unknown ?? ''}\` is no algorithm for assertions`)
  return trusted
}
