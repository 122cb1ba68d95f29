import type { PolicySet, PolicySource } from '../policy.ts'
import type { Place } from '../problem.ts'
import type { Definitions } from '../schema/definitions.ts'
import { placeFinder } from '../schema/place-in-policy.ts'
import { type Screen, screenId } from '../screens/screen.ts'
import { actsWithoutFlow } from './acts-without-flow.ts'
import { clientClaim } from './client-claim.ts'
import { duplicate } from './duplicate.ts'
import type { Finding, KnownPrincipals, LintRule } from './finding.ts'
import { flowWithoutWay } from './flow-without-way.ts'
import { inferredEffects } from './inferred-effects.ts'
import { neverApplies } from './never-applies.ts'
import { noReason } from './no-reason.ts'
import { noRemedy } from './no-remedy.ts'
import { optionalArgument } from './optional-argument.ts'
import { permitEverything } from './permit-everything.ts'
import { redundantForbid } from './redundant-forbid.ts'
import { needlessScreen, screenNeverApplies, withholdBlocks } from './screens.ts'
import { selfApproval } from './self-approval.ts'
import { shadowedPermit } from './shadowed-permit.ts'
import { textTest } from './text-test.ts'
import { unknownPrincipal } from './unknown-principal.ts'
import { unlimitedPower } from './unlimited-power.ts'

/** Every rule, by id: the table of `docs/reference/lint.md`. */
export const RULES: readonly LintRule[] = [
  actsWithoutFlow,
  clientClaim,
  duplicate,
  flowWithoutWay,
  inferredEffects,
  needlessScreen,
  neverApplies,
  noReason,
  noRemedy,
  optionalArgument,
  permitEverything,
  redundantForbid,
  screenNeverApplies,
  selfApproval,
  shadowedPermit,
  textTest,
  unknownPrincipal,
  unlimitedPower,
  withholdBlocks,
]

/** Tools beyond this are not looked at one by one. */
const MAX_TOOLS = 2000

/**
 * Finds what is legal in policies and probably not meant, in the order of the files. With
 * `definitions`, rules know which tools there are, with `principals` who there is; `sources` are the texts that the set was loaded
 * from, to point at the word in question. Policies that only observe are looked at, too.
 */
export function lint(
  set: PolicySet,
  definitions?: Definitions,
  sources: readonly PolicySource[] = [],
  principals?: KnownPrincipals,
): readonly Finding[] {
  const placeOf = placeFinder(set, sources)
  const subject = { set, tools: definitions?.tools.slice(0, MAX_TOOLS), principals }
  return RULES.flatMap(({ id, severity, fix, check }) =>
    check(subject).map((remark) => ({
      ...('screen' in remark
        ? placeOfScreen(remark.screen)
        : placeOf(remark.policy, remark.token ?? '')),
      rule: id,
      severity,
      policy: 'screen' in remark ? screenId(remark.screen) : remark.policy.id,
      message: remark.message,
      fix,
    })),
  ).sort(byPlace)
}

function placeOfScreen({ file, line }: Screen): Place {
  return { file, line, column: 1 }
}

function byPlace(left: Finding, right: Finding): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1
  if (left.line !== right.line) return left.line - right.line
  return left.rule < right.rule ? -1 : Number(left.rule !== right.rule)
}
