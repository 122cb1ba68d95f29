import type { PostureFacts } from '../ports.ts'
import { approvalsWaiting } from './approvals-waiting.ts'
import { bearerTokens } from './bearer-tokens.ts'
import { definitionsWaiting } from './definitions-waiting.ts'
import { failingServers } from './failing-servers.ts'
import type { PostureCheck, PostureItem } from './item.ts'
import { keysDue } from './keys-due.ts'
import { observeOnly } from './observe-only.ts'
import { orphanedAgents } from './orphaned-agents.ts'
import { ownersWithoutPasskey } from './owners-without-passkey.ts'
import { plainServers } from './plain-servers.ts'
import { policiesNotLoaded } from './policies-not-loaded.ts'
import { policyFindings } from './policy-findings.ts'
import { recordsBad } from './records-bad.ts'
import { recordsUnverified } from './records-unverified.ts'
import { rolloutObserves } from './rollout-observes.ts'
import { unclassifiedTools } from './unclassified-tools.ts'

/** All that is looked at. */
export const CHECKS: readonly PostureCheck[] = [
  recordsBad,
  policiesNotLoaded,
  approvalsWaiting,
  definitionsWaiting,
  observeOnly,
  unclassifiedTools,
  policyFindings,
  ownersWithoutPasskey,
  orphanedAgents,
  keysDue,
  plainServers,
  failingServers,
  bearerTokens,
  rolloutObserves,
  recordsUnverified,
]

const RANK = ['critical', 'warning', 'info']

/** What could be better, the worst first. */
export function postureOf(facts: PostureFacts): readonly PostureItem[] {
  return CHECKS.flatMap((check) => check(facts) ?? []).sort(
    (left, right) => RANK.indexOf(left.severity) - RANK.indexOf(right.severity),
  )
}
