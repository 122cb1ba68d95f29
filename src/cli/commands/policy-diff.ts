import { policyDiff, policyDiffText } from '../../policy/diff.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { subjectsOf, targetsOf } from '../policy/access-scope.ts'
import { configInForce } from '../policy/config-in-force.ts'
import { askDefinitions, tellSilent } from '../policy/definitions.ts'
import { draftPolicies } from '../policy/draft.ts'
import { printable, show } from '../terminal.ts'

export interface DiffOptions {
  readonly subject: readonly string[]
  readonly group: readonly string[]
  readonly offline: boolean
}

/** `bailiwick policy diff POLICIES...`: what a draft changes of the policies of the configuration. */
export async function policyDiffCommand(
  context: Context,
  names: readonly string[],
  { subject, group, offline }: DiffOptions,
): Promise<Exit> {
  const config = await configInForce(context)
  // Folders against folders: what the console has in force is in neither.
  const before = draftPolicies({ ...config, managed: [] }, context.cwd, [])
  const after = draftPolicies(config, context.cwd, names)
  const offers = offline ? undefined : await askDefinitions(config, context)
  tellSilent(context, offers?.silent ?? [])
  const targets = offers === undefined ? [] : targetsOf(offers.definitions)
  const diff = policyDiff(before, after, { subjects: subjectsOf(subject, group), targets })
  const lines = policyDiffText(diff).map(printable)
  await show(context, { before: before.hash, after: after.hash, ...diff }, () =>
    lines.length === 0 ? ['no difference'] : lines,
  )
  return lines.length === 0 ? 'ok' : 'findings'
}
