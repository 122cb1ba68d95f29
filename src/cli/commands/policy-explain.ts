import { type CallRecords, inputOf, type KeptInput } from '../../audit/audit.ts'
import { subjectName } from '../../kernel/subject.ts'
import { explain } from '../../policy/explain/explain.ts'
import type { Explanation } from '../../policy/explain/explanation.ts'
import { explanationText } from '../../policy/explain/explanation-text.ts'
import type { PolicySet } from '../../policy/policy.ts'
import { objectOf, policiesOf } from '../call-view.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { findCall } from '../find-call.ts'
import { withRecords } from '../open-records.ts'
import { configInForce } from '../policy/config-in-force.ts'
import { draftPolicies } from '../policy/draft.ts'
import { withGroups } from '../policy/recorded-call.ts'
import { paint, printable, show } from '../terminal.ts'

/** `bailiwick policy explain CALL [POLICIES...]`: why a recorded call was decided as it was. */
export async function policyExplain(
  context: Context,
  id: string,
  names: readonly string[],
  groups: readonly string[] = [],
): Promise<Exit> {
  const set = draftPolicies(await configInForce(context), context.cwd, names)
  return withRecords(context, async (records) => {
    const { found, view } = await findCall(records, id)
    const body = (found.intent ?? found.outcome)?.body
    const input = inputOf(found)
    const kept = input && { ...input, request: withGroups(input.request, groups) }
    const explanation = kept && explain(set, kept.request)
    const same = body?.['policies'] === set.hash
    const value = {
      call: view,
      policies: { recorded: body?.['policies'] ?? null, now: set.hash },
      redacted: kept?.redacted ?? null,
      assumed: kept?.assumed ?? null,
      groups: kept?.request.subject.groups ?? null,
      facts: kept?.request.facts ?? null,
      explanation: explanation ?? null,
    }
    await show(context, value, () => [
      `${view.at}  ${printable(`${view.server}:${view.target}`)}  ${paint(context, 'dim', id)}`,
      ...(kept === undefined ? [] : [whoLine(kept), ...approvedLines(kept)]),
      ...recordedLines(found),
      ...(explanation === undefined
        ? notKept(kept, view.decision !== null)
        : explained(context, { explanation, kept, same, set })),
    ])
    return 'ok'
  })
}

function recordedLines({ intent, outcome }: CallRecords): readonly string[] {
  const body = (intent ?? outcome)?.body
  const decision = objectOf(body?.['decision'])
  const effect = decision['effect']
  if (effect === undefined) {
    const error = outcome?.body?.['error']
    return [`it failed before anything was decided${error ? `: ${printable(String(error))}` : ''}`]
  }
  const by = policiesOf(decision).map(printable).join(', ')
  const observed = objectOf(decision['observed'])
  const only =
    observed['effect'] === undefined
      ? []
      : [`only observed: ${printable(policiesOf(observed).join(', '))} would have denied it`]
  return [`on record: ${effect === 'permit' ? 'permitted' : 'denied'} by ${by}`, ...only]
}

function notKept(kept: KeptInput | undefined, decided: boolean): readonly string[] {
  if (kept !== undefined || !decided) return []
  return ['the record does not keep what the decision saw; `records.input` says how much is kept']
}

const OLD =
  'the record is from before groups and authorizations; seen as the owner’s own client, with every scope'

/** Whom the call was for, in which groups, and by what right. */
function whoLine({ request: { subject, authorization } }: KeptInput): string {
  const { groups, actors } = subject
  const { client, clientTrust, scopes } = authorization
  const parts = [
    `for ${subjectName(subject)}`,
    ...(groups.length === 0 ? [] : [`in ${groups.join(', ')}`]),
    ...(actors.length === 0 ? [] : [`by ${actors.join(' for ')}`]),
    `with ${client} (${clientTrust} client, scopes ${scopes.join(' ') || 'none'})`,
  ]
  return printable(parts.join(' '))
}

/** Which humans had approved the call when it was decided. */
function approvedLines({ request: { approval } }: KeptInput): readonly string[] {
  if (approval === undefined) return []
  const { by, id, kind } = approval
  const what = kind === 'pattern' ? 'with calls like it' : 'by itself'
  return [printable(`approved ${what} by ${by.join(', ')} (${id})`)]
}

interface Explained {
  readonly explanation: Explanation
  readonly kept: KeptInput | undefined
  /** Whether the policies are those that decided. */
  readonly same: boolean
  readonly set: PolicySet
}

function explained(
  context: Context,
  { explanation, kept, same, set }: Explained,
): readonly string[] {
  const redacted = kept?.redacted ?? []
  return [
    ...(same
      ? []
      : [`these policies, ${set.hash.slice(0, 12)}, are not those that decided; they say:`]),
    ...((kept?.assumed ?? []).length === 0 ? [] : [OLD]),
    ...(redacted.length === 0
      ? []
      : [
          `taken out of the record, so seen as other than it was: ${redacted.map(printable).join(', ')}`,
        ]),
    '',
    ...explanationText(explanation).map((text, index) =>
      index === 0 ? paint(context, 'bold', printable(text)) : printable(text),
    ),
  ]
}
