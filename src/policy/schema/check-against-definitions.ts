import type { Expression } from '../language/expression.ts'
import type { Policy } from '../load-policy.ts'
import { didYouMean } from '../nearest.ts'
import type { PolicySet, PolicySource } from '../policy.ts'
import type { PolicyProblem } from '../problem.ts'
import { quoted } from '../public-text.ts'
import { joinArguments, schemaFor } from './cedar-schema.ts'
import { checkNames, namesOf } from './check-names.ts'
import { checkArguments, type Misfit } from './check-tool.ts'
import { checkCalls, checkTypes } from './check-types.ts'
import { contextType } from './context-type.ts'
import { type Definitions, idOf, type ToolDefinition } from './definitions.ts'
import { argumentTypes } from './json-type.ts'
import { maskOpaque } from './mask.ts'
import { placeFinder } from './place-in-policy.ts'
import { pathUses } from './presence.ts'
import { type Specialised, specialised, toolEnvironment } from './target.ts'
import { type RecordType, recordType } from './value-type.ts'

/** Tools beyond this are not looked at one by one. */
const MAX_TOOLS = 2000
const NAMED_TOOLS = 3
const NOTHING_KNOWN = {
  args: { ...recordType({}), open: true },
  decimals: { ...recordType({}), open: true },
}

interface Found extends Misfit {
  readonly policy: Policy
  readonly tool: string
}

interface Checked {
  readonly found: readonly Found[]
  /** Policies that concern the tool, and those of them that no call to it can satisfy. */
  readonly concerned: readonly Policy[]
  readonly impossible: readonly Policy[]
}

/**
 * Checks policies against what servers offer: names of servers, tools and prompts, arguments that a
 * tool does not have or may not get, and types that never fit, as Cedar's own validator judges them
 * for each tool that a policy concerns. Problems come in the order of the files; `sources` are the
 * texts that the set was loaded from, to point at the word that is wrong.
 */
export function checkAgainstDefinitions(
  set: PolicySet,
  definitions: Definitions,
  sources: readonly PolicySource[] = [],
): readonly PolicyProblem[] {
  const names = namesOf(definitions)
  const placeOf = placeFinder(set, sources)
  const about = (policy: Policy, { token, message, candidates = [] }: Misfit): PolicyProblem => ({
    ...placeOf(policy, token),
    message: `\`${policy.id}\`: ${message}${didYouMean(token.replace(/^"|"$/g, ''), candidates)}`,
  })
  const tools = definitions.tools.slice(0, MAX_TOOLS)
  const checked = checkTools(tools, set.policies)
  const found = certain(checked)
  const spoiled = new Set(found.map(({ policy }) => policy))
  return [
    ...set.policies.flatMap((policy) =>
      checkNames(policy.rule, names).map((misfit) => about(policy, misfit)),
    ),
    ...checkInGeneral(set.policies.filter((policy) => !spoiled.has(policy))).map((one) =>
      about(one.policy, one),
    ),
    ...byTools(found).map((one) => about(one.policy, one)),
    ...neverHolding(checked, spoiled).map((policy) =>
      about(policy, { token: '', message: 'no call to any tool that it concerns can satisfy it' }),
    ),
  ].sort(byPlace)
}

/** Types that never fit, whatever the arguments are. */
function checkInGeneral(policies: readonly Policy[]): readonly (Misfit & { policy: Policy })[] {
  const context = contextType(NOTHING_KNOWN)
  const rules = policies.map(({ rule }) => ({
    ...rule,
    conditions: rule.conditions.map((condition) => maskOpaque(condition, context)),
  }))
  const verdicts = checkTypes(rules, schemaFor(joinArguments([])))
  return policies.flatMap((policy, index) =>
    (verdicts[index]?.misfits ?? []).map((misfit) => ({ policy, ...misfit })),
  )
}

/** What a policy asks of calls to one tool, and what is wrong with its arguments. */
interface Concern {
  readonly policy: Policy
  readonly condition: Expression
  readonly context: RecordType
  readonly misfits: readonly Misfit[]
}

function checkTools(
  tools: readonly ToolDefinition[],
  policies: readonly Policy[],
): readonly Checked[] {
  const readers = policies.filter(usesArguments).map((policy) => ({
    policy,
    ask: specialised(policy.rule),
  }))
  const all = tools.map((tool) => ({ tool, concerns: concernsOf(tool, readers) }))
  // What reads arguments that are not there has no types to check.
  const sound = all
    .flatMap(({ concerns }) => concerns)
    .filter(({ misfits }) => misfits.length === 0)
  const verdicts = checkCalls(
    sound.map(({ policy, condition, context }) => ({
      context,
      rule: {
        ...policy.rule,
        action: { kind: 'all' },
        resource: { kind: 'type', type: 'Tool', within: undefined },
        conditions: [maskOpaque(condition, context)],
      },
    })),
  )
  const verdictOf = new Map(sound.map((concern, index) => [concern, verdicts[index]]))
  return all.map(({ tool, concerns }) => ({
    found: concerns.flatMap((concern) =>
      [...concern.misfits, ...(verdictOf.get(concern)?.misfits ?? [])].map((misfit) => ({
        policy: concern.policy,
        tool: idOf(tool),
        ...misfit,
      })),
    ),
    concerned: concerns.map(({ policy }) => policy),
    impossible: concerns
      .filter((concern) => verdictOf.get(concern)?.impossible === true)
      .map(({ policy }) => policy),
  }))
}

interface Reader {
  readonly policy: Policy
  readonly ask: Specialised
}

function concernsOf(tool: ToolDefinition, readers: readonly Reader[]): readonly Concern[] {
  const environment = toolEnvironment(tool)
  const context = contextType(argumentTypes(tool.inputSchema))
  return readers.flatMap(({ policy, ask }) => {
    const condition = ask(environment)
    if (condition === undefined) return []
    return [{ policy, condition, context, misfits: checkArguments(condition, context) }]
  })
}

function usesArguments({ rule }: Policy): boolean {
  return rule.conditions
    .flatMap((condition) => pathUses(condition))
    .some(({ path }) => path[0] === 'args' || path[0] === 'decimals')
}

/** What is wrong for a tool; what must be wrong for every tool that a policy concerns, only if it is. */
function certain(checked: readonly Checked[]): readonly Found[] {
  const found = checked.flatMap((one) => one.found)
  const concerned = counted(checked.map((one) => one.concerned))
  const times = counted(checked.map((one) => one.found.map(keyOf)))
  return found.filter(
    (one) => one.forAll !== true || times.get(keyOf(one)) === concerned.get(one.policy),
  )
}

function keyOf({ policy, message }: Found): string {
  return `${policy.id} ${message}`
}

function counted<Item>(lists: readonly (readonly Item[])[]): ReadonlyMap<Item, number> {
  const counts = new Map<Item, number>()
  for (const item of lists.flatMap((list) => [...new Set(list)])) {
    counts.set(item, (counts.get(item) ?? 0) + 1)
  }
  return counts
}

/** The same mistake for several tools is one problem. */
function byTools(found: readonly Found[]): readonly (Misfit & { readonly policy: Policy })[] {
  const groups = Map.groupBy(found, keyOf)
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const tools = [...new Set([first, ...others].map(({ tool }) => tool))]
    const named = tools.slice(0, NAMED_TOOLS).map(quoted).join(', ')
    const more = tools.length > NAMED_TOOLS ? ` and ${tools.length - NAMED_TOOLS} more` : ''
    const candidates = [first, ...others].flatMap((one) => one.candidates ?? [])
    return [{ ...first, candidates, message: `for ${named}${more}: ${first.message}` }]
  })
}

function neverHolding(
  checked: readonly Checked[],
  spoiled: ReadonlySet<Policy>,
): readonly Policy[] {
  const concerned = counted(checked.map((one) => one.concerned))
  const impossible = counted(checked.map((one) => one.impossible))
  return [...impossible.keys()].filter(
    (policy) => !spoiled.has(policy) && impossible.get(policy) === concerned.get(policy),
  )
}

function byPlace(left: PolicyProblem, right: PolicyProblem): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1
  return left.line - right.line || left.column - right.column
}
