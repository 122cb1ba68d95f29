import type { Expression } from './expression.ts'
import {
  list,
  type Node,
  node,
  readEntity,
  readExpression,
  text,
  Unsupported,
} from './read-expression.ts'
import type { Entity } from './value.ts'

/** What a policy's scope asks of the principal, the action or the resource. */
export type Constraint =
  | { readonly kind: 'all' }
  | { readonly kind: 'equal'; readonly entity: Entity }
  | { readonly kind: 'within'; readonly anyOf: readonly Entity[] }
  | { readonly kind: 'type'; readonly type: string; readonly within: Entity | undefined }

/** The part of a policy that decides. */
export interface Rule {
  readonly effect: 'permit' | 'forbid'
  readonly principal: Constraint
  readonly action: Constraint
  readonly resource: Constraint
  /** All must hold; `unless` is already turned around. */
  readonly conditions: readonly Expression[]
}

/**
 * Reads a policy of Cedar's JSON policy form.
 *
 * @throws {Unsupported} for anything that is not known: nothing of a policy is ever ignored.
 */
export function readPolicy(json: unknown): Rule {
  const { effect, principal, action, resource, conditions, annotations: _, ...rest } = node(json)
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new Unsupported(`a policy holds the unknown part \`${unknown}\``)
  if (effect !== 'permit' && effect !== 'forbid') throw new Unsupported('an effect is unknown')
  return {
    effect,
    principal: readConstraint(node(principal)),
    action: readConstraint(node(action)),
    resource: readConstraint(node(resource)),
    conditions: list(conditions).map((condition) => readCondition(node(condition))),
  }
}

function readConstraint(json: Node): Constraint {
  if ('slot' in json) throw new Unsupported('templates are not supported')
  switch (json['op']) {
    case 'All':
      return { kind: 'all' }
    case '==':
      return { kind: 'equal', entity: readEntity(json['entity']) }
    case 'in': {
      const entities = 'entities' in json ? list(json['entities']) : [json['entity']]
      return { kind: 'within', anyOf: entities.map(readEntity) }
    }
    case 'is':
      return {
        kind: 'type',
        type: text(json['entity_type']),
        within: json['in'] === undefined ? undefined : readEntity(node(json['in'])['entity']),
      }
    default:
      throw new Unsupported('a scope is unknown')
  }
}

function readCondition({ kind, body }: Node): Expression {
  const condition = readExpression(body)
  if (kind === 'when') return condition
  if (kind === 'unless') return { kind: 'unary', operator: '!', operand: condition }
  throw new Unsupported('a condition is unknown')
}
