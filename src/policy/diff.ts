import { canonicalJson } from '../kernel/canonical-json.ts'
import type { Json } from '../kernel/json.ts'
import { printRule } from './language/print.ts'
import { liftAnnotations } from './lift.ts'
import type { Policy } from './load-policy.ts'
import { type Access, accessMatrix, type MatrixRow } from './matrix/access-matrix.ts'
import type { PolicySet } from './policy.ts'
import type { Screen } from './screens/screen.ts'

/** A policy that is not the same in two sets. */
export interface PolicyChange {
  readonly policy: string
  /** `meaning`: it decides otherwise. `words`: it says something else of itself. */
  readonly kind: 'added' | 'removed' | 'meaning' | 'words'
  /** What of it is different: `rule`, or the name of what its annotations say. Empty where it is new or gone. */
  readonly parts: readonly string[]
  /** Cedar text of the rule and of who lifts it, as far as they differ; absent where that is nothing. */
  readonly before?: string
  readonly after?: string
}

/** A guard, a limit or a screen that is not the same. */
export interface DefinitionChange {
  readonly what: 'guard' | 'limit' | 'screen'
  readonly name: string
  readonly kind: 'added' | 'removed' | 'changed'
}

/** A verdict that is not the same. */
export interface AccessChange {
  readonly subject: MatrixRow['subject']
  readonly target: MatrixRow['target']
  readonly before: Access
  readonly after: Access
  /** Policies that say so now. */
  readonly by: readonly string[]
}

export interface PolicyDiff {
  readonly policies: readonly PolicyChange[]
  readonly definitions: readonly DefinitionChange[]
  readonly access: readonly AccessChange[]
}

/** Whose verdicts are compared: every subject with every target. */
export interface DiffScope {
  readonly subjects: Parameters<typeof accessMatrix>[1]
  readonly targets: Parameters<typeof accessMatrix>[2]
}

const EVERYBODY: DiffScope = { subjects: [], targets: [] }
/** Parts of a policy that decide nothing. */
const WORDS: ReadonlySet<string> = new Set(['reason', 'remedy'])

/**
 * How two policy sets differ, by ids: which policies came, went or changed, in meaning or only in
 * words, and whose access that changes. What stands in which file, and how it is written, does not
 * count.
 */
export function policyDiff(
  before: PolicySet,
  after: PolicySet,
  { subjects, targets }: DiffScope = EVERYBODY,
): PolicyDiff {
  const [old, now] = [before, after].map((set) => accessMatrix(set, subjects, targets))
  return {
    policies: pairs(before.policies, after.policies, ({ id }) => id).flatMap(([name, one, other]) =>
      changeOf(name, one, other),
    ),
    definitions: [
      ...definitionChanges('guard', before.guards, after.guards),
      ...definitionChanges('limit', before.limits, after.limits),
      ...definitionChanges('screen', before.screens.map(placeless), after.screens.map(placeless)),
    ],
    access: (now ?? []).flatMap(({ subject, target, access, by }, index) => {
      const was = old?.[index]?.access ?? 'never'
      return was === access ? [] : [{ subject, target, before: was, after: access, by }]
    }),
  }
}

/** A difference in plain words, a line each; nothing for sets that are the same. */
export function policyDiffText({ policies, definitions, access }: PolicyDiff): readonly string[] {
  return [
    ...policies.flatMap(changeLines),
    ...definitions.map(({ what, name, kind }) => `${what} \`${name}\` ${kind}`),
    ...access.map(({ subject, target, before, after, by }) => {
      const ids = by.length === 0 ? '' : ` (${by.map((id) => `\`${id}\``).join(', ')})`
      const who = `${subject.kind}:${subject.id}`
      return `\`${who}\` on \`${target.server}:${target.name}\`: ${before} before, ${after} now${ids}`
    }),
  ]
}

const SAYS: Readonly<Record<PolicyChange['kind'], string>> = {
  added: 'is new',
  removed: 'is gone',
  meaning: 'means something else',
  words: 'says something else, and means the same',
}

function changeLines({ policy, kind, parts, before, after }: PolicyChange): readonly string[] {
  const which = parts.length === 0 ? '' : ` (${parts.join(', ')})`
  return [
    `\`${policy}\` ${SAYS[kind]}${which}`,
    ...(before === undefined ? [] : before.split('\n').map((line) => `  - ${line}`)),
    ...(after === undefined ? [] : after.split('\n').map((line) => `  + ${line}`)),
  ]
}

function changeOf(
  policy: string,
  before: Policy | undefined,
  after: Policy | undefined,
): readonly PolicyChange[] {
  if (before === undefined || after === undefined) {
    const kind = before === undefined ? 'added' : 'removed'
    return [{ policy, kind, parts: [], ...texts(before, after) }]
  }
  const [old, now] = [partsOf(before), partsOf(after)]
  const parts = Object.keys({ ...old, ...now }).filter((name) => old[name] !== now[name])
  if (parts.length === 0) return []
  if (parts.every((name) => WORDS.has(name))) return [{ policy, kind: 'words', parts }]
  return [
    { policy, kind: 'meaning', parts, ...texts(before, after, (part) => parts.includes(part)) },
  ]
}

function texts(
  before: Policy | undefined,
  after: Policy | undefined,
  differs: (part: string) => boolean = () => true,
): Pick<PolicyChange, 'before' | 'after'> {
  const [old, now] = [before, after].map((one) => one && textOf(one, differs))
  return { ...(old ? { before: old } : {}), ...(now ? { after: now } : {}) }
}

function textOf({ lift, rule }: Policy, differs: (part: string) => boolean): string {
  const lifted = Object.entries(lift === undefined ? {} : liftAnnotations(lift))
  return [
    ...lifted.filter(([name]) => differs(name)).map(([name, value]) => `@${name}("${value}")`),
    ...(differs('rule') ? [printRule(rule)] : []),
  ].join('\n')
}

/** Everything that a policy is, but where it stands and what follows from the rest. */
function partsOf(policy: Policy): Readonly<Record<string, string>> {
  const {
    id: _id,
    rule,
    compiled: _,
    says: _says,
    references: _r,
    file: _f,
    line: _l,
    lift,
    ...annotations
  } = policy
  const others = Object.entries(annotations).map(([name, value]) => [name, plain(value)] as const)
  return {
    rule: printRule(rule),
    ...(lift === undefined ? {} : liftAnnotations(lift)),
    ...Object.fromEntries(others),
  }
}

function plain(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value as Json)
}

function definitionChanges<Item extends { readonly name: string }>(
  what: DefinitionChange['what'],
  before: readonly Item[],
  after: readonly Item[],
): readonly DefinitionChange[] {
  return pairs(before, after, ({ name }) => name).flatMap(([name, one, other]) => {
    const kind = kindOf(one, other)
    return kind === undefined ? [] : [{ what, name, kind }]
  })
}

function placeless({ file: _file, line: _line, ...screen }: Screen): Omit<Screen, 'file' | 'line'> {
  return screen
}

function kindOf(before: unknown, after: unknown): DefinitionChange['kind'] | undefined {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  return plain(before) === plain(after) ? undefined : 'changed'
}

/** Both sides of each name, sorted by name. */
function pairs<Item>(
  before: readonly Item[],
  after: readonly Item[],
  nameOf: (item: Item) => string,
): readonly (readonly [string, Item | undefined, Item | undefined])[] {
  const old = new Map(before.map((item) => [nameOf(item), item]))
  const now = new Map(after.map((item) => [nameOf(item), item]))
  const names = [...new Set([...old.keys(), ...now.keys()])].sort()
  return names.map((name) => [name, old.get(name), now.get(name)])
}
