import type { AccessRequest } from '../../kernel/access.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Json } from '../../kernel/json.ts'
import { isIdentifier, quoted } from '../language/print-value.ts'
import { TYPE_OF_KIND } from '../vocabulary.ts'

/** What a rule is to say, of a call that there was. */
export interface RuleWish {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  /** Arguments of the call, by name: the rule is for these very values. Empty: for any arguments. */
  readonly arguments: readonly string[]
}

const PRINCIPAL = { user: 'User', agent: 'Agent' } as const

/**
 * Writes a policy for exactly the principal, the action and the target of a call, and for some of its
 * arguments as they were.
 *
 * @throws GatewayError `params_invalid` for an argument that the call did not have, or that is no text, whole
 *   number or truth value: Cedar compares lists as sets, and would take another order for the same.
 */
export function ruleOfCall(
  { subject, action, target, arguments: args }: AccessRequest,
  { id, effect, arguments: names }: RuleWish,
): string {
  const conditions = names.map((name) => conditionOf(name, args[name]))
  const when = conditions.length === 0 ? '' : `\nwhen {\n  ${conditions.join(' &&\n  ')}\n}`
  return `@id(${quoted(id)})
${effect} (
  principal == ${PRINCIPAL[subject.kind]}::${quoted(subject.id)},
  action == Action::${quoted(action)},
  resource == ${TYPE_OF_KIND[target.kind]}::${quoted(`${target.server}:${target.name}`)}
)${when};
`
}

function conditionOf(name: string, value: Json | undefined): string {
  if (value === undefined) throw refused(name, 'the call had no such argument')
  const has = `context.args has ${isIdentifier(name) ? name : quoted(name)}`
  const read = isIdentifier(name) ? `context.args.${name}` : `context.args[${quoted(name)}]`
  return `${has} && ${read} == ${constant(name, value)}`
}

function constant(name: string, value: Json): string {
  if (typeof value === 'string' && value.isWellFormed()) return quoted(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  throw refused(name, 'a rule compares texts, whole numbers and truth values alone')
}

function refused(name: string, why: string): GatewayError {
  return new GatewayError('params_invalid', `argument \`${name.slice(0, 100)}\`: ${why}`)
}
