import { children, type Expression } from '../language/expression.ts'
import type { Constraint, Rule } from '../language/read-policy.ts'
import type { Entity, Value } from '../language/value.ts'
import type { Misfit } from './check-tool.ts'
import { type Definitions, idOf } from './definitions.ts'

/** Names as policies write them, for quick look-up. */
export interface Names {
  readonly servers: ReadonlySet<string>
  readonly tools: ReadonlySet<string>
  readonly prompts: ReadonlySet<string>
  /** Servers of which at least one tool or prompt is known: the lists of the others nobody has seen. */
  readonly listed: ReadonlySet<string>
}

export function namesOf({ servers, tools, prompts }: Definitions): Names {
  const items = [...tools, ...prompts]
  return {
    servers: new Set([...servers, ...items.map(({ server }) => server)]),
    tools: new Set(tools.map(idOf)),
    prompts: new Set(prompts.map(idOf)),
    listed: new Set(items.map(({ server }) => server)),
  }
}

/** What a policy names and no server offers. */
export function checkNames(rule: Rule, names: Names): readonly Misfit[] {
  const entities = [
    ...entitiesOf(rule.resource),
    ...rule.conditions.flatMap((condition) => [...literals(condition)].flatMap(entitiesIn)),
  ]
  return [
    ...entities.flatMap((entity) => checkEntity(entity, names)),
    ...rule.conditions.flatMap((condition) => checkComparisons(condition, rule, names)),
  ]
}

function entitiesOf(constraint: Constraint): readonly Entity[] {
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

function* literals(expression: Expression): Generator<Value> {
  if (expression.kind === 'literal') yield expression.value
  for (const part of children(expression)) yield* literals(part)
}

function entitiesIn(value: Value): readonly Entity[] {
  if (typeof value !== 'object') return []
  if (value.kind === 'entity') return [value]
  return value.kind === 'set' ? [...value.compound.values()].flatMap(entitiesIn) : []
}

function checkEntity({ type, id }: Entity, names: Names): readonly Misfit[] {
  switch (type) {
    case 'Server':
      return checkServer(id, names)
    case 'Tool':
      return checkItem('tool', id, names.tools, names)
    case 'Prompt':
      return checkItem('prompt', id, names.prompts, names)
    case 'Resource':
      return checkServer(id.slice(0, id.indexOf(':')), names)
    default:
      return []
  }
}

function checkServer(server: string, { servers }: Names): readonly Misfit[] {
  if (servers.has(server)) return []
  return [{ token: server, message: `there is no server \`${server}\``, candidates: [...servers] }]
}

function checkItem(
  kind: 'tool' | 'prompt',
  id: string,
  known: ReadonlySet<string>,
  names: Names,
): readonly Misfit[] {
  const [server = ''] = id.split(':', 1)
  const wrongServer = checkServer(server, names)
  if (wrongServer.length > 0) return wrongServer
  if (known.has(id) || !names.listed.has(server)) return []
  return [{ token: id, message: `there is no ${kind} \`${id}\``, candidates: [...known] }]
}

/** `resource.server == "x"`, `resource.name == "y"`, and lists of them. */
function checkComparisons(expression: Expression, rule: Rule, names: Names): readonly Misfit[] {
  return [
    ...checkComparison(expression, rule, names),
    ...children(expression).flatMap((part) => checkComparisons(part, rule, names)),
  ]
}

function checkComparison(expression: Expression, rule: Rule, names: Names): readonly Misfit[] {
  if (expression.kind !== 'binary') return []
  const { operator, left, right } = expression
  if (!['==', '!=', 'contains'].includes(operator)) return []
  const attribute = attributeOfResource(left) ?? attributeOfResource(right)
  const other = left.kind === 'literal' ? left : right
  if (attribute === undefined || other.kind !== 'literal') return []
  const texts = textsIn(other.value)
  if (attribute === 'server') return texts.flatMap((text) => checkServer(text, names))
  return attribute === 'name' ? texts.flatMap((text) => checkName(text, rule, names)) : []
}

function attributeOfResource(expression: Expression): string | undefined {
  if (expression.kind !== 'attribute' || expression.of.kind !== 'variable') return undefined
  return expression.of.name === 'resource' ? expression.name : undefined
}

function textsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value.kind !== 'set') return []
  return [...value.plain].filter((member) => typeof member === 'string')
}

/** The name of a resource is its URI, and only servers know which there are. */
function checkName(name: string, rule: Rule, names: Names): readonly Misfit[] {
  if (mayBeResource(rule)) return []
  const within = entitiesOf(rule.resource).filter(({ type }) => type === 'Server')
  const servers = within.length > 0 ? within.map(({ id }) => id) : [...names.servers]
  if (!servers.every((server) => names.listed.has(server))) return []
  const ids = [...names.tools, ...names.prompts].filter((id) =>
    servers.some((server) => id.startsWith(`${server}:`)),
  )
  const known = new Set(ids.map((id) => id.slice(id.indexOf(':') + 1)))
  if (known.has(name)) return []
  const where = within.length === 0 ? '' : ` on ${servers.map((one) => `\`${one}\``).join(', ')}`
  const message = `there is no tool or prompt \`${name}\`${where}`
  return [{ token: name, message, candidates: [...known] }]
}

function mayBeResource({ action, resource }: Rule): boolean {
  const actions = entitiesOf(action).map(({ id }) => id)
  if (actions.length > 0 && !actions.includes('read') && !actions.includes('complete')) return false
  if (resource.kind === 'type') return resource.type === 'Resource'
  return resource.kind !== 'equal'
}
