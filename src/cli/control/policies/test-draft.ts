import type { TestedDraft } from '../../../admin/policies/ports.ts'
import type { Config } from '../../../config/config.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import { screenId } from '../../../policy/screens/screen.ts'
import { MANAGED, managedTests } from '../../managed-policies.ts'
import { runPolicyTests } from '../../policy/run-policy-tests.ts'
import { type DraftSources, loadSound, problemsOf } from './drafts.ts'
import { findingsIn, originOf } from './findings.ts'

/** Runs the tests of a draft. @throws GatewayError `params_invalid` when there is something wrong with it. */
export async function testSources(
  config: Pick<Config, 'places' | 'servers'>,
  { files, sources }: DraftSources,
): Promise<TestedDraft> {
  const set = loadSound(config, sources)
  const tests = managedTests(files)
  const say = findingsIn(tests)
  const isOwn = ({ file }: { readonly file: string }) => file.startsWith(MANAGED)
  const own = [
    ...set.policies.filter(isOwn).map(({ id }) => id),
    ...set.screens.filter(isOwn).map(screenId),
  ]
  const proof = await runPolicyTests({ policies: sources, tests, config }).catch(unread)
  return {
    files: proof.reports.map(({ file, name, problems, results }) => ({
      ...{ file: originOf(file).file, name },
      problems: problems.map(say.problem('error')),
      tests: results.map(({ name: test, place, passed, actual, differences }) => ({
        ...{ name: test, line: place.line, passed, differences },
        verdict: actual.verdict,
        by: actual.by,
      })),
    })),
    uncovered: proof.uncovered.filter((id) => own.includes(id)),
  }
}

function unread(error: unknown): never {
  const [first] = problemsOf(error)
  const where = first === undefined ? '' : `${originOf(first.file).file}:${first.line}: `
  throw new GatewayError(
    'params_invalid',
    `the tests cannot be read: ${where}${first?.message}`.slice(0, 1_000),
    { cause: error },
  )
}
