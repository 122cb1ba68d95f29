import { children, type Expression } from '../language/expression.ts'
import type { Constraint, Rule } from '../language/read-policy.ts'
import type { Value } from '../language/value.ts'
import { SELF } from '../lift.ts'
import type { Policy } from '../load-policy.ts'
import { didYouMean } from '../nearest.ts'
import { contextPath } from '../schema/context-type.ts'
import type { Screen } from '../screens/screen.ts'
import type { KnownPrincipals, LintRule, Remark } from './finding.ts'

/** A name that nobody has: the permit is of no use to anybody, and the forbid stops nobody. */
export const unknownPrincipal: LintRule = {
  id: 'unknown-principal',
  severity: 'warning',
  about: 'a user, an agent or a group that does not exist, in a policy or among its approvers',
  fix: 'correct the name, or make the user, the agent or the group',
  check: ({ set, principals }) =>
    principals === undefined
      ? []
      : [
          ...set.policies.flatMap((policy) => unknownIn(policy, principals)),
          ...set.screens.flatMap((screen) => unknownReleasers(screen, principals)),
        ],
}

type Kind = keyof KnownPrincipals

interface Name {
  readonly kind: Kind
  readonly name: string
}

const KIND_OF: Readonly<Record<string, Kind>> = { User: 'users', Agent: 'agents', Group: 'groups' }
/** Members of `context.subject` that hold names. */
const NAMES: Readonly<Record<string, Kind>> = {
  groups: 'groups',
  actor: 'agents',
  actors: 'agents',
}
const WORD: Readonly<Record<Kind, string>> = { users: 'user', agents: 'agent', groups: 'group' }

function unknownIn(policy: Policy, known: KnownPrincipals): readonly Remark[] {
  const found = [...scopeNames(policy.rule), ...policy.rule.conditions.flatMap(namesIn)]
  const names = [...found, ...namesOfApprovers(policy.lift?.approvers ?? [])]
  return unknown(names, known).map(({ name, message }) => ({ policy, token: name, message }))
}

function unknownReleasers(screen: Screen, known: KnownPrincipals): readonly Remark[] {
  const approvers = screen.rules.flatMap(({ lift }) => lift?.approvers ?? [])
  return unknown(namesOfApprovers(approvers), known).map(({ message }) => ({ screen, message }))
}

function namesOfApprovers(approvers: readonly string[]): readonly Name[] {
  return approvers.filter((one) => one !== SELF).map(approverName)
}

function unknown(
  found: readonly Name[],
  known: KnownPrincipals,
): readonly { readonly name: string; readonly message: string }[] {
  const all = new Map(found.map((one) => [`${one.kind} ${one.name}`, one]))
  return [...all.values()].flatMap(({ kind, name }) => {
    const names = known[kind]
    if (names === undefined || names.includes(name)) return []
    return [{ name, message: `there is no ${WORD[kind]} \`${name}\`${didYouMean(name, names)}` }]
  })
}

function approverName(text: string): Name {
  const [kind, name] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
  return { kind: kind === 'group' ? 'groups' : 'users', name }
}

function scopeNames({ principal }: Rule): readonly Name[] {
  return entitiesOf(principal).flatMap(nameOf)
}

function entitiesOf(constraint: Constraint): readonly Value[] {
  switch (constraint.kind) {
    case 'all':
      return []
    case 'equal':
      return [constraint.entity]
    case 'within':
      return constraint.anyOf
    case 'type':
      return constraint.within === undefined ? [] : [constraint.within]
  }
}

function namesIn(expression: Expression): readonly Name[] {
  return [...namesHere(expression), ...children(expression).flatMap(namesIn)]
}

function namesHere(expression: Expression): readonly Name[] {
  if (expression.kind === 'literal') return nameOf(expression.value)
  if (expression.kind !== 'binary') return []
  return [
    ...compared(expression.left, expression.right),
    ...compared(expression.right, expression.left),
  ]
}

/** `context.subject.groups.contains("x")`, `context.subject.actor == "y"`. */
function compared(side: Expression, other: Expression): readonly Name[] {
  const [first, member = '', ...deeper] = contextPath(side) ?? []
  if (first !== 'subject' || deeper.length > 0 || other.kind !== 'literal') return []
  const kind = Object.hasOwn(NAMES, member) ? NAMES[member] : undefined
  if (kind === undefined) return []
  // Nobody acts where the actor is empty.
  const names = textsIn(other.value).filter((name) => name !== '')
  return names.map((name) => ({ kind, name }))
}

function textsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value.kind !== 'set') return []
  return [...value.plain].filter((member) => typeof member === 'string')
}

function nameOf(value: Value): readonly Name[] {
  if (typeof value !== 'object') return []
  if (value.kind === 'set') return [...value.compound.values()].flatMap(nameOf)
  if (value.kind !== 'entity' || !Object.hasOwn(KIND_OF, value.type)) return []
  const kind = KIND_OF[value.type]
  return kind === undefined ? [] : [{ kind, name: value.id }]
}
