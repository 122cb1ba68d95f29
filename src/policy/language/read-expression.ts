import { compile } from './compile.ts'
import type { Environment } from './environment.ts'
import type { Expression, Variable } from './expression.ts'
import { Fault } from './fault.ts'
import { BINARY, CONSTRUCTORS, UNARY } from './operators.ts'
import { type Entity, entity, recordOf, setOf } from './value.ts'

/** Nesting beyond this is refused, so that no evaluation can exhaust the stack. */
const MAX_DEPTH = 1000

const VARIABLES: ReadonlySet<string> = new Set(['principal', 'action', 'resource', 'context'])

/** A JSON object, as Cedar's JSON policy form is made of. */
export type Node = Readonly<Record<string, unknown>>

/** A policy holds something that this evaluator does not know. The message is public. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported'
}

/**
 * Reads an expression of Cedar's JSON policy form (docs.cedarpolicy.com, "JSON policy format").
 *
 * @throws {Unsupported} for any form, operator or literal that is not known.
 */
export function readExpression(json: unknown, depth = 0): Expression {
  if (depth > MAX_DEPTH) throw new Unsupported(`a policy is nested deeper than ${MAX_DEPTH} levels`)
  const members = Object.entries(node(json))
  const [member] = members
  if (member === undefined || members.length !== 1)
    throw new Unsupported('an expression is unknown')
  const [operator, body] = member
  const read = (part: unknown): Expression => readExpression(part, depth + 1)
  return readSpecial(operator, body, read) ?? readOperator(operator, body, read)
}

/** Reads `{"type": …, "id": …}`, bare or under `__entity`. @throws {Unsupported} for anything else. */
export function readEntity(json: unknown): Entity {
  const outer = node(json)
  const { type, id } = node(outer['__entity'] ?? outer)
  return entity(text(type), text(id))
}

export function node(json: unknown): Node {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Unsupported('a part of a policy is unknown')
  }
  return json as Node
}

export function text(json: unknown): string {
  if (typeof json !== 'string') throw new Unsupported('a part of a policy is unknown')
  return json
}

export function list(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new Unsupported('a part of a policy is unknown')
  return json
}

type Read = (part: unknown) => Expression

function readSpecial(operator: string, body: unknown, read: Read): Expression | undefined {
  switch (operator) {
    case 'Value':
      return readLiteral(body)
    case 'Var':
      if (!VARIABLES.has(text(body))) throw new Unsupported(`the variable \`${body}\` is unknown`)
      return { kind: 'variable', name: body as Variable }
    case '&&':
      return { kind: 'and', left: read(node(body)['left']), right: read(node(body)['right']) }
    case '||':
      return { kind: 'or', left: read(node(body)['left']), right: read(node(body)['right']) }
    case 'if-then-else': {
      const { if: test, then: whenTrue, else: whenFalse } = node(body)
      return { kind: 'if', test: read(test), whenTrue: read(whenTrue), whenFalse: read(whenFalse) }
    }
    case '.':
      return { kind: 'attribute', of: read(node(body)['left']), name: text(node(body)['attr']) }
    case 'has':
      return readHas(node(body), read)
    case 'like':
      return {
        kind: 'like',
        of: read(node(body)['left']),
        pattern: readPattern(node(body)['pattern']),
      }
    case 'is': {
      const { left, entity_type: type, in: within } = node(body)
      const container = within === undefined ? undefined : read(within)
      return { kind: 'is', of: read(left), type: text(type), within: container }
    }
    case 'Set':
      return foldSet(list(body).map(read))
    case 'Record': {
      const members = Object.entries(node(body)).map(([name, part]) => [name, read(part)] as const)
      return { kind: 'record', members: new Map(members) }
    }
    default:
      return undefined
  }
}

function readLiteral(body: unknown): Expression {
  if (typeof body === 'boolean' || typeof body === 'string') return { kind: 'literal', value: body }
  if (typeof body === 'object') return { kind: 'literal', value: readEntity(body) }
  // Cedar's JSON form is read with floating point: beyond this, the digits are lost.
  if (!Number.isSafeInteger(body)) {
    throw new Unsupported(
      `integers beyond ${Number.MAX_SAFE_INTEGER} cannot be written in a policy`,
    )
  }
  return { kind: 'literal', value: Number(body) }
}

function readHas({ left, attr }: Node, read: Read): Expression {
  const path = Array.isArray(attr) ? attr.map(text) : [text(attr)]
  return { kind: 'has', of: read(left), path }
}

/** The literal parts between the wildcards; Cedar may cut a part into several. */
function readPattern(json: unknown): readonly string[] {
  const parts = ['']
  for (const element of list(json)) {
    if (element === 'Wildcard') parts.push('')
    else parts.push(`${parts.pop()}${text(node(element)['Literal'])}`)
  }
  return parts
}

function readOperator(operator: string, body: unknown, read: Read): Expression {
  if (UNARY.has(operator)) {
    return foldConstructor({ kind: 'unary', operator, operand: read(operands(body, 'arg', 1)[0]) })
  }
  if (!BINARY.has(operator)) throw new Unsupported(`the operator \`${operator}\` is not supported`)
  const [left, right] = operands(body, 'left', 2)
  return { kind: 'binary', operator, left: read(left), right: read(right) }
}

/** Functions carry a list of operands, operators a record of them. */
function operands(body: unknown, first: 'arg' | 'left', count: number): readonly unknown[] {
  const found = Array.isArray(body)
    ? body
    : [node(body)[first], node(body)['right']].slice(0, count)
  if (found.length !== count) throw new Unsupported(`a function takes ${count} operands`)
  return found
}

/** Literal sets and constants such as `ip("…")` are made once, at load. */
function foldSet(items: readonly Expression[]): Expression {
  const literals = items.filter((item) => item.kind === 'literal')
  if (literals.length < items.length) return { kind: 'set', items }
  return { kind: 'literal', value: setOf(literals.map(({ value }) => value)) }
}

function foldConstructor(call: Extract<Expression, { readonly kind: 'unary' }>): Expression {
  if (!CONSTRUCTORS.has(call.operator) || call.operand.kind !== 'literal') return call
  try {
    return { kind: 'literal', value: compile(call)(NOWHERE) }
  } catch (error) {
    // What can never be made faults where it stands, and only if it is reached.
    if (error instanceof Fault) return call
    throw error
  }
}

const NOTHING = recordOf(new Map())
const NOWHERE: Environment = {
  principal: entity('', ''),
  action: entity('', ''),
  resource: entity('', ''),
  context: NOTHING,
  lookup: () => undefined,
}
