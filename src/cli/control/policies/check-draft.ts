import type { DraftCheck, PolicyFinding } from '../../../admin/policies/ports.ts'
import type { Config } from '../../../config/config.ts'
import { lint } from '../../../policy/lint/lint.ts'
import { checkAgainstDefinitions } from '../../../policy/schema/check-against-definitions.ts'
import { readPolicyTests } from '../../../policy/tests/read-tests.ts'
import { managedTests } from '../../managed-policies.ts'
import { loadTogether } from '../../policy-files.ts'
import type { KnownOffers } from '../offers.ts'
import { type DraftSources, problemsOf } from './drafts.ts'
import { findingsIn } from './findings.ts'

/** What is said of one draft at most. */
const MOST = 500

/** Says what is wrong with a draft, and what is probably not meant. Keeps nothing. */
export function checkSources(
  setting: Pick<Config, 'places'>,
  found: DraftSources,
  { definitions, unlisted }: KnownOffers,
): DraftCheck {
  const say = findingsIn([...found.sources, ...managedTests(found.files)])
  const tests = managedTests(found.files)
    .flatMap((source) => readPolicyTests(source).problems)
    .map(say.problem('error'))
  try {
    const set = loadTogether(setting, found.sources)
    // What nobody could list may exist all the same.
    const known = unlisted.length === 0 ? definitions : undefined
    const misfits = known ? checkAgainstDefinitions(set, known, found.sources) : []
    const findings = [
      ...tests,
      ...misfits.map(say.problem('error')),
      ...set.warnings.map(say.problem('warning')),
      ...lint(set, known, found.sources).map(say.finding),
    ]
    return { loads: true, hash: set.hash, findings: ofDraft(findings), unlisted }
  } catch (error) {
    const findings = problemsOf(error).map(say.problem('error'))
    return { loads: false, findings: [...findings, ...tests].slice(0, MOST), unlisted }
  }
}

/** What files of the configuration are like is no matter of the draft. */
function ofDraft(findings: readonly PolicyFinding[]): readonly PolicyFinding[] {
  return findings.filter(({ origin }) => origin === 'managed').slice(0, MOST)
}
